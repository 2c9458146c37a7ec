// The list of files and folders as the server draws it: renewed as a whole or by rows, without moving what a person is
// at. The document gets the event "list" when it changed.

import { watch } from "../load_more.js";
import { page, showsPaths } from "./page.js";

const FULL_PAGE = 100;
const LARGEST_PAGE = 1000;
const ROWS_AT_ONCE = 50;
const SOON_MS = 1200;

const part = () => page.querySelector("[data-part=list]");

export const rows = () => [...page.querySelectorAll("[data-list] > [data-item]")];
export const rowOf = (id) => document.getElementById(`item-${id}`);

/** What a row says of its item. */
export const itemOf = (row) => ({
  id: row.dataset.item,
  kind: row.dataset.kind,
  name: row.dataset.name,
  right: row.dataset.right,
  isMovable: "movable" in row.dataset,
  isStarred: "starred" in row.dataset,
  href: row.querySelector("a[data-open]")?.href,
});

const announce = () => document.dispatchEvent(new CustomEvent("list"));

const fetchPage = async (url, signal) => {
  const response = await fetch(url, { signal });
  if (response.redirected && response.url.includes("/accounts/login/")) location.reload();
  if (!response.ok) throw new Error(`status ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
};

/** Show the list of this address (which is asked for as long as what is shown now), or bring the shown one up to date. */
export const refresh = async ({ url = location.href, signal } = {}) => {
  const address = new URL(url, location.href);
  const shown = rows().length;
  const isSame = address.href === location.href;
  if (isSame && shown > FULL_PAGE) {
    address.searchParams.set("limit", Math.min(LARGEST_PAGE, Math.ceil(shown / FULL_PAGE) * FULL_PAGE));
  }
  const fresh = await fetchPage(address, signal);
  const [old, news] = [part(), fresh.querySelector("[data-part=list]")];
  if (!news) return;
  const [oldList, newList] = [old.querySelector("[data-list]"), news.querySelector("[data-list]")];
  if (oldList && newList && isSame) merge(oldList, old, news);
  else old.replaceChildren(...news.childNodes);
  page.toggleAttribute("data-search", fresh.getElementById("drive").hasAttribute("data-search"));
  renewSpace(fresh);
  watch();
  announce();
};

const merge = (list, old, news) => {
  const wanted = [...news.querySelector("[data-list]").children].map((node) => keep(node));
  const staying = new Set(wanted);
  for (const node of [...list.children]) if (!staying.has(node)) node.remove();
  wanted.forEach((node, place) => {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
  });
  for (const name of [".pager", "[data-announce]", ".entries__head"]) swap(old, news, name);
};

/** Give the row that is there already, if it looks the same. */
const keep = (node) => {
  const old = rowOf(node.dataset.item);
  if (old?.dataset.version === node.dataset.version) return old;
  if (old) node.querySelector("[data-check]").checked = old.querySelector("[data-check]").checked;
  node.classList.toggle("is-new", !old);
  return node;
};

const swap = (old, news, name) => {
  const [before, after] = [old.querySelector(name), news.querySelector(name)];
  if (before && after) before.replaceWith(after);
  else if (before) before.remove();
  else if (after) old.append(after);
};

const renewSpace = (fresh) => {
  const [before, after] = [page.querySelector("#space-used"), fresh.getElementById("space-used")];
  if (after && before.dataset.version !== after.dataset.version) before.replaceWith(after);
};

let waiting = null;

/** Bring the list up to date within a second or so, however often it is asked for. */
export const refreshSoon = () => {
  waiting ??= setTimeout(async () => {
    waiting = null;
    try {
      await refresh();
    } catch {
      // what changes next asks again
    }
  }, SOON_MS);
};

/** Draw these rows anew; those whose items are gone go. */
export const refreshRows = async (ids) => {
  for (let begin = 0; begin < ids.length; begin += ROWS_AT_ONCE) {
    const some = ids.slice(begin, begin + ROWS_AT_ONCE);
    const asked = new URLSearchParams(some.map((id) => ["id", id]));
    if (showsPaths()) asked.set("paths", "");
    const fresh = await fetchPage(`/drive/rows/?${asked}`);
    for (const id of some) replaceRow(rowOf(id), fresh.getElementById(`item-${id}`));
  }
  announce();
};

const replaceRow = (old, node) => {
  if (!old || old.dataset.version === node?.dataset.version) return;
  if (!node) {
    old.remove();
    return;
  }
  const isFocused = old.contains(document.activeElement);
  node.querySelector("[data-check]").checked = old.querySelector("[data-check]").checked;
  old.replaceWith(node);
  if (isFocused) node.querySelector("[data-open]").focus({ preventScroll: true });
};

/** Take rows away at once; the empty list is fetched, so that it says what to do. */
export const removeRows = (ids) => {
  const all = rows();
  const first = all.findIndex((row) => ids.includes(row.dataset.item));
  const isFocused = all.some((row) => ids.includes(row.dataset.item) && row.contains(document.activeElement));
  for (const id of ids) rowOf(id)?.remove();
  const left = rows();
  if (isFocused) left[Math.min(first, left.length - 1)]?.querySelector("[data-open]").focus();
  announce();
  if (!left.length) refreshSoon();
};
