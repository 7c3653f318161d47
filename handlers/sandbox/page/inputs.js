// Controls that a person writes into: text, numbers, dates, times and files.
// Each returns {node, read, keep, write}, and `ready` for files: `read` is what is
// sent, `keep` and `write` carry what was typed over to a control drawn anew.

import { el, fileSize } from "./dom.js";
import { clockTime, instantIn, isoDay } from "./time.js";

const SINGLE = {
  plain_text_input: "text",
  number_input: "text",
  datepicker: "date",
  datetimepicker: "datetime-local",
};

export function drawWritten(element, place, zone, changed) {
  const { multiline } = element;
  const field = el(multiline ? "textarea" : "input", {
    id: place.id,
    class: "text-input",
    "data-key": place.key,
    type: multiline ? undefined : SINGLE[element.type],
    inputmode: element.type === "number_input" ? "decimal" : undefined,
    rows: multiline ? 4 : undefined,
    maxlength: element.max_length,
    placeholder: element.placeholder?.text,
    value: startOf(element, zone),
    "aria-describedby": place.describedBy,
    onchange: () => changed(readOf(element, field, zone)),
  });
  return {
    node: field,
    read: () => readOf(element, field, zone),
    keep: () => field.value,
    write: (value) => {
      field.value = value;
    },
  };
}

function startOf(element, zone) {
  return shownOf(
    element,
    element.initial_value ?? element.initial_date ?? element.initial_date_time,
    zone,
  );
}

/** datetimepicker speaks in Unix seconds; its browser control in the wall time of the person's zone. */
function shownOf(element, value, zone) {
  if (value === undefined || value === null) return "";
  if (element.type !== "datetimepicker") return String(value);
  const instant = new Date(value * 1000);
  return `${isoDay(instant, zone)}T${clockTime(instant, zone)}`;
}

function readOf(element, field, zone) {
  if (!field.value) return null;
  if (element.type !== "datetimepicker") return field.value;
  return Math.floor(instantIn(zone, ...field.value.split("T")) / 1000);
}

export function drawFiles(element, place, upload) {
  const limit = element.max_files ?? 10;
  const held = [];
  const list = el("ul", { class: "chips" });
  const input = el("input", {
    type: "file",
    id: place.id,
    multiple: limit > 1,
    "data-key": place.key,
    "data-testid": "file-input",
    accept: element.filetypes?.map((type) => `.${type}`).join(","),
    "aria-describedby": place.describedBy,
    onchange: () => {
      if (limit === 1) held.length = 0;
      for (const file of [...input.files].slice(0, limit - held.length)) hold(file);
      input.value = "";
      show();
    },
  });
  const show = () => list.replaceChildren(...held.map((item) => fileChip(item, () => drop(item))));
  const drop = (item) => {
    held.splice(held.indexOf(item), 1);
    show();
    input.focus();
  };
  const hold = (file) => {
    const item = { file, id: null, error: null };
    item.done = upload(file)
      .then(
        (id) => {
          item.id = id;
        },
        (error) => {
          item.error = error.message;
        },
      )
      .finally(show);
    held.push(item);
  };
  const take = (items) => {
    held.push(...items);
    for (const item of items) item.done.then(show);
    show();
  };
  return {
    node: el("div", { class: "file-field" }, input, list),
    read: () => held.filter((item) => item.id).map((item) => item.id),
    keep: () => [...held],
    write: take,
    ready: () => Promise.all(held.map((item) => item.done)),
  };
}

export function fileChip(item, remove) {
  const note = item.error ?? (item.id ? fileSize(item.file.size) : "uploading…");
  return el(
    "li",
    { class: item.error ? "chip chip-failed" : "chip" },
    el("span", { class: "chip-name" }, item.file.name),
    el("span", { class: "chip-note" }, note),
    el(
      "button",
      { type: "button", class: "chip-remove", "aria-label": `Remove ${item.file.name}`, onclick: remove },
      "×",
    ),
  );
}
