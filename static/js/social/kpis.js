// The tiles: how many posts, how they feel, and how that has changed.
import { MOODS, count, countChange, score, scoreChange, share, shareChange } from "./words.js";

const set = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

const fill = (name, value, change) => {
  const tile = document.querySelector(`[data-kpi="${name}"]`);
  set(tile.querySelector(".kpi__value"), value);
  set(tile.querySelector(".kpi__change"), change?.words ? `${change.arrow} ${change.words}`.trim() : "");
};

const part = (totals, mood) => (totals.total ? totals[mood] / totals.total : null);

export const showKpis = (summary, query) => {
  const { previous } = summary;
  fill("total", count(summary.total), previous && countChange(summary.total, previous.total));
  for (const mood of MOODS) {
    fill(mood, share(summary[mood], summary.total), previous && shareChange(part(summary, mood), part(previous, mood)));
    document.querySelector(`[data-kpi="${mood}"]`).setAttribute("aria-pressed", query.mood === mood);
  }
  fill("score", score(summary.score), previous && scoreChange(summary.score, previous.score));
};
