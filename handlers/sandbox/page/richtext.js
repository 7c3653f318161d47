// Turns a rich_text block into the same tree that mrkdwn.js makes. Its texts
// are data: nothing in them is read as a mark or a mention.

const STYLES = ["bold", "italic", "strike"];

export function parseRichText(block) {
  return block.elements.map(readElement);
}

function readElement(element) {
  if (element.type === "rich_text_section")
    return { kind: "paragraph", children: readInline(element.elements) };
  if (element.type === "rich_text_quote") {
    return { kind: "quote", blocks: [{ kind: "paragraph", children: readInline(element.elements) }] };
  }
  if (element.type === "rich_text_preformatted") {
    return { kind: "pre", text: element.elements.map((part) => part.text ?? part.url ?? "").join("") };
  }
  return readList(element);
}

function readList(element) {
  const items = element.elements.map((item) => ({
    indent: element.indent ?? 0,
    children: readInline(item.elements),
  }));
  return { kind: "list", ordered: element.style === "ordered", first: (element.offset ?? 0) + 1, items };
}

function readInline(elements) {
  return trimBreaks(elements.flatMap((part) => readPart(part).map((node) => styled(node, part.style))));
}

function trimBreaks(nodes) {
  while (nodes.at(-1)?.kind === "break") nodes.pop();
  return nodes;
}

function readPart(part) {
  if (part.type === "text") return part.style?.code ? [{ kind: "code", text: part.text }] : lines(part.text);
  return [{ kind: "link", url: part.url, children: [{ kind: "text", text: part.text ?? part.url }] }];
}

function lines(text) {
  return text
    .split("\n")
    .flatMap((line, index) => [
      ...(index ? [{ kind: "break" }] : []),
      ...(line ? [{ kind: "text", text: line }] : []),
    ]);
}

function styled(node, style = {}) {
  if (node.kind === "break") return node;
  return STYLES.filter((name) => style[name]).reduce(
    (inner, name) => ({ kind: name, children: [inner] }),
    node,
  );
}
