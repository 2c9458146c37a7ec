// What can be done with chosen items: which of it fits them, and doing it.

import { askJson, csrfToken } from "../api.js";
import { element } from "../element.js";
import { counted } from "../measures.js";
import { toast } from "../toast.js";
import { bulk, bulkInto } from "./bulk.js";
import { askName, confirmed } from "./dialogs.js";
import { chooseFolder } from "./folder_tree.js";
import { refresh, refreshRows, removeRows } from "./list.js";
import { API, folder, say, section } from "./page.js";
import { openShares } from "./shares.js";

const IDS_IN_ADDRESS = 40; // longer addresses are refused by servers on the way
const LONGEST_NAME = 60; // letters that a line about it shows

const named = (items) => (items.length === 1 ? `“${short(items[0].name)}”` : counted(items.length, "item"));
const short = (name) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name);
const idsOf = (items) => items.map(({ id }) => id);
const areOwn = (items) => items.every(({ right }) => right === "own");
const areMovable = (items) => items.every(({ isMovable }) => isMovable);
const isOne = (items) => items.length === 1;

/** Run something that may be refused, and say so in the server's words. */
const trying = async (work) => {
  try {
    await work();
  } catch (refusal) {
    toast(refusal.message, "error");
  }
};

const open = ([item]) => location.assign(item.href);

const download = (items) => {
  if (isOne(items)) location.assign(`/drive/items/${items[0].id}/download/`);
  else if (items.length <= IDS_IN_ADDRESS) location.assign(`/drive/zip/?${new URLSearchParams(items.map(({ id }) => ["id", id]))}`);
  else postForZip(idsOf(items));
};

const postForZip = (ids) => {
  const hidden = (name, value) => element("input", { type: "hidden", name, value });
  const form = element("form", { method: "post", action: "/drive/zip/", hidden: true }, hidden("ids", ids.join(",")), hidden("csrfmiddlewaretoken", csrfToken()));
  document.body.append(form);
  form.submit();
  form.remove();
};

const star = async (items, action) => {
  const done = await bulk(action, items);
  if (section === "starred" && action === "unstar") removeRows(done);
  else await refreshRows(done);
};

const rename = ([item]) =>
  askName({
    title: item.kind === "folder" ? "Rename the folder" : "Rename the file",
    go: "Rename",
    value: item.name,
    save: async (name) => {
      await askJson("PATCH", `${API}/items/${item.id}`, { body: { name } });
      await refreshRows([item.id]);
    },
  });

export const newFolder = () =>
  askName({
    title: "New folder",
    go: "Make it",
    save: async (name) => {
      await askJson("POST", `${API}/folders`, { body: { name, parent_id: folder.id } });
      await refresh();
      say(`The folder ${name} was made.`);
    },
  });

/** Move items into a folder {id, name}, with a way back. */
export const moveInto = (items, target) =>
  trying(async () => {
    const done = await bulkInto("move", items, target);
    if (!done.length) return;
    const moved = items.filter(({ id }) => done.includes(id));
    if (folder) removeRows(done);
    else await refreshRows(done);
    const undo = folder && { label: "Undo", action: () => trying(async () => { await bulkInto("move", moved, folder); await refresh(); }) };
    toast(`${named(moved)} moved to ${target.name}.`, "success", undo || {});
  });

const move = async (items) => {
  const target = await chooseFolder({ title: `Move ${named(items)} to`, go: "Move here", without: new Set(idsOf(items)) });
  if (target) await moveInto(items, target);
};

const copy = async (items) => {
  const target = await chooseFolder({ title: `Copy ${named(items)} to`, go: "Copy here", without: new Set() });
  if (!target) return;
  const isHere = target.id === folder?.id;
  const done = await bulkInto("copy", items, target, { keepBoth: isHere });
  if (done.length) toast(`${counted(done.length, "item")} copied to ${target.name}.`);
  if (isHere) await refresh();
};

const trash = async (items) => {
  const done = await bulk("trash", items);
  if (!done.length) return;
  const gone = items.filter(({ id }) => done.includes(id));
  removeRows(done);
  const undo = () => trying(async () => { await bulk("restore", gone); await refresh(); });
  toast(`${named(gone)} moved to the trash.`, "success", areOwn(gone) ? { label: "Undo", action: undo } : {});
};

const leave = async (items) => {
  const question = {
    title: `Leave ${named(items)}?`,
    text: "You will not see it any more, until its owner shares it with you again.",
    go: "Leave",
  };
  if (await confirmed(question)) removeRows(await bulk("leave", items));
};

const restore = async (items) => {
  const done = await bulk("restore", items);
  removeRows(done);
  if (done.length) toast(`${counted(done.length, "item")} restored to where ${done.length === 1 ? "it was" : "they were"}.`);
};

const purge = async (items) => {
  const question = { title: `Delete ${named(items)} for good?`, text: "This cannot be undone.", go: "Delete for good" };
  if (!(await confirmed(question))) return;
  removeRows(await bulk("purge", items));
  await refresh();
};

export const emptyTrash = () =>
  trying(async () => {
    const question = { title: "Empty the trash?", text: "All that lies in it is deleted for good. This cannot be undone.", go: "Empty the trash" };
    if (!(await confirmed(question))) return;
    await askJson("DELETE", `${API}/trash`);
    location.reload();
  });

/** By name: whether it fits these items, and what it does. */
const ACTIONS = {
  open: { fits: (items) => isOne(items) && section !== "trash", run: open },
  download: { fits: () => true, run: download },
  share: { fits: (items) => isOne(items) && areOwn(items), run: async ([item]) => { await openShares(item); await refreshRows([item.id]); } },
  star: { fits: (items) => areOwn(items) && items.some(({ isStarred }) => !isStarred), run: (items) => star(items, "star") },
  unstar: { fits: (items) => areOwn(items) && items.every(({ isStarred }) => isStarred), run: (items) => star(items, "unstar") },
  rename: { fits: (items) => isOne(items) && areMovable(items), run: rename },
  move: { fits: (items) => areMovable(items) && areOwn(items), run: move },
  copy: { fits: () => true, run: copy },
  trash: { fits: (items) => areMovable(items), run: trash },
  leave: { fits: () => section === "shared" && !folder, run: leave },
  restore: { fits: () => true, run: restore },
  purge: { fits: () => true, run: purge },
};

/** Whether an action fits these items. */
export const fits = (name, items) => items.length > 0 && Boolean(ACTIONS[name]?.fits(items));

/** Do it, unless it does not fit. */
export const run = (name, items) => (fits(name, items) ? trying(() => ACTIONS[name].run(items)) : undefined);
