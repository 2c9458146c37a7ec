// Moments on the clock of the person: in the zone of the profile, else in the browser's, as in local_time.js.

const known = (name) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return "UTC"; // a zone that the server knows and the browser does not
  }
};

export const zone = known(document.documentElement.dataset.timeZone);

const formats = new Map();

const format = (options, timeZone = zone) => {
  const key = JSON.stringify([options, timeZone]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(document.documentElement.lang, { timeZone, ...options }));
  return formats.get(key);
};

/** "24 Nov 2026, 14:05" */
export const momentInWords = (moment) => format({ dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));

/** "14:05:31" */
export const clock = (moment) => format({ timeStyle: "medium" }).format(new Date(moment));

/** The label of a step on a chart's axis: the day alone for days (those of the summary's own zone), else with the hour. */
export const stepLabel = (moment, { stepSeconds, spanSeconds, timeZone }) => {
  const at = new Date(moment);
  if (stepSeconds >= 86_400) return format({ day: "numeric", month: "short" }, known(timeZone)).format(at);
  if (spanSeconds <= 86_400) return format({ hour: "2-digit", minute: "2-digit" }).format(at);
  return format({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(at);
};

const PARTS = { hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };

const onTheWall = (moment) => {
  const found = Object.fromEntries(format(PARTS).formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${found.year}-${found.month}-${found.day}T${found.hour}:${found.minute}:${found.second}`;
};

/** What <input type="datetime-local"> shows for a moment. */
export const toWall = (moment) => onTheWall(new Date(moment)).slice(0, 16);

/** The moment at which the clock on the wall shows this: two guesses, since the distance to UTC may change between. */
export const fromWall = (text) => {
  const wanted = Date.parse(`${text}Z`);
  let moment = wanted;
  for (let guess = 0; guess < 2; guess += 1) moment += wanted - Date.parse(`${onTheWall(new Date(moment))}Z`);
  return new Date(moment);
};
