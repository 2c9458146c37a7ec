// A chart card: the drawing, its legend, its numbers as a table, and the drawing as a PNG file.
import { drawChart, paint } from "../chart.js";
import { element } from "../element.js";

const PNG_MARGIN = 24;
const PNG_HEAD = 80;

/**
 * @param {{series: object[], scales: object, pick?: (index: number) => void}} of  a series has `label`, `token` (its
 *   colour), `inTable` (how the table says a value), `shape` (bar or line) and what else Chart.js takes
 * @returns {{show: (shown: object) => void, setSeries: (series: object[]) => void}} what is shown: {labels, titles,
 *   values (a list for each series), step, words (for who cannot see it), about (a line for the PNG)}
 */
export const makeFigure = (figure, { series, scales, pick }) => {
  const canvas = figure.querySelector("canvas");
  const details = figure.querySelector("details");
  let [shown, chart, drawing] = [null, null, null];

  const draw = async () => {
    drawing ??= drawChart(canvas, { type: "bar", data: { labels: [], datasets: [] }, options: options() });
    chart = await drawing;
    apply();
  };

  const options = () => ({
    interaction: { mode: "index", intersect: false },
    onClick: (_event, hits) => hits.length && pick?.(hits[0].index),
    onHover: ({ native }, hits) => {
      native.target.style.cursor = pick && hits.length ? "pointer" : "";
    },
    scales,
    plugins: {
      legend: { display: false },
      tooltip: {
        callbacks: {
          title: ([item]) => shown?.titles[item.dataIndex] ?? "",
          label: ({ datasetIndex, raw }) => `${series[datasetIndex].label}: ${series[datasetIndex].inTable(raw)}`,
        },
      },
    },
  });

  const apply = () => {
    if (!chart || !shown) return;
    const isNew = chart.data.datasets.length !== series.length || chart.data.datasets.some(({ label }, n) => label !== series[n].label);
    if (isNew) chart.data.datasets = series.map(dataset);
    chart.data.labels = shown.labels;
    for (const [number, values] of shown.values.entries()) chart.data.datasets[number].data = values;
    if (isNew) paint(chart);
    else chart.update("none");
  };

  const fillTable = () => {
    if (!details.open || !shown) return;
    const head = element("tr", {}, element("th", { scope: "col" }, "Time"), ...series.map(({ label }) => element("th", { scope: "col", class: "table__number" }, label)));
    figure.querySelector("thead").replaceChildren(head);
    const rows = shown.titles.map((title, at) =>
      element("tr", {}, element("th", { scope: "row" }, title), ...series.map(({ inTable }, n) => element("td", { class: "table__number" }, inTable(shown.values[n][at])))),
    );
    figure.querySelector("tbody").replaceChildren(...rows.reverse()); // the newest first
  };

  details.addEventListener("toggle", fillTable);
  figure.querySelector("[data-figure-png]").addEventListener("click", () => shown && chart && saveAsPng(chart, figure, shown.about));

  return {
    setSeries: (fresh) => {
      series = fresh;
    },
    show: (fresh) => {
      shown = fresh;
      figure.querySelector("[data-figure-step]").textContent = fresh.step;
      canvas.setAttribute("aria-label", `${figure.dataset.figure}. ${fresh.words}`);
      figure.querySelector("[data-figure-empty]").hidden = !fresh.isEmpty;
      fillTable();
      draw().catch(() => {
        details.open = true; // without the drawing the numbers are still there
      });
    },
  };
};

/** A point without neighbours has no line that would show it. */
const loneRadius = ({ dataIndex, dataset: { data } }) => ((data[dataIndex - 1] ?? null) === null && (data[dataIndex + 1] ?? null) === null ? 2 : 0);

const dataset = ({ label, token, shape, ...more }) => ({
  label,
  token,
  type: shape,
  data: [],
  ...(shape === "line"
    ? { borderWidth: 2, pointRadius: loneRadius, pointHitRadius: 8, cubicInterpolationMode: "monotone" }
    : { borderRadius: 2, maxBarThickness: 40 }),
  ...more,
});

/** Write what each colour means, from left to right. */
const drawLegend = (pen, { data }, ink) => {
  let left = PNG_MARGIN;
  for (const { label, borderColor } of data.datasets) {
    pen.fillStyle = borderColor;
    pen.fillRect(left, PNG_MARGIN + 50, 12, 12);
    pen.fillStyle = ink;
    pen.fillText(label, left + 18, PNG_MARGIN + 50);
    left += 18 + pen.measureText(label).width + 20;
  }
};

const saveAsPng = (chart, figure, about) => {
  const { canvas } = chart;
  chart.setActiveElements([]);
  chart.tooltip.setActiveElements([], { x: 0, y: 0 });
  chart.update("none"); // without what the pointer points at
  const scale = canvas.width / canvas.clientWidth;
  const picture = document.createElement("canvas");
  picture.width = canvas.width + 2 * PNG_MARGIN * scale;
  picture.height = canvas.height + (PNG_HEAD + 2 * PNG_MARGIN) * scale;
  const pen = picture.getContext("2d");
  const { backgroundColor, color, fontFamily } = getComputedStyle(figure);
  pen.fillStyle = backgroundColor;
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.scale(scale, scale);
  pen.fillStyle = color;
  pen.textBaseline = "top";
  pen.font = `600 18px ${fontFamily}`;
  pen.fillText(figure.dataset.figure, PNG_MARGIN, PNG_MARGIN);
  pen.font = `13px ${fontFamily}`;
  pen.fillText(about, PNG_MARGIN, PNG_MARGIN + 26, canvas.clientWidth);
  drawLegend(pen, chart, color);
  pen.drawImage(canvas, PNG_MARGIN, PNG_MARGIN + PNG_HEAD, canvas.clientWidth, canvas.clientHeight);
  picture.toBlob((blob) => {
    const link = element("a", { href: URL.createObjectURL(blob), download: `${about} ${figure.dataset.figure}.png`.replaceAll(/[^\p{L}\p{N}.–-]+/gu, "-") });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }, "image/png");
};
