// The keyboard, wherever no field, menu or dialog has it.

import { focusSearch } from "./search.js";

const isBusyElsewhere = ({ target }) =>
  document.querySelector("dialog[open], [popover]:popover-open") !== null ||
  (target.matches("input:not([type=checkbox]), select, textarea, summary") && !target.matches("[data-check]"));

/** @param {{act: (name: string) => void, selection: object}} drive */
export const listenToKeys = ({ act, selection }) => {
  const isGrid = () => document.documentElement.dataset.driveView === "grid";
  const go = (lines, columns) => (event) => {
    const steps = isGrid() ? lines * selection.perLine() + columns : lines;
    if (steps) selection.go(steps, { extend: event.shiftKey });
    return steps !== 0;
  };

  const KEYS = {
    ArrowDown: go(1, 0),
    ArrowUp: go(-1, 0),
    ArrowRight: go(0, 1),
    ArrowLeft: go(0, -1),
    " ": ({ target }) => target.matches("[data-open]") && (selection.toggle(selection.focused()), true),
    F2: () => act("rename"),
    Delete: () => act(document.querySelector("[data-act=purge]") ? "purge" : "trash"),
    Escape: () => selection.clear(),
    Backspace: () => document.querySelector(".crumbs li:nth-last-child(2) a")?.click(),
    "/": () => focusSearch(),
    "?": () => act("shortcuts"),
    n: () => act("new-folder"),
  };

  document.addEventListener("keydown", (event) => {
    if (isBusyElsewhere(event) || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a") {
      event.preventDefault();
      selection.all();
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    const doing = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
    if (doing && doing(event) !== false) event.preventDefault();
  });
};
