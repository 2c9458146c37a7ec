// Rows are dragged onto folders: rows, crumbs, and "My files". Targets have data-drop-folder.

import { itemOf } from "./list.js";
import { page } from "./page.js";

const KIND = "application/x-drive-items";

/** @param {(items: object[], target: {id: string, name: string}) => void} onMove */
export const letRowsBeDragged = (selection, onMove) => {
  let dragged = [];

  const targetOf = (event) => {
    const target = dragged.length ? event.target.closest?.("[data-drop-folder]") : null;
    return target && !dragged.some(({ id }) => id === target.dataset.dropFolder) ? target : null;
  };
  const mark = (target) => {
    for (const old of document.querySelectorAll(".is-target")) if (old !== target) old.classList.remove("is-target");
    target?.classList.add("is-target");
  };

  page.addEventListener("dragstart", (event) => {
    const row = event.target.closest?.("[data-item]");
    if (!row) return;
    if (!selection.isChosen(row)) selection.only(row);
    dragged = selection.chosen().filter(({ isMovable }) => isMovable);
    if (!dragged.length) dragged = [itemOf(row)];
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData(KIND, "");
    row.classList.add("is-dragged");
  });
  page.addEventListener("dragover", (event) => {
    const target = targetOf(event);
    mark(target);
    if (!target) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
  });
  page.addEventListener("drop", (event) => {
    const target = targetOf(event);
    if (!target) return;
    event.preventDefault();
    onMove(dragged, { id: target.dataset.dropFolder, name: target.dataset.dropName });
  });
  page.addEventListener("dragend", () => {
    dragged = [];
    mark(null);
    for (const row of document.querySelectorAll(".is-dragged")) row.classList.remove("is-dragged");
  });
};
