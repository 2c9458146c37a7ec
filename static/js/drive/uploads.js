// Files and whole folders that are dropped or chosen: folders are made, files sent, and taken names asked about.

import { Refused, askJson } from "../api.js";
import { pathOf, receiveFiles } from "../dropped_files.js";
import { counted } from "../measures.js";
import { toast } from "../toast.js";
import { createUploader } from "../upload.js";
import { createUploadRows } from "../upload_rows.js";
import { askConflict } from "./dialogs.js";
import { refreshSoon } from "./list.js";
import { API, folder, page, user } from "./page.js";

const LEFT_BY_SYSTEMS = /^(\.DS_Store|thumbs\.db|desktop\.ini)$/i;
const REPLACE_HINT = "What is replaced stays as an earlier version of the file.";

const part = (name) => page.querySelector(`[data-${name}]`);

const forAll = { choice: null }; // what to do with every taken name, until all uploads are done

// --- Folders ---

const made = new Map(); // "folder id/path" → promise of the id

/** Make the folders of a path below a folder, each once, and give the id of the last. */
const folderFor = (topId, path) => {
  if (!path) return Promise.resolve(topId);
  const key = `${topId}/${path}`;
  if (!made.has(key)) {
    const promise = makeFolder(topId, path);
    promise.catch(() => made.delete(key));
    made.set(key, promise);
  }
  return made.get(key);
};

const makeFolder = async (topId, path) => {
  const [above, name] = split(path);
  const parentId = await folderFor(topId, above);
  const body = { name, parent_id: parentId, on_conflict: "skip" };
  const { id } = await askJson("POST", `${API}/folders`, { body, patient: true });
  refreshSoon();
  return id;
};

/** "a/b/c.txt" → ["a/b", "c.txt"] */
const split = (path) => {
  const at = path.lastIndexOf("/");
  return at < 0 ? ["", path] : [path.slice(0, at), path.slice(at + 1)];
};

// --- Files ---

const file = async (uploadId, source, signal, sending) => {
  const { folderId, folderName, path } = sending.place;
  const [above, name] = split(path);
  const parentId = await folderFor(folderId, above);
  const body = { upload_id: uploadId, parent_id: parentId, name, modified_at: new Date(source.lastModified).toISOString() };
  let choice = sending.choice ?? forAll.choice ?? "ask";
  for (;;) {
    try {
      await askJson("POST", `${API}/files`, { body: { ...body, on_conflict: choice }, signal, patient: true });
      break;
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409 || !error.document.item_id) throw error;
      choice = await decide(sending, { ...error.document, name, where: above || folderName });
      sending.choice = choice; // a lost connection does not ask again
    }
  }
  refreshSoon();
};

const decide = (sending, { kind, name, where }) => {
  const canReplace = kind === "file";
  const question = { name, kind, where, canReplace, replaceHint: REPLACE_HINT, isOneOfMany: uploader.totals().active > 1 };
  return uploader.aside(sending, "This name is taken.", () => askConflict(question, forAll));
};

const showRows = createUploadRows(part("uploads"), () => uploader);

const uploader = createUploader({
  scope: `drive-${user}`,
  onComplete: file,
  onChange: (sending) => {
    showRows(sending);
    if (!uploader.totals().active) {
      forAll.choice = null;
      made.clear();
    }
  },
});

const take = (files, folders) => {
  const wanted = files.filter((found) => !LEFT_BY_SYSTEMS.test(found.name));
  for (const found of wanted) {
    const path = pathOf(found);
    const place = { key: `${folder.id}/${path}`, folderId: folder.id, folderName: folder.name, path };
    uploader.add(found, { place, label: path });
  }
  for (const path of folders) folderFor(folder.id, path).catch((refusal) => toast(refusal.message, "error"));
  showInterrupted();
};

const showInterrupted = () => {
  const waiting = uploader.waitingForFiles();
  const here = waiting.filter(({ place }) => place?.folderId === folder.id);
  const shown = here.length ? here : waiting;
  part("interrupted").hidden = !waiting.length;
  if (!waiting.length) return;
  const where = here.length ? "this folder" : `the folder “${shown[0].place?.folderName ?? "My files"}”`;
  const them = shown.length === 1 ? ["was", "file", "it goes on where it"] : ["were", "files", "they go on where they"];
  part("interrupted-words").textContent =
    `${counted(shown.length, "upload")} into ${where} ${them[0]} interrupted. Drop the same ${them[1]} there again and ${them[2]} stopped: ` +
    shown.slice(0, 10).map(({ place, name }) => place?.path ?? name).join(", ");
};

part("forget-interrupted").addEventListener("click", () => {
  for (const { uploadId } of uploader.waitingForFiles()) uploader.giveUp(uploadId);
  showInterrupted();
});

part("upload-cancel").addEventListener("click", () => uploader.cancelAll());

addEventListener("beforeunload", (event) => {
  if (uploader.totals().active) event.preventDefault();
});

receiveFiles(take);
showInterrupted();
