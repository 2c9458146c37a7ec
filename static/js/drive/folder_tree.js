// Choose a folder: a tree that asks for what lies in a folder when it is opened.

import { askJson } from "../api.js";
import { element, icon } from "../element.js";
import { API, page } from "./page.js";

const AT_ONCE = 200;

/**
 * @param {{title: string, go: string, without: Set<string>}} options `without`: folders that cannot be chosen
 * @returns {Promise<{id: string, name: string} | null>}
 */
export const chooseFolder = async ({ title, go, without }) => {
  const dialog = document.getElementById("move-dialog");
  const error = dialog.querySelector("[data-dialog-error]");
  const button = dialog.querySelector("[data-dialog-go]");
  dialog.querySelector("[data-dialog-title]").textContent = title;
  button.textContent = go;
  button.disabled = true;
  error.textContent = "";

  const branch = ({ id, name }, { isOpen = false } = {}) => {
    const below = element("ul", { hidden: true });
    const radio = element("input", { type: "radio", name: "folder", value: id, "data-name": name, onchange: () => (button.disabled = false) });
    const opener = element("button", { type: "button", "aria-expanded": "false", "aria-label": `Folders in ${name}`, onclick: () => turn() }, icon("right"));
    const turn = async () => {
      const opens = opener.getAttribute("aria-expanded") !== "true";
      opener.setAttribute("aria-expanded", String(opens));
      below.hidden = !opens;
      if (opens && !below.children.length) await fill(below, `${API}/items?parent=${id}&limit=${AT_ONCE}`);
    };
    radio.addEventListener("keydown", (event) => {
      const isOpened = opener.getAttribute("aria-expanded") === "true";
      if ((event.key === "ArrowRight" && !isOpened) || (event.key === "ArrowLeft" && isOpened)) {
        event.preventDefault();
        turn();
      }
    });
    if (isOpen) turn();
    return element("li", {}, element("div", { class: "tree__row" }, opener, element("label", {}, radio, icon("folder"), element("span", { class: "truncate" }, name))), below);
  };

  const fill = async (below, url) => {
    try {
      const { items, next } = await askJson("GET", url, { patient: true });
      const folders = items.filter(({ id, kind }) => kind === "folder" && !without.has(id));
      below.append(...folders.map((folder) => branch(folder)));
      const isMore = next && items.every(({ kind }) => kind === "folder"); // folders stand before files
      if (isMore) below.append(more(below, next));
      if (!below.children.length) below.append(element("li", { class: "tree__note" }, "No folders in here"));
    } catch (refusal) {
      error.textContent = refusal.message;
    }
  };

  const more = (below, url) => {
    const line = element("li", {}, element("button", { type: "button", class: "link-button tree__note", onclick: () => (line.remove(), fill(below, url)) }, "More folders"));
    return line;
  };

  const root = branch({ id: page.dataset.root, name: "My files" }, { isOpen: true });
  dialog.querySelector("[data-tree]").replaceChildren(dialog.querySelector("[data-tree] legend"), element("ul", {}, root));
  dialog.returnValue = "";
  dialog.showModal();
  root.querySelector("input").focus();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  const chosen = dialog.querySelector("[name=folder]:checked");
  return dialog.returnValue === "go" && chosen ? { id: chosen.value, name: chosen.dataset.name } : null;
};
