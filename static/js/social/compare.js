// Up to five trackers on one scale. The address names them and the range.
import { element } from "../element.js";
import { announcer } from "./announcer.js";
import { makeFigure } from "./figure.js";
import { follow } from "./poll.js";
import { isLive, readQuery, writeQuery } from "./query.js";
import { rangePicker } from "./range_picker.js";
import { COUNT_AXIS, SCORE_AXIS, X_AXIS, stepInWords, timesOf } from "./time_charts.js";
import { troubleLine } from "./trouble.js";
import { MOODS, count, countChange, score, share } from "./words.js";
import { momentInWords } from "./zone.js";

const LIVE_MS = 5000;
const SETTLED_MS = 60_000;
const TOKENS = ["accent", "coral", "plum", "moss", "azure"];
const DASHES = [[], [8, 4], [2, 3], [12, 4, 2, 4], [5, 5]]; // so that colour is not all that tells lines apart

const part = document.querySelector("[data-comparison]");
const form = document.querySelector("[data-compare-form]");

const start = () => {
  const most = Number(part.dataset.most);
  const boxes = [...form.elements.tracker];
  const names = new Map(boxes.map((box) => [box.value, box.parentElement.querySelector("[data-name]").textContent]));
  const answers = new Map(); // id → summary
  const polls = new Map(); // id → what asks for it
  const tbody = document.querySelector("#comparison tbody");
  const [words, body, empty] = [form.querySelector("[data-compare-words]"), part.querySelector("[data-compare-body]"), part.querySelector("[data-compare-empty]")];
  const announce = announcer(part.querySelector("[data-announce]"));
  const { fresh, trouble } = troubleLine();
  let query = readQuery();
  let isOther = true;

  const chosen = () => boxes.filter(({ checked }) => checked).map(({ value }) => value);

  const seriesOf = (ids, inTable) => ids.map((id, at) => ({ label: names.get(id), token: TOKENS[at], shape: "line", borderDash: DASHES[at], inTable }));
  const posts = makeFigure(document.getElementById("chart-posts"), { series: [], scales: { x: X_AXIS, y: COUNT_AXIS } });
  const scores = makeFigure(document.getElementById("chart-scores"), { series: [], scales: { x: X_AXIS, y: SCORE_AXIS } });

  const address = () => `?${writeQuery(query, chosen().map((id) => ["tracker", id]))}`;

  const picker = rangePicker((range) => {
    query = { ...query, ...range };
    history.pushState(null, "", address());
    begin();
  });

  const begin = () => {
    isOther = true;
    picker.show(query);
    const ids = chosen();
    for (const box of boxes) box.disabled = !box.checked && ids.length >= most;
    words.textContent = ids.length >= most ? `${most} are the most that can be compared.` : "";
    [body.hidden, empty.hidden] = [ids.length < 2, ids.length >= 2];
    answers.clear();
    for (const id of ids) (polls.get(id) ?? makePoll(id)).now();
  };

  const makePoll = (id) => {
    const poll = follow({
      url: () => `${part.dataset.api}/${id}/summary?${writeQuery({ ...query, terms: [], mood: null })}`,
      every: () => (chosen().includes(id) ? (isLive(query) ? LIVE_MS : SETTLED_MS) : null),
      show: (summary) => {
        fresh();
        if (!summary || !chosen().includes(id)) return;
        answers.set(id, summary);
        show();
      },
      trouble,
    });
    polls.set(id, poll);
    return { now: () => {} }; // it has just begun
  };

  const show = () => {
    const ids = chosen();
    if (ids.length < 2 || !ids.every((id) => answers.has(id))) return;
    const summaries = ids.map((id) => answers.get(id));
    const [first] = summaries;
    picker.show(query, first);
    showTable(ids, summaries);
    showCharts(ids, summaries);
    announce(ids.map((id, at) => `${names.get(id)}: ${count(summaries[at].total)} posts, mean score ${score(summaries[at].score)}`).join(". "), isOther);
    isOther = false;
  };

  const showTable = (ids, summaries) => {
    const all = summaries.reduce((sum, { total }) => sum + total, 0);
    if (isOther) tbody.replaceChildren(...ids.map(makeRow));
    for (const [at, row] of [...tbody.rows].entries()) {
      for (const [number, [, text]] of cellsOf(summaries[at], all).entries()) row.cells[number + 1].textContent = text;
    }
  };

  const cellsOf = (summary, all) => {
    const change = summary.previous && countChange(summary.total, summary.previous.total);
    return [
      ["Posts", count(summary.total)],
      ["Share of voice", share(summary.total, all)],
      ...MOODS.map((mood) => [mood[0].toUpperCase() + mood.slice(1), share(summary[mood], summary.total)]),
      ["Mean score", score(summary.score)],
      ["Change in posts", change ? `${change.arrow} ${change.words}` : "–"],
    ];
  };

  const makeRow = (id, at) => {
    const link = element("a", { href: `/social/trackers/${id}/?${writeQuery(query)}` }, names.get(id));
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, element("span", { class: `line-key line-key--${at}`, "aria-hidden": "true" }), link),
      ...cellsOf(answers.get(id), 0).map(([label]) => element("td", { class: "table__number", "data-label": label })),
    );
  };

  const showCharts = (ids, summaries) => {
    // Ranges that end now may be asked for on both sides of a minute: the steps that all have are compared.
    const by = summaries.map(({ series }) => new Map(series.map((step) => [Date.parse(step.at), step])));
    const [first] = summaries;
    const common = first.series.filter(({ at }) => by.every((steps) => steps.has(Date.parse(at))));
    const times = timesOf({ ...first, series: common });
    const about = `${ids.map((id) => names.get(id)).join(", ")}, ${momentInWords(first.start)} – ${momentInWords(first.end)}`;
    const shown = (pick) => by.map((steps) => common.map(({ at }) => pick(steps.get(Date.parse(at)))));
    const isEmpty = summaries.every(({ total }) => total === 0);
    for (const [figure, pick, inTable] of [[posts, ({ total }) => total, count], [scores, (step) => step.score, score]]) {
      figure.setSeries(seriesOf(ids, inTable));
      figure.show({ ...times, about, step: stepInWords(first.step_seconds), isEmpty, values: shown(pick), words: "Its numbers are in the table below it." });
    }
  };

  form.addEventListener("change", () => {
    history.replaceState(null, "", address());
    begin();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("popstate", () => {
    query = readQuery();
    const ids = new URLSearchParams(location.search).getAll("tracker");
    for (const box of boxes) box.checked = ids.includes(box.value);
    begin();
  });
  begin();
};

if (part) start();
