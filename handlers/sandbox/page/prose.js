// Draws the tree that mrkdwn.js and richtext.js make. A scene says
// who and what the ids are, and in which zone and at what time it is read.

import { el } from "./dom.js";
import { longMoment, slackDate } from "./time.js";
import { parseMrkdwn } from "./mrkdwn.js";

const WRAPS = { bold: "strong", italic: "em", strike: "s" };
const SAFE_LINK = /^(https?:|mailto:|tel:)/i;

const INLINE = {
  text: (node) => node.text,
  break: () => el("br"),
  code: (node) => el("code", {}, node.text),
  link: (node, scene) =>
    drawLink(
      node.url,
      node.children.map((child) => drawInline(child, scene)),
    ),
  user: (node, scene) => drawPerson(node, scene),
  channel: (node, scene) =>
    el("span", { class: "mention" }, `#${scene.channelName(node.id) ?? (node.label || node.id)}`),
  wide: (node) => el("span", { class: "mention" }, node.text),
  date: (node, scene) => drawDate(node, scene),
};

export function drawInline(node, scene) {
  const wrap = WRAPS[node.kind];
  if (wrap)
    return el(
      wrap,
      {},
      node.children.map((child) => drawInline(child, scene)),
    );
  return INLINE[node.kind](node, scene);
}

/** Only web, mail and telephone addresses become links; anything else stays words. */
function drawLink(url, children) {
  if (!SAFE_LINK.test(url)) return el("span", {}, children);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, children);
}

function drawPerson(node, scene) {
  const mine = node.id === scene.me.id;
  return el(
    "span",
    { class: mine ? "mention mention-me" : "mention" },
    `@${scene.personName(node.id) ?? (node.label || node.id)}`,
  );
}

function drawDate(node, scene) {
  const shown = Number.isFinite(node.seconds)
    ? slackDate(node.seconds, node.format, scene.zone, scene.now())
    : node.fallback;
  const instant = new Date(node.seconds * 1000);
  const time = el("time", { datetime: instant.toISOString(), title: longMoment(instant, scene.zone) }, shown);
  return node.url ? drawLink(node.url, [time]) : time;
}

const BLOCKS = {
  paragraph: (block, scene) =>
    el(
      "p",
      {},
      block.children.map((node) => drawInline(node, scene)),
    ),
  pre: (block) => el("pre", { tabindex: "0" }, el("code", {}, block.text)),
  quote: (block, scene) => el("blockquote", {}, drawTree(block.blocks, scene)),
  list: (block, scene) => drawList(block, scene),
};

export function drawTree(blocks, scene) {
  return blocks.map((block) => BLOCKS[block.kind](block, scene));
}

function drawList(block, scene) {
  const items = block.items.map((item) =>
    el(
      "li",
      { class: item.indent ? `indent-${Math.min(item.indent, 4)}` : undefined },
      item.children.map((node) => drawInline(node, scene)),
    ),
  );
  return el(
    block.ordered ? "ol" : "ul",
    { start: block.ordered && block.first > 1 ? block.first : undefined },
    items,
  );
}

export function drawMrkdwn(text, scene) {
  return drawTree(parseMrkdwn(text), scene);
}

/** A Block Kit text object: mrkdwn is read, plain text stays as it is. */
export function drawText(object, scene) {
  if (object.type === "mrkdwn") return drawMrkdwn(object.text, scene);
  return [el("p", { class: "plain" }, object.text)];
}
