// What a job reads, or what lies beside its program: a list of sources that can be taken off it.
// A source is {kind: "upload" | "drive" | "job", id, name, size}.

import { element, icon } from "../element.js";
import { bytesInWords } from "../measures.js";

const ICONS = { upload: "file", drive: "folder", job: "mapreduce" };
const FIELDS = { upload: "upload_id", drive: "drive_item_id", job: "job_id" };

/**
 * @param {HTMLElement} list
 * @param {(source: object) => void} onRemove called with a source that was taken off
 */
export const createSources = (list, { onChange, onRemove }) => {
  let all = [];

  const draw = () => {
    list.hidden = !all.length;
    list.replaceChildren(...all.map(row));
  };

  const row = (source) =>
    element(
      "li",
      {},
      icon(ICONS[source.kind]),
      element("span", { class: "source-list__name" }, source.name),
      element("span", { class: "muted numeric small" }, bytesInWords(source.size)),
      element(
        "button",
        { class: "button button--quiet button--icon button--small", type: "button", onclick: () => remove(source) },
        icon("close"),
        element("span", { class: "visually-hidden" }, `Remove ${source.name}`),
      ),
    );

  const add = (source) => {
    if (has(source)) return;
    all.push(source);
    draw();
    onChange();
  };

  const remove = (source) => {
    const place = all.indexOf(source);
    all = all.filter((other) => other !== source);
    draw();
    onRemove(source);
    onChange();
    const buttons = list.querySelectorAll("button");
    (buttons[Math.min(place, buttons.length - 1)] ?? document.querySelector(`[data-choose=${list.dataset.sources}]`)).focus();
  };

  const has = ({ kind, id }) => all.some((source) => source.kind === kind && source.id === id);

  const fill = (sources) => {
    all = [...sources];
    draw();
  };

  draw();
  return {
    add,
    fill,
    has,
    all: () => all,
    bytes: () => all.reduce((sum, { size }) => sum + size, 0),
    asJson: () => all.map(({ kind, id }) => ({ [FIELDS[kind]]: id })),
  };
};
