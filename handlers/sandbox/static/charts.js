// The data_visualization block as inline SVG: bars, lines, areas, and shares as
// one bar. Series differ by order, dash and lightness, not by colour alone, and
// the same numbers stand in a table under the picture.

import { el, svg } from "./dom.js";

const WIDTH = 560;
const HEIGHT = 220;
const EDGE = { left: 44, right: 12, top: 14, bottom: 34 };
const DASHES = ["none", "7 4", "2 4", "10 3 2 3", "4 2", "1 3"];
const MOST_LABELS = 16;

export function drawChart(block) {
  const { chart, title } = block;
  const picture = chart.type === "pie" ? drawShares(chart) : drawPlot(chart, title);
  const legend =
    chart.type === "pie"
      ? chart.segments.map((segment) => segment.label)
      : chart.series.map((series) => series.name);
  return el(
    "figure",
    { class: "chart" },
    el("figcaption", {}, title),
    picture,
    legend.length > 1 ? drawLegend(legend, chart.type) : null,
    el("details", {}, el("summary", {}, "Show the numbers"), drawNumbers(chart)),
  );
}

function drawLegend(names, type) {
  const line = type === "line" || type === "area";
  return el(
    "ul",
    { class: "legend" },
    names.map((name, index) =>
      el(
        "li",
        {},
        svg(
          "svg",
          { width: 26, height: 12, "aria-hidden": "true" },
          line
            ? svg("line", {
                x1: 1,
                x2: 25,
                y1: 6,
                y2: 6,
                class: `stroke tone-${index}`,
                "stroke-dasharray": DASHES[index],
              })
            : svg("rect", { width: 26, height: 12, rx: 2, class: `fill tone-${index}` }),
        ),
        name,
      ),
    ),
  );
}

/** A zero baseline and a round top, so that a bar's height is its value. */
function scaleOf(series) {
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const most = Math.max(1, ...values);
  const unit = 10 ** Math.floor(Math.log10(most));
  const whole = values.every(Number.isInteger);
  const step = [0.2, 0.5, 1, 2]
    .map((part) => part * unit)
    .find((size) => most / size <= 5 && (!whole || size >= 1));
  const top = Math.ceil(most / step) * step;
  const least = Math.min(0, ...values);
  const height = HEIGHT - EDGE.top - EDGE.bottom;
  return { top, step, y: (value) => EDGE.top + height * (1 - (value - least) / (top - least)) };
}

function drawPlot(chart, title) {
  const { categories } = chart.axis_config;
  const scale = scaleOf(chart.series);
  const slot = (WIDTH - EDGE.left - EDGE.right) / categories.length;
  const centre = (index) => EDGE.left + slot * (index + 0.5);
  const marks = chart.type === "bar" ? bars(chart, scale, slot) : lines(chart, scale, centre);
  return svg(
    "svg",
    { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": spoken(chart, title) },
    grid(scale),
    marks,
    axis(categories, centre, slot),
  );
}

function spoken(chart, title) {
  const parts = chart.series.map(
    (series) => `${series.name}: ${series.data.map((point) => `${point.label} ${point.value}`).join(", ")}`,
  );
  return `${title}. ${parts.join(". ")}`;
}

function grid(scale) {
  const rows = [];
  for (let value = 0; value <= scale.top + scale.step / 2; value += scale.step) rows.push(value);
  return rows.map((value) =>
    svg(
      "g",
      {},
      svg("line", {
        x1: EDGE.left,
        x2: WIDTH - EDGE.right,
        y1: scale.y(value),
        y2: scale.y(value),
        class: value ? "grid" : "baseline",
      }),
      svg(
        "text",
        { x: EDGE.left - 8, y: scale.y(value) + 4, "text-anchor": "end" },
        String(Number(value.toFixed(2))),
      ),
    ),
  );
}

function axis(categories, centre, slot) {
  const every = Math.ceil(40 / slot);
  return categories.map((name, index) =>
    index % every === 0
      ? svg("text", { x: centre(index), y: HEIGHT - 12, "text-anchor": "middle" }, name)
      : null,
  );
}

const valueAt = (series, category) => series.data.find((point) => point.label === category)?.value ?? null;

function bars(chart, scale, slot) {
  const { categories } = chart.axis_config;
  const width = Math.min(46, (slot * 0.72) / chart.series.length);
  const labelled = categories.length * chart.series.length <= MOST_LABELS;
  return chart.series.flatMap((series, row) =>
    categories.map((category, index) => {
      const value = valueAt(series, category);
      if (value === null) return null;
      const x = EDGE.left + slot * (index + 0.5) + (row - chart.series.length / 2) * width;
      const [upper, lower] = [scale.y(Math.max(0, value)), scale.y(Math.min(0, value))];
      return svg(
        "g",
        {},
        svg("rect", {
          x: x + 1,
          y: upper,
          width: width - 2,
          height: lower - upper,
          rx: 2,
          class: `fill tone-${row}`,
        }),
        labelled
          ? svg(
              "text",
              { x: x + width / 2, y: upper - 4, "text-anchor": "middle", class: "value" },
              String(value),
            )
          : null,
      );
    }),
  );
}

function lines(chart, scale, centre) {
  const { categories } = chart.axis_config;
  return chart.series.map((series, row) => {
    const points = categories
      .map((category, index) => [centre(index), valueAt(series, category)])
      .filter(([, value]) => value !== null);
    const path = points.map(([x, value]) => `${x},${scale.y(value)}`).join(" ");
    const ground = `${points[0]?.[0]},${scale.y(0)} ${path} ${points.at(-1)?.[0]},${scale.y(0)}`;
    return svg(
      "g",
      {},
      chart.type === "area" ? svg("polygon", { points: ground, class: `fill area tone-${row}` }) : null,
      svg("polyline", { points: path, class: `stroke tone-${row}`, "stroke-dasharray": DASHES[row] }),
      points.map(([x, value]) =>
        svg("circle", { cx: x, cy: scale.y(value), r: 3, class: `fill tone-${row}` }),
      ),
    );
  });
}

/** A pie's shares laid out in a row, where lengths can be compared. */
function drawShares(chart) {
  const sum = chart.segments.reduce((total, segment) => total + segment.value, 0);
  let x = 0;
  const parts = chart.segments.map((segment, index) => {
    const width = (WIDTH * segment.value) / sum;
    x += width;
    return svg("rect", {
      x: x - width,
      y: 4,
      width: Math.max(1, width - 2),
      height: 30,
      rx: 3,
      class: `fill tone-${index}`,
    });
  });
  const label = chart.segments
    .map((segment) => `${segment.label} ${Math.round((100 * segment.value) / sum)} %`)
    .join(", ");
  return svg("svg", { class: "plot", viewBox: `0 0 ${WIDTH} 40`, role: "img", "aria-label": label }, parts);
}

function drawNumbers(chart) {
  const names = chart.type === "pie" ? ["Value"] : chart.series.map((series) => series.name);
  const rows =
    chart.type === "pie"
      ? chart.segments.map((segment) => [segment.label, segment.value])
      : chart.axis_config.categories.map((category) => [
          category,
          ...chart.series.map((series) => valueAt(series, category) ?? ""),
        ]);
  return el(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Numbers of the chart" },
    el(
      "table",
      {},
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el("th", { scope: "col" }, chart.axis_config?.x_label ?? ""),
          names.map((name) => el("th", { scope: "col", class: "number" }, name)),
        ),
      ),
      el(
        "tbody",
        {},
        rows.map(([name, ...values]) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, name),
            values.map((value) => el("td", { class: "number" }, String(value))),
          ),
        ),
      ),
    ),
  );
}
