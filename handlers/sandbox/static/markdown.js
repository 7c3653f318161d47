// Reads the standard Markdown of Slack's markdown block into the same tree as
// mrkdwn.js: headings, lists, quotes, code, tables, rules and inline marks.

const ITEM = /^(\s*)(?:([-*+])|(\d{1,3})[.)])\s+(.*)$/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

const READERS = [readFence, readHeading, readRule, readQuote, readTable, readList];

export function parseMarkdown(text) {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks = [];
  for (let index = 0; index < lines.length;) {
    if (!lines[index].trim()) {
      index += 1;
      continue;
    }
    const take = firstReading(lines, index) ?? readParagraph(lines, index);
    blocks.push(take.block);
    index = take.next;
  }
  return blocks;
}

function firstReading(lines, index) {
  for (const reader of READERS) {
    const take = reader(lines, index);
    if (take) return take;
  }
  return null;
}

function readFence(lines, start) {
  const fence = lines[start].match(/^\s*(```|~~~)/)?.[1];
  if (!fence) return null;
  let end = start + 1;
  while (end < lines.length && !lines[end].trim().startsWith(fence)) end += 1;
  return { block: { kind: "pre", text: lines.slice(start + 1, end).join("\n") }, next: end + 1 };
}

function readHeading(lines, start) {
  const found = lines[start].match(HEADING);
  if (!found) return null;
  return {
    block: { kind: "heading", level: found[1].length, children: parseMarks(found[2]) },
    next: start + 1,
  };
}

function readRule(lines, start) {
  return RULE.test(lines[start]) ? { block: { kind: "rule" }, next: start + 1 } : null;
}

function readQuote(lines, start) {
  let end = start;
  while (end < lines.length && /^\s*>/.test(lines[end])) end += 1;
  if (end === start) return null;
  const inner = lines.slice(start, end).map((line) => line.replace(/^\s*> ?/, ""));
  return { block: { kind: "quote", blocks: parseMarkdown(inner.join("\n")) }, next: end };
}

function readTable(lines, start) {
  if (!lines[start].includes("|") || !TABLE_RULE.test(lines[start + 1] ?? "")) return null;
  let end = start + 2;
  while (end < lines.length && lines[end].includes("|")) end += 1;
  const rows = [lines[start], ...lines.slice(start + 2, end)].map(cells);
  return { block: { kind: "table", rows }, next: end };
}

const cells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => parseMarks(cell.trim()));

function readList(lines, start) {
  const first = lines[start].match(ITEM);
  if (!first) return null;
  const items = [];
  let end = start;
  for (; end < lines.length && lines[end].trim(); end += 1) {
    const found = lines[end].match(ITEM);
    if (found && sameKind(found, first)) items.push({ indent: depth(found[1]), text: found[4] });
    else if (!found && /^\s+/.test(lines[end])) items.at(-1).text += `\n${lines[end].trim()}`;
    else break;
  }
  const block = { kind: "list", ordered: !first[2], first: Number(first[3] ?? 1) };
  block.items = items.map(({ indent, text }) => ({ indent, children: parseMarks(text) }));
  return { block, next: end };
}

const depth = (space) => Math.floor(space.length / 2);
const sameKind = (item, first) => depth(item[1]) > depth(first[1]) || Boolean(item[2]) === Boolean(first[2]);

function readParagraph(lines, start) {
  let end = start + 1;
  while (end < lines.length && lines[end].trim() && !firstReading(lines, end)) end += 1;
  const text = lines
    .slice(start, end)
    .map((line) => line.trim())
    .join("\n");
  return { block: { kind: "paragraph", children: parseMarks(text) }, next: end };
}

// Longer marks stand before the shorter ones that begin them.
const SPANS = [
  [/^\\([\\`*_{}[\]()#+\-.!|>~])/, (found) => ({ kind: "text", text: found[1] })],
  [/^`+([^`]+)`+/, (found) => ({ kind: "code", text: found[1] })],
  [/^!\[([^\]]*)\]\([^)\s]+\)/, (found) => ({ kind: "text", text: found[1] })],
  [/^\[([^\]]+)\]\(([^)\s]+)[^)]*\)/, (found) => linkNode(found[2], parseMarks(found[1]))],
  [/^<((?:https?:\/\/|mailto:)[^>\s]+)>/, (found) => linkNode(found[1], [{ kind: "text", text: found[1] }])],
  [/^https?:\/\/[^\s<>)]*[^\s<>).,;:!?]/, (found) => linkNode(found[0], [{ kind: "text", text: found[0] }])],
  [
    /^\*{3}(?=\S)([^\n]*?\S)\*{3}/,
    (found) => ({ kind: "bold", children: [{ kind: "italic", children: parseMarks(found[1]) }] }),
  ],
  [/^(\*\*|__)(?=\S)([^\n]*?\S)\1/, (found) => ({ kind: "bold", children: parseMarks(found[2]) })],
  [/^~~(?=\S)([^\n]*?\S)~~/, (found) => ({ kind: "strike", children: parseMarks(found[1]) })],
  [/^([*_])(?=\S)([^\n]*?\S)\1(?!\w)/, (found) => ({ kind: "italic", children: parseMarks(found[2]) })],
  [/^\n/, () => ({ kind: "break" })],
];

const linkNode = (url, children) => ({ kind: "link", url, children });

export function parseMarks(text) {
  const nodes = [];
  let plain = "";
  for (let at = 0; at < text.length;) {
    const span = readMark(text, at);
    if (!span) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (plain) nodes.push({ kind: "text", text: plain });
    plain = "";
    nodes.push(span.node);
    at += span.length;
  }
  if (plain) nodes.push({ kind: "text", text: plain });
  return nodes;
}

function readMark(text, at) {
  if (text[at] === "_" && /\w/.test(text[at - 1] ?? " ")) return null;
  const rest = text.slice(at);
  for (const [pattern, make] of SPANS) {
    const found = rest.match(pattern);
    if (found) return { node: make(found), length: found[0].length };
  }
  return null;
}
