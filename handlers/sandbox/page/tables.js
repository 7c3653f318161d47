// The data_table block: it sorts by a press on a column's name and shows one page of
// rows at a time.

import { el, plural } from "./dom.js";

const PAGE_SIZE = 5;

const cellWords = (cell) => cell.text ?? String(cell.value);

function drawCell(cell, tag, attributes = {}) {
  const number = cell.type === "raw_number" ? "number" : undefined;
  return el(tag, { class: number, ...attributes }, cellWords(cell));
}

export function drawDataTable(block) {
  const [head, ...rows] = block.rows;
  const view = { rows, page: 0, column: null, down: false };
  const holder = el("div", { class: "data-table" });
  const show = () => holder.replaceChildren(...drawPage(block, head, view, show));
  show();
  return holder;
}

function drawPage(block, head, view, show) {
  const shown = sorted(view).slice(view.page * PAGE_SIZE, (view.page + 1) * PAGE_SIZE);
  const nameColumn = block.row_header_column_index ?? 0;
  const body = shown.map((row) =>
    el(
      "tr",
      {},
      row.map((cell, index) =>
        index === nameColumn ? drawCell(cell, "th", { scope: "row" }) : drawCell(cell, "td"),
      ),
    ),
  );
  const table = el(
    "table",
    {},
    el("caption", {}, block.caption),
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        head.map((cell, index) => drawHead(cell, index, view, show)),
      ),
    ),
    el("tbody", {}, body),
  );
  const scroll = el(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", "aria-label": block.caption },
    table,
  );
  return [scroll, drawPager(view, show)].filter(Boolean);
}

function drawHead(cell, index, view, show) {
  const current = view.column === index;
  const sort = current ? (view.down ? "descending" : "ascending") : "none";
  const number = view.rows.length > 0 && view.rows.every((row) => row[index].type === "raw_number");
  const press = () => {
    view.down = current && !view.down;
    view.column = index;
    view.page = 0;
    show();
  };
  const mark = { ascending: " ↑", descending: " ↓", none: "" }[sort];
  return el(
    "th",
    { scope: "col", "aria-sort": sort, class: number ? "number" : undefined },
    el(
      "button",
      { type: "button", class: "sort", onclick: press },
      cellWords(cell),
      el("span", { "aria-hidden": "true" }, mark),
    ),
  );
}

function sorted(view) {
  if (view.column === null) return view.rows;
  const key = (row) =>
    row[view.column].type === "raw_number" ? row[view.column].value : cellWords(row[view.column]);
  const order = (left, right) =>
    typeof left === "number" && typeof right === "number"
      ? left - right
      : String(left).localeCompare(String(right), "en", { numeric: true });
  return [...view.rows].sort((left, right) => order(key(left), key(right)) * (view.down ? -1 : 1));
}

function drawPager(view, show) {
  const pages = Math.ceil(view.rows.length / PAGE_SIZE);
  if (pages < 2) return null;
  const turn = (by) => () => {
    view.page += by;
    show();
  };
  const button = (label, by, possible) =>
    el("button", { type: "button", class: "button quiet", disabled: !possible, onclick: turn(by) }, label);
  const first = view.page * PAGE_SIZE + 1;
  const last = Math.min(first + PAGE_SIZE - 1, view.rows.length);
  return el(
    "div",
    { class: "pager" },
    el("span", { role: "status" }, `${first}–${last} of ${plural(view.rows.length, "row")}`),
    button("Previous", -1, view.page > 0),
    button("Next", 1, view.page < pages - 1),
  );
}
