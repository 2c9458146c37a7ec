// The dialog in which files of the drive and results of earlier jobs are found while a person types.

import { askJson } from "../api.js";
import { element, icon } from "../element.js";
import { bytesInWords, counted } from "../measures.js";

const WAIT_MS = 200;

/**
 * @param {HTMLDialogElement} dialog
 * @returns {(sources: object) => void} opens it, to add to these (see sources.js)
 */
export const createSourcePicker = (dialog) => {
  const part = (name) => dialog.querySelector(`[data-source-${name}]`);
  const search = part("search");
  let chosen = null;
  let asking = new AbortController();
  let timer = 0;

  const find = async () => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const text = search.value.trim();
    try {
      const found = await askJson("GET", `/api/v1/mapreduce/sources?text=${encodeURIComponent(text)}`, { signal, patient: true });
      draw(found, text);
    } catch (error) {
      if (!signal.aborted) part("found").replaceChildren(element("p", { class: "is-bad" }, error.message));
    }
  };

  const draw = ({ drive, jobs }, text) => {
    const files = drive.map(({ id, name, folder, size_bytes: size }) => ({ source: { kind: "drive", id, name, size }, words: [folder, bytesInWords(size)] }));
    const results = jobs.map(({ id, name, size_bytes: size, parts, finished_at: at }) => ({
      source: { kind: "job", id, name: `Results of “${name}”`, size },
      words: [counted(parts, "file"), bytesInWords(size)],
      at,
    }));
    const groups = [group("Your drive", files, "file"), group("Earlier jobs", results, "mapreduce")].filter(Boolean);
    const nothing = element("p", { class: "muted" }, text ? "Nothing has such a name." : "There is nothing yet: no file in the drive, no job with results.");
    part("found").replaceChildren(...(groups.length ? groups : [nothing]));
    part("said").textContent = `${counted(files.length, "file")} and ${counted(results.length, "job")} found.`;
  };

  const group = (title, rows, drawn) =>
    rows.length &&
    element("section", { class: "stack stack--tight" }, element("h3", {}, title), element("ul", { class: "source-list" }, ...rows.map((row) => line(row, drawn))));

  const line = ({ source, words, at }, drawn) => {
    const button = element("button", { class: "button button--small", type: "button" });
    const show = () => {
      button.textContent = chosen.has(source) ? "Added" : "Add";
      button.append(element("span", { class: "visually-hidden" }, ` ${source.name}`));
      button.setAttribute("aria-disabled", chosen.has(source));
    };
    button.addEventListener("click", () => {
      chosen.add(source);
      show();
    });
    show();
    const moment = at ? element("time", { datetime: at, "data-local": true }, at) : null;
    const facts = element("span", { class: "muted small" }, ` ${words.filter(Boolean).join(" · ")}${at ? " · " : ""}`, moment);
    const text = element("span", { class: "source-list__name" }, source.name, facts);
    return element("li", {}, icon(drawn), text, button);
  };

  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, WAIT_MS);
  });

  return (sources) => {
    chosen = sources;
    search.value = "";
    dialog.showModal();
    find();
  };
};
