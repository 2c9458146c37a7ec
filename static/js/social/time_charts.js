// The dashboard's two charts: mood over time, and how many posts a minute.
import { element } from "../element.js";
import { makeFigure } from "./figure.js";
import { MOODS, count, score } from "./words.js";
import { momentInWords, stepLabel } from "./zone.js";

export const MOOD_TOKENS = { positive: "mood-positive", neutral: "mood-neutral", negative: "mood-negative" };
const STEPS = [[86_400, "day"], [3600, "hour"], [60, "minute"]];

export const X_AXIS = { grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 16 }, title: { display: false } };
export const COUNT_AXIS = { beginAtZero: true, ticks: { precision: 0, maxTicksLimit: 6 }, title: { display: true, text: "Posts" } };
export const SCORE_AXIS = { suggestedMin: -0.5, suggestedMax: 0.5, min: -1, max: 1, ticks: { maxTicksLimit: 5 }, title: { display: true, text: "Mean score" } };

/** "a bar is 15 minutes" */
export const stepInWords = (seconds) => {
  const [unit, noun] = STEPS.find(([length]) => seconds % length === 0) ?? [60, "minute"];
  const many = seconds / unit;
  return many === 1 ? `by the ${noun}` : `by ${many} ${noun}s`;
};

/** The labels of a summary's steps on an axis, and each step's time in full. */
export const timesOf = ({ series, start, end, step_seconds: stepSeconds, time_zone: timeZone }) => {
  const spanSeconds = (Date.parse(end) - Date.parse(start)) / 1000;
  const labels = series.map(({ at }) => stepLabel(at, { stepSeconds, spanSeconds, timeZone }));
  const titles = stepSeconds >= 86_400 ? labels : series.map(({ at }) => momentInWords(at));
  return { labels, titles };
};

const endOf = (summary, index) => summary.series[index + 1]?.at ?? summary.end;

/** Posts a minute in each step; the one that goes on now is divided by the minutes that have passed. */
const rates = (summary) => {
  const now = Date.now();
  return summary.series.map(({ at, total }, index) => {
    const minutes = (Math.min(now, Date.parse(endOf(summary, index))) - Date.parse(at)) / 60_000;
    return Math.round((100 * total) / Math.max(1, minutes)) / 100;
  });
};

/**
 * @param {{pickMood: (mood: string) => void, pickRange: (from: Date, to: Date) => void, name: string}} of
 * @returns {(summary: object, query: object) => void}
 */
export const timeCharts = ({ pickMood, pickRange, name }) => {
  let summary = null;
  const pick = (index) => pickRange(new Date(summary.series[index].at), new Date(endOf(summary, index)));
  const bars = MOODS.map((mood) => ({ label: mood[0].toUpperCase() + mood.slice(1), token: MOOD_TOKENS[mood], shape: "bar", stack: "mood", order: 1, inTable: count }));
  const line = { label: "Mean score", token: "ink", shape: "line", yAxisID: "score", order: 0, inTable: score };
  const mood = makeFigure(document.getElementById("chart-mood"), {
    series: [...bars, line],
    scales: { x: { ...X_AXIS, stacked: true }, y: { ...COUNT_AXIS, stacked: true }, score: { ...SCORE_AXIS, position: "right", grid: { drawOnChartArea: false } } },
    pick,
  });
  const volume = makeFigure(document.getElementById("chart-volume"), {
    series: [{ label: "Posts a minute", token: "plum", shape: "line", inTable: String }],
    scales: { x: X_AXIS, y: { ...COUNT_AXIS, ticks: { maxTicksLimit: 5 }, title: { display: true, text: "Posts a minute" } } },
    pick,
  });
  const legend = makeLegend(pickMood);

  return (fresh, query) => {
    summary = fresh;
    legend(query.mood);
    const common = { ...timesOf(summary), step: stepInWords(summary.step_seconds), isEmpty: summary.total === 0 };
    const about = `${name}, ${momentInWords(summary.start)} – ${momentInWords(summary.end)}`;
    const steps = summary.series;
    mood.show({
      ...common,
      about,
      values: [...MOODS.map((each) => steps.map((step) => step[each])), steps.map((step) => step.score)],
      words: `${count(summary.positive)} positive, ${count(summary.neutral)} neutral and ${count(summary.negative)} negative posts; mean score ${score(summary.score)}.`,
    });
    const perMinute = rates(summary);
    volume.show({ ...common, about, values: [perMinute], words: `At most ${Math.max(0, ...perMinute)} posts a minute.` });
  };
};

const makeLegend = (pickMood) => {
  const legend = document.querySelector("#chart-mood [data-figure-legend]");
  const buttons = MOODS.map((mood) =>
    element("button", { type: "button", class: `legend legend--${mood}`, "aria-pressed": "false", title: `Only ${mood} posts`, onclick: () => pickMood(mood) }, mood[0].toUpperCase() + mood.slice(1)),
  );
  legend.append(...buttons, element("span", { class: "legend legend--line" }, "Mean score (right)"));
  return (chosen) => buttons.forEach((button, at) => button.setAttribute("aria-pressed", MOODS[at] === chosen));
};
