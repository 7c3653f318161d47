// Block Kit's layout blocks as elements.

import { el } from "./dom.js";
import { drawButton, drawInput } from "./elements.js";
import { drawDataTable } from "./tables.js";
import { drawText, drawTree } from "./prose.js";
import { parseRichText } from "./richtext.js";

const DRAW = {
  header: (block, surface) => el(`h${surface.depth}`, { class: "block-header" }, block.text.text),
  section: drawSection,
  divider: () => el("hr"),
  context: (block, surface) =>
    el(
      "div",
      { class: "context" },
      block.elements.map((text) => el("div", { class: "prose" }, drawText(text, surface.scene))),
    ),
  actions: (block, surface) =>
    el(
      "div",
      { class: "actions" },
      block.elements.map((button) => drawButton(button, block, surface)),
    ),
  rich_text: (block, surface) => el("div", { class: "prose" }, drawTree(parseRichText(block), surface.scene)),
  input: drawInput,
  data_table: drawDataTable,
};

export function drawBlocks(blocks, surface) {
  return blocks.map((block) => DRAW[block.type](block, surface));
}

function drawSection(block, surface) {
  const { scene } = surface;
  return el(
    "div",
    { class: "section" },
    el(
      "div",
      { class: "section-body" },
      block.text ? el("div", { class: "prose" }, drawText(block.text, scene)) : null,
      block.fields
        ? el(
            "div",
            { class: "fields" },
            block.fields.map((field) => el("div", { class: "prose" }, drawText(field, scene))),
          )
        : null,
    ),
    block.accessory ? el("div", { class: "accessory" }, drawButton(block.accessory, block, surface)) : null,
  );
}
