// Charts in the page's own colours, which change with its theme. Chart.js is fetched when the first one is drawn.

const charts = new Set();
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** What a colour of tokens.css is now: the browser resolves it where it is used. */
const colour = (name) => {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
};

/** Give all parts of the chart their colours, and show it as it now is; after datasets were added. */
export const paint = (chart) => {
  const { scales, plugins } = chart.options;
  for (const [number, dataset] of chart.data.datasets.entries()) {
    const tint = colour(dataset.token ?? ["accent", "plum", "moss", "coral", "azure"][number % 5]);
    dataset.backgroundColor = tint;
    dataset.borderColor = tint;
  }
  for (const scale of Object.values(scales)) {
    scale.ticks.color = colour("ink-soft");
    scale.grid.color = colour("line");
    scale.border.color = colour("line-strong");
    scale.title.color = colour("ink-soft");
  }
  plugins.legend.labels.color = colour("ink");
  plugins.tooltip.backgroundColor = colour("ink");
  plugins.tooltip.titleColor = colour("paper");
  plugins.tooltip.bodyColor = colour("paper");
  chart.update("none");
};

/**
 * Draw into a canvas whose parent has a size and `position: relative`.
 * @param {{type: string, data: object, options?: object}} config as Chart.js wants it; a dataset may say the `token` of
 *   its colour, and both scales (x and y) must be named in the options
 * @returns {Promise<object>} the chart of Chart.js
 */
export const drawChart = async (canvas, { type, data, options }) => {
  await import("../vendor/chart.umd.js");
  const { Chart } = globalThis;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  const common = { responsive: true, maintainAspectRatio: false, animation: still.matches ? false : { duration: 250 } };
  const chart = new Chart(canvas, { type, data, options: { ...common, ...options } });
  charts.add(chart);
  paint(chart);
  return chart;
};

const repaint = () => {
  for (const chart of charts) {
    if (chart.canvas?.isConnected) paint(chart);
    else {
      chart.destroy();
      charts.delete(chart);
    }
  }
};

new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
