// Controls that offer a set of options: selects, radio buttons, checkboxes.
// Each returns {node, read, keep, write}; `changed` is told the new value.

import { el, uniqueId } from "./dom.js";
import { drawText } from "./prose.js";

export function drawSelect(element, place, scene, changed) {
  const placeholder = element.placeholder?.text ?? "Choose one";
  const initial = startOf(element);
  const select = el(
    "select",
    {
      id: place.id,
      class: "select",
      "data-key": place.key,
      "aria-describedby": place.describedBy,
      onchange: () => changed(select.value || null),
    },
    el("option", { value: "" }, placeholder),
    optionNodes(element, scene),
  );
  select.value = initial ?? "";
  return {
    node: select,
    read: () => select.value || null,
    keep: () => select.value,
    write: (value) => {
      select.value = value;
    },
  };
}

const startOf = (element) => element.initial_option?.value ?? element.initial_user ?? "";

function optionNodes(element, scene) {
  if (element.option_groups) {
    return element.option_groups.map((group) =>
      el("optgroup", { label: group.label.text }, group.options.map(optionNode)),
    );
  }
  return optionsOf(element, scene).map(optionNode);
}

const optionNode = (option) => el("option", { value: option.value }, option.text.text);

function optionsOf(element, scene) {
  if (element.type === "users_select")
    return scene.people().map((person) => asOption(person.id, person.name));
  return element.options;
}

const asOption = (value, text) => ({ value, text: { type: "plain_text", text } });

export function drawRadios(element, place, scene, changed) {
  const group = drawTicks("radio", element, place, scene, [element.initial_option?.value]);
  const read = () => group.boxes.find((box) => box.checked)?.value ?? null;
  group.node.addEventListener("change", () => changed(read()));
  return { node: group.node, read, keep: read, write: (value) => tick(group.boxes, [value]) };
}

export function drawCheckboxes(element, place, scene, changed) {
  const initial = element.initial_options?.map((option) => option.value) ?? [];
  const group = drawTicks("checkbox", element, place, scene, initial);
  const read = () => group.boxes.filter((box) => box.checked).map((box) => box.value);
  group.node.addEventListener("change", () => changed(read()));
  return { node: group.node, read, keep: read, write: (values) => tick(group.boxes, values) };
}

function drawTicks(type, element, place, scene, initial) {
  const name = uniqueId(element.action_id ?? type);
  const boxes = [];
  const rows = optionsOf(element, scene).map((option) => {
    const box = el("input", {
      type,
      name,
      value: option.value,
      checked: initial.includes(option.value),
      "data-key": `${place.key}/${option.value}`,
    });
    boxes.push(box);
    return el(
      "label",
      { class: "tick" },
      box,
      el(
        "span",
        {},
        drawText(option.text, scene),
        option.description ? el("span", { class: "hint" }, drawText(option.description, scene)) : null,
      ),
    );
  });
  const role = type === "radio" ? "radiogroup" : "group";
  const node = el(
    "div",
    {
      class: "ticks",
      role,
      "aria-labelledby": place.labelledBy,
      "aria-describedby": place.describedBy,
    },
    rows,
  );
  return { node, boxes };
}

function tick(boxes, values) {
  for (const box of boxes) box.checked = values.includes(box.value);
}
