// What a page shows stands in its address, so that it can be shared and survives a reload. The API takes the same query.

const DEFAULT_LAST = 86_400;
const MOODS = new Set(["positive", "neutral", "negative"]);

const moment = (text) => {
  const found = new Date(text ?? "");
  return Number.isNaN(found.getTime()) ? null : found;
};

/** @returns {{last: ?number, from: ?Date, to: ?Date, terms: string[], mood: ?string}} */
export const readQuery = (search = location.search) => {
  const query = new URLSearchParams(search);
  const [from, to] = [moment(query.get("from")), moment(query.get("to"))];
  const isOwn = from && to && from < to;
  const last = Number(query.get("last"));
  return {
    last: isOwn ? null : Number.isInteger(last) && last >= 60 ? last : DEFAULT_LAST,
    from: isOwn ? from : null,
    to: isOwn ? to : null,
    terms: [...new Set(query.getAll("term"))].filter((term) => term.includes(":")),
    mood: MOODS.has(query.get("mood")) ? query.get("mood") : null,
  };
};

const written = (date) => date.toISOString().replace(".000Z", "Z");

/** The query of page and API; `others` are kept before it. */
export const writeQuery = ({ last, from, to, terms, mood }, others = []) => {
  const query = new URLSearchParams(others);
  if (last) query.set("last", last);
  else {
    query.set("from", written(from));
    query.set("to", written(to));
  }
  for (const term of terms) query.append("term", term);
  if (mood) query.set("mood", mood);
  return query.toString();
};

export const isNarrowed = ({ terms, mood }) => terms.length > 0 || mood !== null;

/** Whether new posts may still come into the range. */
export const isLive = ({ to }) => to === null || to > new Date();
