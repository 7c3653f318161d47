// Block Kit's layout blocks as elements. What a surface cannot show is said in
// words: a block's own fallback, or the message's text.

import { el } from "./dom.js";
import { drawElement, drawInput } from "./elements.js";
import { drawChart } from "./charts.js";
import { drawDataTable, drawPlainTable } from "./tables.js";
import { parseMarkdown } from "./markdown.js";
import { drawText, drawTree } from "./prose.js";
import { parseRichText } from "./richtext.js";

const LEVELS = { info: "Note", success: "Done", warning: "Warning", error: "Problem" };

const DRAW = {
  header: (block, surface) => el(`h${surface.depth}`, { class: "block-header" }, block.text.text),
  section: drawSection,
  divider: () => el("hr"),
  context: (block, surface) =>
    el(
      "div",
      { class: "context" },
      block.elements.map((part) => drawContext(part, surface)),
    ),
  actions: (block, surface) =>
    el(
      "div",
      { class: "actions" },
      block.elements.map((part) => drawElement(part, block, surface)),
    ),
  context_actions: (block, surface) =>
    el(
      "div",
      { class: "actions small" },
      block.elements.map((part) => drawElement(part, block, surface)),
    ),
  rich_text: (block, surface) => el("div", { class: "prose" }, drawTree(parseRichText(block), surface.scene)),
  markdown: (block, surface) =>
    el("div", { class: "prose" }, drawTree(parseMarkdown(block.text), surface.scene)),
  input: drawInput,
  image: drawImage,
  table: drawPlainTable,
  data_table: drawDataTable,
  data_visualization: drawChart,
  alert: drawAlert,
};

export function drawBlocks(blocks, surface) {
  let fallbackShown = false;
  return blocks.map((block) => {
    const draw = DRAW[block.type];
    if (draw) return draw(block, surface);
    if (Array.isArray(block.fallback)) return drawBlocks(block.fallback, surface);
    if (fallbackShown) return null;
    fallbackShown = true;
    return drawUnknown(block, surface);
  });
}

function drawUnknown(block, surface) {
  const words =
    typeof block.fallback === "string"
      ? block.fallback
      : (block.text?.text ?? block.text ?? surface.fallback);
  return el(
    "p",
    { class: "prose" },
    typeof words === "string" && words ? words : "(This part cannot be shown here.)",
  );
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
    block.accessory ? el("div", { class: "accessory" }, drawAccessory(block, surface)) : null,
  );
}

function drawAccessory(block, surface) {
  if (block.accessory.type === "image") return drawImage(block.accessory);
  return drawElement(block.accessory, block, surface);
}

function drawContext(part, surface) {
  if (part.type === "image") return drawImage(part);
  return el("div", { class: "prose" }, drawText(part, surface.scene));
}

/** Pictures would need another server; their words are enough. */
function drawImage(image) {
  return el(
    "span",
    { class: "image-words", role: "img", "aria-label": image.alt_text },
    image.title?.text ?? image.alt_text,
  );
}

function drawAlert(block, surface) {
  const word = LEVELS[block.level];
  return el(
    "div",
    { class: `alert alert-${block.level ?? "default"}`, role: block.level === "error" ? "alert" : "note" },
    word ? el("strong", { class: "alert-word" }, word) : null,
    el("div", { class: "prose" }, drawText(block.text, surface.scene)),
  );
}
