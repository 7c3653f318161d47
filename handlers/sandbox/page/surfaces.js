// A surface is where blocks stand: a message, a modal or the Home tab. It knows
// what a press there tells the workspace and which fields a submission reads.

import * as api from "./api.js";

/** `depth` is the level of the headings that header blocks become. */
function surface(app, depth, where) {
  const fields = [];
  const as = app.place.person;
  const press = async ({ action_id, block_id, selected }) => {
    try {
      const answer = await api.press({ as, action_id, block_id, selected, ...where(fields) });
      if (!answer.ok) app.notice(`${answer.error} Please try again.`);
    } catch (error) {
      app.notice(error.message);
    }
    await app.refresh();
  };
  return { scene: app.scene, fields, depth, press, upload: (file) => api.upload(as, file) };
}

export function messageSurface(app, message) {
  const where = { channel: app.place.channel, ts: message.ts };
  return surface(app, 2, () => where);
}

export const viewSurface = (app, view) =>
  surface(app, view.type === "home" ? 2 : 3, (fields) => ({
    view_id: view.id,
    values: collect(fields),
  }));

/** {block_id: {action_id: value}}, as a submission sends it. */
export function collect(fields) {
  const values = {};
  for (const field of fields) (values[field.block_id] ??= {})[field.action_id] = field.read();
  return values;
}

const nameOf = (field) => JSON.stringify([field.block_id, field.action_id]);

/** What was typed, to be put back into fields of the same names that are drawn anew. */
export const keep = (fields) => new Map(fields.map((field) => [nameOf(field), field.keep()]));

export function restore(fields, kept) {
  for (const field of fields) if (kept.has(nameOf(field))) field.write(kept.get(nameOf(field)));
}

/** Two views with one signature look the same; what was typed in them is not part of it. */
export const viewSignature = ({ state, ...view }) => JSON.stringify(view);
