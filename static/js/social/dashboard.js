// The dashboard of a tracker: its address says what is shown, the API says the numbers, and this keeps them up to date.
import { element } from "../element.js";
import { announcer } from "./announcer.js";
import { showKpis } from "./kpis.js";
import { liveLine } from "./live_line.js";
import { follow } from "./poll.js";
import { postList } from "./posts.js";
import { isLive, isNarrowed, readQuery, writeQuery } from "./query.js";
import { rangePicker } from "./range_picker.js";
import { timeCharts } from "./time_charts.js";
import { topLists } from "./tops.js";
import { troubleLine } from "./trouble.js";
import { count, share, termAsFilter } from "./words.js";
import { momentInWords } from "./zone.js";

const LIVE_MS = 2000;
const SETTLED_MS = 60_000; // late posts and new scores change the past too

const page = document.querySelector("[data-dashboard]");
const body = page.querySelector(".dashboard__body");
const { dashboard: api, feeds, sources, name } = page.dataset;
const [hold, filters, chips, honest, clear, against] = ["hold", "filters", "chips", "honest", "clear", "against"].map((part) => page.querySelector(`[data-${part}]`));

let query = readQuery();
let isHeld = false;
let isOther = true; // what is asked for differs from what is shown
let shownTotal = -1;

const choose = (changes) => {
  query = { ...query, ...changes };
  history.pushState(null, "", `?${writeQuery(query)}`);
  begin();
};

const toggleMood = (mood) => choose({ mood: query.mood === mood ? null : mood });

const toggleTerm = (term) => {
  const terms = query.terms.includes(term) ? query.terms.filter((each) => each !== term) : [...query.terms, term];
  choose({ terms });
};

const picker = rangePicker(choose);
const showTimes = timeCharts({ pickMood: toggleMood, pickRange: (from, to) => choose({ last: null, from, to }), name });
const showTops = topLists(toggleTerm);
const tellRate = liveLine({ sources: sources.split(" "), url: feeds });
const posts = postList();
const announce = announcer(page.querySelector("[data-announce]"));
const { fresh, trouble } = troubleLine();

const showFilters = (filtered) => {
  filters.hidden = !isNarrowed(query);
  const moods = query.mood ? [[query.mood, () => toggleMood(query.mood)]] : [];
  const wanted = [...query.terms.map((term) => [termAsFilter(term), () => toggleTerm(term)]), ...moods];
  if (isOther) chips.replaceChildren(...wanted.map(([words, remove]) => makeChip(words, remove)));
  honest.textContent = filtered ? honestly(filtered) : "";
};

const makeChip = (words, remove) =>
  element("li", {}, element("button", { type: "button", class: "chip", "aria-label": `Remove the filter ${words}`, onclick: () => removeChip(remove) }, words, element("span", { "aria-hidden": "true" }, "×")));

/** The chip goes away, so the focus goes to what was there before it. */
const removeChip = (remove) => {
  remove();
  (chips.querySelector("button") ?? body.querySelector('[data-range-picker] [aria-pressed="true"]')).focus();
};

const honestly = ({ scanned, since }) =>
  since
    ? `Counted from the newest ${count(scanned)} posts, back to ${momentInWords(since)}: older ones are not in these numbers.`
    : `Counted from the ${count(scanned)} posts of this time that are kept.`;

const inWords = ({ total, positive, negative }) =>
  total ? `${count(total)} posts, ${share(positive, total)} positive, ${share(negative, total)} negative.` : "No posts in this time.";

const show = (summary) => {
  if (!summary || (isHeld && !isOther)) return;
  picker.show(query, summary);
  showKpis(summary, query);
  against.textContent = summary.previous ? `Changes are against ${picker.before(query)}.` : "";
  showTimes(summary, query);
  showTops(summary.top, query.terms, isOther);
  showFilters(summary.filtered);
  tellRate(summary.rate_per_minute);
  announce(inWords(summary), isOther);
  if (!isOther && summary.total !== shownTotal) posts.touch();
  shownTotal = summary.total;
  isOther = false;
  body.removeAttribute("aria-busy");
};

const numbers = follow({
  url: () => `${api}/summary?${writeQuery(query)}`,
  every: () => (isHeld ? null : isLive(query) ? LIVE_MS : SETTLED_MS),
  show: (summary) => {
    fresh();
    show(summary);
  },
  trouble,
});

/** Links to what takes the same query, such as files of these numbers, go there with it. */
const showLinks = () => {
  for (const link of document.querySelectorAll("a[data-with-query]")) {
    link.dataset.own ??= link.search;
    link.search = writeQuery(query, link.dataset.own);
  }
};

const prepare = () => {
  picker.show(query);
  showFilters(null);
  showLinks();
  posts.load(`${api}/posts?${writeQuery(query)}`);
};

const begin = () => {
  isOther = true;
  body.setAttribute("aria-busy", "true");
  prepare();
  numbers.now();
};

for (const tile of page.querySelectorAll("[data-mood][data-kpi]")) tile.addEventListener("click", () => toggleMood(tile.dataset.mood));

clear.addEventListener("click", () => {
  choose({ terms: [], mood: null });
  body.querySelector('[data-range-picker] [aria-pressed="true"]').focus();
});

hold.addEventListener("click", () => {
  isHeld = !isHeld;
  hold.setAttribute("aria-pressed", isHeld);
  if (!isHeld) numbers.now();
});

addEventListener("popstate", () => {
  query = readQuery();
  begin();
});

prepare();
