// The line that says how fresh the numbers are, honestly: from what the listener and the consumers report.
import { secondsInWords } from "../measures.js";
import { follow } from "./poll.js";
import { count, sourceName } from "./words.js";

const EVERY_MS = 5000;
const LATE_SECONDS = 30;

const either = new Intl.ListFormat("en", { type: "conjunction" });

const freshness = (feeds) => {
  const lag = Math.max(0, ...feeds.map(({ lag_seconds: seconds }) => seconds));
  if (lag < 1) return { words: "all that came is counted", isLate: false };
  return { words: `counted up to ${secondsInWords(lag)} ago`, isLate: lag > LATE_SECONDS };
};

/**
 * Keep the line up to date.
 * @param {{sources: string[], url: string}} of the tracker's
 * @returns {(rate: number) => void} tell it how many posts came in the last minute
 */
export const liveLine = ({ sources, url }) => {
  const [words, dot] = ["words", "dot"].map((name) => document.querySelector(`[data-live-${name}]`));
  let [feeds, rate, isUnknown] = [null, null, false];

  const show = () => {
    if (feeds === null && !isUnknown) return;
    const [text, how] = says();
    if (words.textContent !== text) words.textContent = text;
    words.classList.toggle("is-bad", how === "bad");
    dot.dataset.how = how;
  };

  const says = () => {
    const { state } = document.getElementById("tracker-state").dataset; // which js/live_part.js keeps up to date
    if (state === "paused") return ["Paused: no posts are counted", "still"];
    if (state === "capped") return ["The cap is reached: no posts are counted", "still"];
    if (isUnknown) return ["Nobody knows how fresh this is", "bad"];
    const alive = feeds.filter(({ alive: is }) => is);
    const dead = sources.filter((name) => !alive.some(({ source }) => source === name)).map(sourceName);
    const pace = rate === null ? "" : `${count(rate)} post${rate === 1 ? "" : "s"} a minute · `;
    if (!alive.length) return [`No listener is running for ${either.format(dead)}: nothing new comes in`, "bad"];
    const { words: fresh, isLate } = freshness(alive);
    if (dead.length) return [`${pace}${fresh} · no listener for ${either.format(dead)}`, "bad"];
    return [`${pace}${fresh}`, isLate ? "bad" : "live"];
  };

  follow({
    url: () => url,
    every: () => EVERY_MS,
    show: (answer) => {
      isUnknown = false;
      if (answer) feeds = answer.items.filter(({ source }) => sources.includes(source));
      show();
    },
    trouble: (error) => {
      isUnknown = error !== null;
      show();
    },
  });

  return (fresh) => {
    rate = fresh;
    show();
  };
};
