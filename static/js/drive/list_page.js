// A page with a list of files and folders: what is chosen, and what can be done with it.

import { counted } from "../measures.js";
import { emptyTrash, fits, moveInto, newFolder, run } from "./actions.js";
import { letRowsBeDragged } from "./drag.js";
import { itemOf } from "./list.js";
import { closeMenu, openMenu } from "./menu.js";
import { canEdit, folder, page } from "./page.js";
import { createSelection } from "./selection.js";
import { openShares } from "./shares.js";
import { listenToKeys } from "./shortcuts.js";
import "./thumbnails.js";

const bar = page.querySelector("[data-selection-bar]");

const showChosen = () => {
  const items = selection.chosen();
  bar.hidden = !items.length;
  bar.querySelector("[data-selection-count]").textContent = `${counted(items.length, "item")} selected`;
  for (const button of document.querySelectorAll("[data-selection-bar] [data-act], [data-item-menu] [data-act]")) {
    if (button.dataset.act !== "clear") button.hidden = !fits(button.dataset.act, items);
  }
};

const selection = createSelection(showChosen);

/** What an action is about: what is chosen, or else the row that has the keyboard. */
const meant = () => {
  const chosen = selection.chosen();
  const row = selection.focused();
  return chosen.length || !row ? chosen : [itemOf(row)];
};

const PAGE_ACTIONS = {
  clear: () => selection.clear(),
  empty: emptyTrash,
  shortcuts: () => document.getElementById("shortcuts-dialog").showModal(),
  "new-folder": () => canEdit && newFolder(),
  "share-folder": () => openShares({ ...folder, kind: "folder" }),
};

const act = (name) => (PAGE_ACTIONS[name] ? PAGE_ACTIONS[name]() : run(name, meant()));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  closeMenu();
  button.closest("[popover]")?.hidePopover();
  act(button.dataset.act);
});

page.addEventListener("click", (event) => {
  const row = event.target.closest("[data-item]");
  if (event.target.closest("[data-star]")) run(itemOf(row).isStarred ? "unstar" : "star", [itemOf(row)]);
  if (!event.target.closest("[data-more]")) return;
  if (!selection.isChosen(row)) selection.only(row);
  const { left, bottom } = event.target.closest("[data-more]").getBoundingClientRect();
  openMenu({ x: left, y: bottom }, { isByKeyboard: event.detail === 0 });
});

page.addEventListener("contextmenu", (event) => {
  const row = event.target.closest("[data-item]");
  if (!row || selection.isByTouch()) return;
  event.preventDefault();
  if (!selection.isChosen(row)) selection.only(row);
  const isByKeyboard = event.button !== 2;
  const { left, bottom } = row.getBoundingClientRect();
  openMenu(isByKeyboard ? { x: left, y: bottom } : { x: event.clientX, y: event.clientY }, { isByKeyboard });
});

document.addEventListener("change", ({ target }) => {
  if (target.matches(".menu__input")) target.closest("[popover]").hidePopover();
});

letRowsBeDragged(selection, moveInto);
listenToKeys({ act, selection });
showChosen();
