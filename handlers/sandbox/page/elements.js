// Block Kit's buttons and inputs. A surface (message, modal, Home) says what a
// press does and collects the fields whose values a submission sends.

import { el, uniqueId } from "./dom.js";
import { askConfirm } from "./confirm.js";
import { drawCheckboxes, drawRadios, drawSelect } from "./choices.js";
import { drawFiles, drawWritten } from "./inputs.js";

function drawControl(element, place, surface, changed) {
  if (element.type === "users_select" || element.type === "static_select")
    return drawSelect(element, place, surface.scene, changed);
  if (element.type === "radio_buttons") return drawRadios(element, place, surface.scene, changed);
  if (element.type === "checkboxes") return drawCheckboxes(element, place, surface.scene, changed);
  if (element.type === "file_input") return drawFiles(element, place, surface.upload);
  return drawWritten(element, place, surface.scene.zone, changed);
}

/** An input block: label, control, hint and the place for what was wrong with it. */
export function drawInput(block, surface) {
  const { element } = block;
  const id = uniqueId("field");
  const grouped = /^(radio_buttons|checkboxes)$/.test(element.type);
  const place = {
    id,
    key: `${block.block_id}/${element.action_id}`,
    labelledBy: grouped ? `${id}-label` : undefined,
    describedBy: `${id}-hint ${id}-error`,
  };
  const changed = (value) => block.dispatch_action && perform(element, block, value, control.node, surface);
  const control = drawControl(element, place, surface, changed);
  const error = el("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const label = [block.label.text, block.optional ? el("span", { class: "optional" }, " (optional)") : null];
  const hint = block.hint ? el("p", { class: "hint", id: `${id}-hint` }, block.hint.text) : null;
  const heading = grouped
    ? el("span", { class: "label", id: `${id}-label` }, label)
    : el("label", { class: "label", for: id }, label);
  const wrapper = el(
    "div",
    { class: "field", "data-testid": `field-${block.block_id}` },
    heading,
    control.node,
    hint,
    error,
  );
  wrapper.addEventListener("change", () => showError(wrapper, error, null));
  surface.fields.push({
    ...control,
    block_id: block.block_id,
    action_id: element.action_id,
    fail: (text) => showError(wrapper, error, text),
  });
  return wrapper;
}

/** Marks the field and returns the control to focus; without text the mark is taken away. */
function showError(wrapper, error, text) {
  const target = wrapper.querySelector("input, select, textarea");
  error.hidden = !text;
  error.textContent = text ?? "";
  wrapper.classList.toggle("field-wrong", Boolean(text));
  if (text) target?.setAttribute("aria-invalid", "true");
  else target?.removeAttribute("aria-invalid");
  return target;
}

export function drawButton(element, block, surface) {
  const style = { primary: "button primary", danger: "button danger" }[element.style] ?? "button";
  const attributes = {
    class: style,
    "data-key": `${block.block_id}/${element.action_id}`,
    "data-action": element.action_id,
    "aria-label": element.accessibility_label,
  };
  if (element.url) return drawLinkButton(element, block, surface, attributes);
  const button = el(
    "button",
    {
      type: "button",
      ...attributes,
      onclick: () => perform(element, block, undefined, button, surface),
    },
    element.text.text,
  );
  return button;
}

/** A link button opens its address; Slack also tells the app, whose answer changes nothing for the person. */
function drawLinkButton(element, block, surface, attributes) {
  if (!/^https?:/i.test(element.url)) return el("span", { class: "muted" }, element.text.text);
  return el(
    "a",
    {
      ...attributes,
      href: element.url,
      target: "_blank",
      rel: "noopener noreferrer",
      onclick: (event) =>
        element.action_id && perform(element, block, undefined, event.currentTarget, surface),
    },
    element.text.text,
    el("span", { class: "link-mark", "aria-hidden": "true" }, "↗"),
  );
}

/** Asks first if the element wants it, then tells the surface; one press at a time. */
async function perform(element, block, selected, node, surface) {
  if (node.getAttribute("aria-busy") === "true") return;
  if (element.confirm && !(await askConfirm(element.confirm, surface.scene))) return;
  node.setAttribute("aria-busy", "true");
  try {
    await surface.press({ action_id: element.action_id, block_id: block.block_id, selected });
  } finally {
    node.removeAttribute("aria-busy");
  }
}
