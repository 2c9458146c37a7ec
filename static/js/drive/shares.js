// The dialog that says who else may see an item: links and people, each made and ended here.

import { askJson } from "../api.js";
import { element, icon } from "../element.js";
import { counted } from "../measures.js";
import { API } from "./page.js";

const SAYS_SO_MS = 2000;
const moments = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

const dialog = document.getElementById("share-dialog");
const part = (name) => dialog.querySelector(`[data-${name}]`);

let shared = null; // the item that the dialog is about

const show = (words) => (part("share-error").textContent = words);

const trying = async (work) => {
  show("");
  try {
    await work();
    return true;
  } catch (refusal) {
    show(refusal.message);
    return false;
  }
};

/** Open it for an item {id, kind, name}; resolves when it is closed. */
export const openShares = async (item) => {
  shared = item;
  part("dialog-title").textContent = `Share “${item.name}”`;
  part("link-mode").hidden = item.kind !== "folder";
  part("link-form").reset();
  part("grant-form").reset();
  part("new-link").open = false;
  part("links").replaceChildren();
  part("grants").replaceChildren();
  dialog.showModal();
  await trying(load);
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
};

const load = async () => {
  const { items, grants } = await askJson("GET", `${API}/items/${shared.id}/shares`);
  part("links").replaceChildren(...items.map(linkLine));
  part("grants").replaceChildren(...grants.map(grantLine));
  part("no-links").hidden = items.length > 0;
};

const end = (url, name) =>
  element(
    "button",
    { type: "button", class: "button button--small button--danger", "aria-label": `End ${name}`, onclick: () => trying(async () => { await askJson("DELETE", url); await load(); }) },
    "End",
  );

const linkLine = (link) => {
  const facts = [
    link.mode === "UPLOAD" ? "Upload only" : "View and download",
    link.has_password && "with a password",
    link.expires_at && `until ${moments.format(new Date(link.expires_at))}`,
    link.mode === "VIEW" && downloads(link),
  ].filter(Boolean);
  const words = element("span", {}, "Copy");
  const copy = element("button", { type: "button", class: "button button--small", "aria-label": "Copy the link", onclick: () => copyLink(link.url, words, line) }, icon("copy"), words);
  const line = element(
    "li",
    {},
    element("span", { class: "share-list__words" }, element("a", { class: "share-list__url truncate", href: link.url, "data-link-url": true }, link.url), element("span", { class: "muted small" }, facts.join(", "))),
    copy,
    end(`${API}/shares/${link.id}`, "this link"),
  );
  return line;
};

const downloads = ({ downloads, max_downloads: most }) => (most ? `${downloads} of ${counted(most, "download")}` : counted(downloads, "download"));

const copyLink = async (url, words, line) => {
  try {
    await navigator.clipboard.writeText(url);
    words.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(line.querySelector("a")); // no clipboard outside https
    words.textContent = "Press Ctrl-C";
  }
  setTimeout(() => (words.textContent = "Copy"), SAYS_SO_MS);
};

const grantLine = (grant) => {
  const role = element(
    "select",
    { class: "input input--small", "aria-label": `What ${grant.username} may do`, onchange: () => trying(() => give(grant.username, role.value)) },
    element("option", { value: "VIEW", selected: grant.role === "VIEW" }, "Can view"),
    element("option", { value: "EDIT", selected: grant.role === "EDIT" }, "Can edit"),
  );
  return element("li", {}, element("strong", { class: "share-list__words truncate" }, grant.username), element("span", {}, role), end(`${API}/grants/${grant.id}`, `the share with ${grant.username}`));
};

const give = (username, role) => askJson("POST", `${API}/items/${shared.id}/grants`, { body: { username, role } });

if (dialog) {
  part("link-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const { mode, password, expires_at: expires, max_downloads: most } = form.elements;
    const body = { mode: shared.kind === "folder" ? mode.value : "VIEW", password: password.value };
    if (expires.value) body.expires_at = new Date(expires.value).toISOString();
    if (most.value && body.mode === "VIEW") body.max_downloads = Number(most.value);
    const isMade = await trying(async () => { await askJson("POST", `${API}/items/${shared.id}/shares`, { body }); await load(); });
    if (!isMade) return;
    form.reset();
    part("new-link").open = false;
    part("links").querySelector("button")?.focus();
  });
  part("link-form").addEventListener("change", ({ currentTarget: form }) => {
    part("link-limit").hidden = form.elements.mode.value === "UPLOAD";
  });
  part("grant-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { username, role } = event.target.elements;
    if (await trying(async () => { await give(username.value, role.value); await load(); })) event.target.reset();
  });
}
