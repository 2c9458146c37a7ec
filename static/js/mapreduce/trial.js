// A program over the first lines of its data: it is asked for, waited for, and what came out is shown.

import { askJson, newKey, pause } from "../api.js";
import { element } from "../element.js";
import { counted } from "../measures.js";

const TRIALS = "/api/v1/mapreduce/trials";
const POLL_MS = 300;
const LINES_SHOWN = 100;
const QUEUE_SECONDS = 60; // that it may wait for its turn

/**
 * @param {HTMLElement} root [data-trial]
 * @param {() => Promise<object>} question the body of the trial
 * @param {() => string[]} columns names of the fields of the output, as far as they are known
 * @param {(error: Error) => void} onRefused the server says that something in the form is wrong
 */
export const createTrial = (root, { question, columns, onRefused, seconds }) => {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const button = part("try");

  const run = async () => {
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    say("Trying…");
    try {
      const body = await question();
      show(await finished(await askJson("POST", TRIALS, { body, key: newKey(), patient: true })));
    } catch (error) {
      say("");
      if (error.document) onRefused(error);
      else showFailure(error.message);
    } finally {
      button.removeAttribute("aria-busy");
      button.disabled = false;
    }
  };

  const finished = async (trial) => {
    const deadline = performance.now() + (seconds + QUEUE_SECONDS) * 1000;
    while (trial.status === "QUEUED" || trial.status === "RUNNING") {
      if (performance.now() > deadline) throw new Error("The trial was not run in time. The site is busy: try it again.");
      await pause(POLL_MS);
      trial = await askJson("GET", `${TRIALS}/${trial.id}`, { patient: true });
    }
    return trial;
  };

  const show = ({ result, error }) => {
    if (!result) {
      showFailure(error ?? "It could not be tried. Try it again.");
      return;
    }
    const lines = result.output.split("\n");
    if (lines.at(-1) === "") lines.pop();
    const took = `${result.seconds.toFixed(1)} s`;
    say(result.error ? `The program failed after ${took}. ${result.error}` : `It worked, in ${took}: ${counted(lines.length, "line")} of output.`);
    place(
      element("p", { class: `trial__words ${result.error ? "is-bad" : ""}` }, result.error ? `Failed after ${took}` : `Worked in ${took}: ${counted(lines.length, "line")}`),
      result.error ? failure(result) : null,
      lines.length ? output(lines, result.is_cut) : null,
      said(result),
      counters(result.counters),
    );
  };

  const failure = ({ error, last_line: line }) =>
    element(
      "div",
      { class: "stack stack--tight" },
      element("p", { class: "trial__error" }, error),
      line ? element("p", { class: "small" }, "It had just been given this line, or one near it:") : null,
      line ? element("pre", { class: "code code--wrap trial__line" }, line) : null,
    );

  const output = (lines, isCut) => {
    const shown = lines.slice(0, LINES_SHOWN);
    const hasFields = shown.every((line) => line.includes("\t"));
    const more = isCut ? "More follows." : lines.length > LINES_SHOWN ? `${counted(lines.length - LINES_SHOWN, "more line")}.` : "";
    return element(
      "div",
      { class: "stack stack--tight" },
      element("div", { class: "trial__output", tabindex: 0, role: "region", "aria-label": "Output" }, hasFields ? table(shown) : element("pre", {}, shown.join("\n"))),
      more ? element("p", { class: "muted small" }, more) : null,
    );
  };

  const table = (lines) => {
    const rows = lines.map((line) => line.split("\t"));
    const width = Math.max(...rows.map((row) => row.length));
    const known = columns();
    const names = Array.from({ length: width }, (_, index) => known[index] ?? ["Key", "Value"][index] ?? `Field ${index + 1}`);
    return element(
      "table",
      { class: "table" },
      element("thead", {}, element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...names.map((_, index) => element("td", {}, row[index] ?? ""))))),
    );
  };

  const said = ({ stderr, error }) =>
    stderr
      ? element(
          "details",
          { class: "fold", open: Boolean(error) },
          element("summary", {}, "stderr"),
          element("pre", { class: "trial__stderr", tabindex: 0, role: "region", "aria-label": "stderr" }, stderr),
        )
      : null;

  const counters = (groups) => {
    const rows = Object.entries(groups).flatMap(([group, counts]) => Object.entries(counts).map(([name, count]) => [group, name, count]));
    if (!rows.length) return null;
    const lines = rows.map(([group, name, count]) => element("div", {}, element("dt", {}, `${group}: ${name}`), element("dd", {}, count.toLocaleString("en"))));
    return element("details", { class: "fold" }, element("summary", {}, "Counters"), element("dl", { class: "trial__counters" }, ...lines));
  };

  const showFailure = (words) => {
    say(words);
    place(element("p", { class: "trial__error is-bad" }, words));
  };

  const place = (...nodes) => {
    part("trial-result").hidden = false;
    part("trial-result").replaceChildren(...nodes.filter(Boolean));
    for (const box of root.querySelectorAll(".trial__stderr")) box.scrollTop = box.scrollHeight; // what matters is said last
    part("trial-result").scrollIntoView({ block: "nearest" });
  };

  const say = (words) => (part("trial-said").textContent = words);

  button.addEventListener("click", run);

  /** Say on what it would be tried, or why it cannot be: {words, isReady}. */
  return ({ words, isReady }) => {
    part("try-note").textContent = words;
    if (button.getAttribute("aria-busy") !== "true") button.disabled = !isReady;
  };
};
