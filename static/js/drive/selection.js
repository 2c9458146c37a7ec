// Which rows are chosen: by a click, with Ctrl or Shift, by a long press, by the boxes, or with the keyboard.

import { itemOf, rowOf, rows } from "./list.js";
import { page } from "./page.js";

const LONG_PRESS_MS = 450;

const boxOf = (row) => row.querySelector("[data-check]");
const isChosen = (row) => boxOf(row).checked;
const nameOf = (row) => row.querySelector("[data-open]");

/** @param {() => void} onChange called when other rows are chosen, or the list changed */
export const createSelection = (onChange) => {
  let anchor = null; // id of the row from which Shift counts
  let lastPointer = "mouse";
  let pressing = null;
  let wasLongPress = false;

  const chosen = () => rows().filter(isChosen).map(itemOf);
  const changed = () => {
    const all = rows();
    const count = all.filter(isChosen).length;
    const box = page.querySelector("[data-check-all]");
    if (box) {
      box.checked = count > 0 && count === all.length;
      box.indeterminate = count > 0 && count < all.length;
    }
    onChange();
  };

  const set = (some, value) => {
    for (const row of some) boxOf(row).checked = value;
    changed();
  };
  const only = (row) => {
    for (const other of rows()) boxOf(other).checked = other === row;
    anchor = row.dataset.item;
    changed();
  };
  const toggle = (row) => {
    anchor = row.dataset.item;
    set([row], !isChosen(row));
  };
  const through = (row) => {
    const all = rows();
    const [a, b] = [all.indexOf(rowOf(anchor) ?? row), all.indexOf(row)];
    set(all.slice(Math.min(a, b), Math.max(a, b) + 1), true);
  };
  const all = () => set(rows(), true);
  const clear = () => set(rows(), false);

  const focused = () => document.activeElement?.closest("[data-item]");
  const focus = (row) => nameOf(row)?.focus();

  /** Go so many rows on; with `extend`, choose what lies on the way. */
  const go = (steps, { extend = false } = {}) => {
    const list = rows();
    const at = focused();
    const to = at ? Math.max(0, Math.min(list.length - 1, list.indexOf(at) + steps)) : 0;
    if (!list.length) return;
    if (extend && at) {
      if (!rowOf(anchor) || !isChosen(rowOf(anchor))) anchor = at.dataset.item;
      through(list[to]);
    }
    focus(list[to]);
  };

  /** How many tiles stand side by side; 1 in a list. */
  const perLine = () => {
    const list = rows();
    const second = list.findIndex((row) => row.offsetTop > list[0].offsetTop);
    return second < 0 ? list.length : Math.max(1, second);
  };

  page.addEventListener("click", (event) => {
    const row = event.target.closest("[data-item]");
    if (!row) return;
    if (wasLongPress) {
      wasLongPress = false;
      event.preventDefault();
    } else if (event.target.closest(".entry__check")) {
      if (event.shiftKey && event.target.matches("[data-check]")) through(row);
    } else if (!event.target.closest("button, .entry__path a")) {
      press(event, row);
    }
  });

  const press = (event, row) => {
    const isOpening = event.target.closest("a");
    if (event.shiftKey) through(row);
    else if (event.ctrlKey || event.metaKey || (lastPointer === "touch" && chosen().length)) toggle(row);
    else if (isOpening) return;
    else only(row);
    event.preventDefault();
    focus(row);
  };

  page.addEventListener("dblclick", (event) => {
    const row = event.target.closest("[data-item]");
    if (row && !event.target.closest("a, button, label")) nameOf(row)?.click();
  });
  page.addEventListener("mousedown", (event) => {
    if (event.shiftKey && event.target.closest("[data-item]")) event.preventDefault(); // do not mark text
  });
  page.addEventListener("change", ({ target }) => {
    if (target.matches("[data-check-all]")) set(rows(), target.checked);
    if (!target.matches("[data-check]")) return;
    anchor = target.closest("[data-item]").dataset.item;
    changed();
  });

  page.addEventListener("pointerdown", (event) => {
    lastPointer = event.pointerType;
    wasLongPress = false;
    const row = event.target.closest("[data-item]");
    if (row?.matches("[data-movable]")) row.draggable = event.pointerType !== "touch"; // a long press is not a drag
    if (event.pointerType !== "touch" || !row) return;
    pressing = setTimeout(() => {
      wasLongPress = true;
      toggle(row);
    }, LONG_PRESS_MS);
  });
  for (const name of ["pointerup", "pointermove", "pointercancel"]) {
    page.addEventListener(name, () => clearTimeout(pressing));
  }
  page.addEventListener("contextmenu", (event) => {
    if (lastPointer === "touch" && event.target.closest("[data-item]")) event.preventDefault();
  });
  document.addEventListener("list", changed);
  document.addEventListener("more", changed);

  return { chosen, only, toggle, all, clear, go, perLine, focused, isChosen, isByTouch: () => lastPointer === "touch" };
};
