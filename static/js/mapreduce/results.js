// <figure data-chart="rows|columns"> is drawn from the table inside it, also when it comes later with a live part.
import { drawChart } from "../chart.js";

const ROW_HEIGHT = 26;

const draw = (figure) => {
  if ("drawn" in figure.dataset) return;
  figure.dataset.drawn = "";
  const rows = [...figure.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent));
  const names = [...figure.querySelectorAll("thead th")].map((cell) => cell.textContent);
  const isRows = figure.dataset.chart === "rows";
  const area = figure.querySelector("[data-chart-area]");
  area.hidden = false;
  if (isRows) area.style.blockSize = `${Math.max(8, rows.length + 2) * ROW_HEIGHT}px`;
  const [label, count] = isRows ? ["y", "x"] : ["x", "y"];
  drawChart(area.querySelector("canvas"), {
    type: "bar",
    data: { labels: rows.map(([name]) => name), datasets: [{ label: names[1], data: rows.map(([, value]) => Number(value)), borderRadius: 3 }] },
    options: {
      indexAxis: label,
      scales: {
        [label]: { grid: { display: false }, ticks: { autoSkip: !isRows }, title: { display: !isRows, text: names[0] } },
        [count]: { beginAtZero: true, title: { display: true, text: names[1] } },
      },
      plugins: { legend: { display: false } },
    },
  }).catch(() => {
    area.hidden = true; // the numbers are below
  });
};

const drawAll = (part) => part.querySelectorAll("[data-chart]").forEach(draw);

drawAll(document);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node instanceof Element) drawAll(node);
  }
}).observe(document.getElementById("main"), { childList: true, subtree: true });
