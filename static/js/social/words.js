// Numbers, moods and terms as a person reads them.

const MANY_TIMES = 5; // as many are no longer said in percent

export const MOODS = ["positive", "neutral", "negative"];

export const count = (number) => number.toLocaleString("en");

/** (12, 300) → "4.0 %"; tenths where they matter. */
export const share = (part, whole) => {
  if (!whole) return "–";
  const percent = (100 * part) / whole;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
};

const signed = (number, digits) => `${number > 0 ? "+" : number < 0 ? "−" : ""}${Math.abs(number).toFixed(digits)}`;

/** 0.314 → "+0.31"; null (no posts) → "–" */
export const score = (value) => (value === null ? "–" : signed(Math.round(value * 100) / 100 || 0, 2));

/** Which mood a mean score is nearest to. */
export const moodOf = (value) => (value > 0.05 ? "positive" : value < -0.05 ? "negative" : "neutral");

/** How a count has changed: {arrow, words}. */
export const countChange = (now, before) => {
  if (now === before) return { arrow: "", words: "as many as before" };
  if (!before) return { arrow: "", words: "none before" };
  const percent = Math.round((100 * (now - before)) / before);
  if (!percent) return { arrow: "", words: "about as many" };
  if (now > MANY_TIMES * before) return { arrow: "▲", words: `${count(Math.round(now / before))} times as many` };
  return { arrow: percent > 0 ? "▲" : "▼", words: `${count(Math.abs(percent))} % ${percent > 0 ? "more" : "fewer"}` };
};

/** How a share has changed, in points of a hundred. */
export const shareChange = (now, before) => {
  if (now === null || before === null) return { arrow: "", words: "" };
  const points = Math.round(1000 * (now - before)) / 10;
  if (!points) return { arrow: "", words: "as before" };
  return { arrow: points > 0 ? "▲" : "▼", words: `${Math.abs(points).toFixed(1)} points ${points > 0 ? "up" : "down"}` };
};

/** How the mean score has changed. */
export const scoreChange = (now, before) => {
  if (now === null || before === null) return { arrow: "", words: "" };
  const difference = Math.round(100 * (now - before)) / 100;
  if (!difference) return { arrow: "", words: "as before" };
  return { arrow: difference > 0 ? "▲" : "▼", words: `${signed(difference, 2)}, ${difference > 0 ? "better" : "worse"}` };
};

const languageNames = new Intl.DisplayNames("en", { type: "language" });
const SOURCES = { replay: "Replay", x: "X", bluesky: "Bluesky" };

export const sourceName = (name) => SOURCES[name] ?? name;

const languageName = (code) => {
  if (code === "und") return "Unknown";
  try {
    return languageNames.of(code);
  } catch {
    return code;
  }
};

/** A term as its list shows it. */
export const termInList = (kind, value) => {
  if (kind === "hashtag") return `#${value}`;
  if (kind === "mention" || kind === "author") return `@${value}`;
  if (kind === "language") return languageName(value);
  return kind === "source" ? sourceName(value) : value;
};

/** A term as a filter says it. */
export const termAsFilter = (term) => {
  const [kind, value] = splitTerm(term);
  const shown = termInList(kind, value);
  return { mention: `${shown} named`, author: `by ${shown}`, word: `“${shown}”`, language: `in ${shown}`, source: `on ${shown}` }[kind] ?? shown;
};

/** "hashtag:coffee" → ["hashtag", "coffee"]; a value may hold colons. */
export const splitTerm = (term) => {
  const at = term.indexOf(":");
  return [term.slice(0, at), term.slice(at + 1)];
};
