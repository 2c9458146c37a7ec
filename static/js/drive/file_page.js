// The page of one file: what can be done with it, and its preview as soon as a worker has made it.

import { askJson } from "../api.js";
import { toast } from "../toast.js";
import { bulk, bulkInto } from "./bulk.js";
import { askName, confirmed } from "./dialogs.js";
import { chooseFolder } from "./folder_tree.js";
import { API } from "./page.js";
import { openShares } from "./shares.js";

const FIRST_MS = 1000;
const LONGEST_MS = 10_000;

const head = document.querySelector("[data-file]");
const item = { id: head.dataset.file, name: head.dataset.name, kind: "file" };
const url = `${API}/items/${item.id}`;

const ACTIONS = {
  share: () => openShares(item),
  star: async (button) => {
    const { starred } = await askJson("PATCH", url, { body: { starred: button.getAttribute("aria-pressed") !== "true" } });
    button.setAttribute("aria-pressed", String(starred));
    button.querySelector("span").textContent = starred ? "Starred" : "Star";
  },
  rename: async () => {
    const save = (name) => askJson("PATCH", url, { body: { name } });
    if (await askName({ title: "Rename the file", go: "Rename", value: item.name, save })) location.reload();
  },
  move: async () => {
    const target = await chooseFolder({ title: `Move “${item.name}” to`, go: "Move here", without: new Set() });
    if (target && (await bulkInto("move", [item], target)).length) location.reload();
  },
  trash: async () => {
    if ((await bulk("trash", [item])).length) location.assign(head.dataset.parent);
  },
  "restore-version": async (button) => {
    await askJson("POST", `${url}/versions/${versionOf(button)}/restore`, { body: {} });
    location.reload();
  },
  "delete-version": async (button) => {
    const question = { title: "Delete this version?", text: "The file itself stays as it is. This cannot be undone.", go: "Delete the version" };
    if (!(await confirmed(question))) return;
    await askJson("DELETE", `${url}/versions/${versionOf(button)}`);
    location.reload();
  },
};

const versionOf = (button) => button.closest("[data-version-id]").dataset.versionId;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-file-act]");
  if (!button) return;
  try {
    await ACTIONS[button.dataset.fileAct](button);
  } catch (refusal) {
    toast(refusal.message, "error");
  }
});

/** Ask for the page again, less and less often, until the preview is made. */
const follow = async (wait) => {
  await new Promise((resolve) => setTimeout(resolve, wait));
  const preview = document.querySelector("[data-preview]");
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const fresh = page.querySelector("[data-preview]");
    if (fresh && !("previewPending" in fresh.dataset)) {
      preview.replaceWith(fresh);
      return;
    }
  } catch {
    // the next round may have more luck
  }
  follow(Math.min(LONGEST_MS, wait * 1.4));
};

if (document.querySelector("[data-preview-pending]")) follow(FIRST_MS);
