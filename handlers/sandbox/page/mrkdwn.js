// Reads Slack's mrkdwn into a small tree: blocks (paragraph, quote, pre, list)
// of inline nodes. Pure text in, plain objects out; prose.js draws the tree.

const MARKS = { "*": "bold", _: "italic", "~": "strike" };
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const BULLET = /^(\s*)(?:[•◦▪‣]|[-*](?= ))\s+(.*)$/;
const NUMBER = /^(\s*)(\d{1,3})[.)]\s+(.*)$/;
const QUOTE = /^(?:&gt;|>) ?/;

export const unescapeEntities = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

export function parseMrkdwn(text) {
  return text
    .split(/```/)
    .flatMap((part, index, parts) => {
      if (index % 2 === 0) return parseLines(part.replace(index ? /^\n/ : /^$/, "").split("\n"));
      if (index === parts.length - 1) return parseLines(["```" + part]);
      return [{ kind: "pre", text: unescapeEntities(part.replace(/^\n|\n$/g, "")) }];
    })
    .filter((block) => block.kind !== "paragraph" || block.children.length);
}

function parseLines(lines) {
  const blocks = [];
  for (let index = 0; index < lines.length;) {
    const take = readQuote(lines, index) ?? readList(lines, index) ?? readParagraph(lines, index);
    blocks.push(take.block);
    index = take.next;
  }
  return blocks;
}

function readQuote(lines, start) {
  if (!QUOTE.test(lines[start])) return null;
  if (/^(?:&gt;|>){3}/.test(lines[start])) {
    const rest = [lines[start].replace(/^(?:&gt;|>){3} ?/, ""), ...lines.slice(start + 1)];
    return { block: { kind: "quote", blocks: parseLines(rest) }, next: lines.length };
  }
  let end = start;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  const inner = lines.slice(start, end).map((line) => line.replace(QUOTE, ""));
  return { block: { kind: "quote", blocks: parseLines(inner) }, next: end };
}

function readList(lines, start) {
  const pattern = BULLET.test(lines[start]) ? BULLET : NUMBER.test(lines[start]) ? NUMBER : null;
  if (!pattern) return null;
  const items = [];
  let end = start;
  while (end < lines.length && pattern.test(lines[end])) {
    const found = lines[end].match(pattern);
    items.push({ indent: Math.floor(found[1].length / 2), children: parseInline(found.at(-1)) });
    end += 1;
  }
  const ordered = pattern === NUMBER;
  const first = ordered ? Number(lines[start].match(NUMBER)[2]) : 1;
  return { block: { kind: "list", ordered, first, items }, next: end };
}

function readParagraph(lines, start) {
  let end = start;
  while (end < lines.length && !(end > start && startsBlock(lines[end]))) end += 1;
  const text = lines
    .slice(start, end)
    .join("\n")
    .replace(/^\n+|\n+$/g, "");
  return { block: { kind: "paragraph", children: parseInline(text) }, next: end };
}

const startsBlock = (line) => QUOTE.test(line) || BULLET.test(line) || NUMBER.test(line);

export function parseInline(text) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push({ kind: "text", text: unescapeEntities(plain) });
    plain = "";
  };
  for (let at = 0; at < text.length;) {
    const found = readSpan(text, at);
    if (found) {
      flush();
      nodes.push(found.node);
      at = found.next;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

function readSpan(text, at) {
  const sign = text[at];
  if (sign === "\n") return { node: { kind: "break" }, next: at + 1 };
  if (sign === "<") return readAngle(text, at);
  if (sign === "`") return readCode(text, at);
  if (sign === "h") return readBareLink(text, at);
  return MARKS[sign] ? readMarked(text, at, sign) : null;
}

function readCode(text, at) {
  const end = text.indexOf("`", at + 1);
  if (end <= at + 1 || text.slice(at, end).includes("\n")) return null;
  return { node: { kind: "code", text: unescapeEntities(text.slice(at + 1, end)) }, next: end + 1 };
}

function readBareLink(text, at) {
  if (/\w/.test(text[at - 1] ?? " ")) return null;
  const url = text.slice(at).match(/^https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]}'"*_~]/)?.[0];
  if (!url) return null;
  const target = unescapeEntities(url);
  return {
    node: { kind: "link", url: target, children: [{ kind: "text", text: target }] },
    next: at + url.length,
  };
}

function readMarked(text, at, sign) {
  if (/\w/.test(text[at - 1] ?? " ") || /[\s]|^$/.test(text[at + 1] ?? "")) return null;
  const end = closingMark(text, at + 1, sign);
  if (end < 0) return null;
  return { node: { kind: MARKS[sign], children: parseInline(text.slice(at + 1, end)) }, next: end + 1 };
}

function closingMark(text, from, sign) {
  for (let at = from; at < text.length && text[at] !== "\n"; at += 1) {
    const skipped = text[at] === "<" ? readAngle(text, at) : text[at] === "`" ? readCode(text, at) : null;
    if (skipped) at = skipped.next - 1;
    else if (text[at] === sign && at > from && !/\s/.test(text[at - 1]) && !/\w/.test(text[at + 1] ?? " "))
      return at;
  }
  return -1;
}

function readAngle(text, at) {
  const end = text.indexOf(">", at);
  const body = text.slice(at + 1, end);
  if (end < 0 || !body || body.includes("\n")) return null;
  const node = angleNode(body);
  return node && { node, next: end + 1 };
}

function angleNode(body) {
  const bar = body.indexOf("|");
  const target = unescapeEntities(bar < 0 ? body : body.slice(0, bar));
  const label = bar < 0 ? "" : unescapeEntities(body.slice(bar + 1));
  if (target.startsWith("@")) return { kind: "user", id: target.slice(1), label };
  if (target.startsWith("#")) return { kind: "channel", id: target.slice(1), label };
  if (target.startsWith("!date^")) return dateNode(target, label);
  if (target.startsWith("!")) return { kind: "wide", text: label || `@${target.slice(1).split("^")[0]}` };
  if (!/^(https?:|mailto:|tel:)/i.test(target)) return null;
  return {
    kind: "link",
    url: target,
    children: [{ kind: "text", text: label || target.replace(/^mailto:/, "") }],
  };
}

function dateNode(target, fallback) {
  const [, seconds, format, url] = target.split("^");
  return { kind: "date", seconds: Number(seconds), format, url, fallback };
}
