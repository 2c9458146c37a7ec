// The tiles: how many posts, how they feel, and how that has changed.
import { MOODS, count, countChange, score, scoreChange, share, shareChange } from "./words.js";

const set = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

const fill = (name, value, change, before) => {
  const tile = document.querySelector(`[data-kpi="${name}"]`);
  set(tile.querySelector(".kpi__value"), value);
  const line = tile.querySelector(".kpi__change");
  set(line, change?.words ? `${change.arrow} ${change.words}`.trim() : "");
  line.title = change?.words ? `than in ${before}` : "";
};

const part = (totals, mood) => (totals.total ? totals[mood] / totals.total : null);

/** @param {string} before what it is compared with, such as "the hour before" */
export const showKpis = (summary, query, before) => {
  const { previous } = summary;
  fill("total", count(summary.total), previous && countChange(summary.total, previous.total), before);
  for (const mood of MOODS) {
    fill(mood, share(summary[mood], summary.total), previous && shareChange(part(summary, mood), part(previous, mood)), before);
    document.querySelector(`[data-kpi="${mood}"]`).setAttribute("aria-pressed", query.mood === mood);
  }
  fill("score", score(summary.score), previous && scoreChange(summary.score, previous.score), before);
};
