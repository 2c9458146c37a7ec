// What a person sees of an uploader: a row for each file with its bar, and one bar for all with the time left.

import { element, icon } from "./element.js";
import { bytesInWords, counted, secondsInWords } from "./measures.js";

const STAYS_MS = 700;
const SHOWN_WAITING = 100; // of thousands of files, those that wait need no row yet

/**
 * Show the files of an uploader inside `root`, which has [data-upload-list], [data-upload-words],
 * [data-upload-bar], [data-upload-hold] and [data-upload-announce].
 * @returns {(sending: import("./upload.js").Sending) => void} to be called on every change
 */
export const createUploadRows = (root, uploaderOf) => {
  const part = (name) => root.querySelector(`[data-upload-${name}]`);
  const rows = new Map();
  const changed = new Set(); // ids of those that are to be drawn again
  const known = new Set(); // ids of all that are not finished, with a row or without
  const holding = part("hold");
  let drawing = false;

  const row = (sending) => {
    const { id, file, label: name } = sending;
    const act = (doing, words, drawn, action) =>
      element(
        "button",
        { class: "button button--quiet button--icon button--small", type: "button", "data-upload-act": doing, onclick: action },
        icon(drawn),
        element("span", { class: "visually-hidden" }, `${words} ${name}`),
      );
    const node = element(
      "li",
      { class: "upload-row" },
      element("span", { class: "upload-row__name truncate", title: name }, name),
      element("span", { class: "upload-row__words numeric" }),
      element("progress", { class: "bar", max: Math.max(1, file.size), value: 0, "aria-label": `Upload of ${name}` }),
      element(
        "span",
        { class: "upload-row__actions" },
        act("resume", "Go on with", "retry", () => uploaderOf().resume(id)),
        act("cancel", "Cancel", "close", () => uploaderOf().cancel(id)),
      ),
      element("span", { class: "upload-row__note" }),
    );
    part("list").append(node);
    rows.set(id, { node, sending });
    return node;
  };

  const drawRow = ({ node, sending }) => {
    const { state, file, sent, note } = sending;
    const bar = node.querySelector("progress");
    const stopped = state === "failed" || state === "paused";
    bar.value = file.size ? sent : 1;
    bar.dataset.state = { failed: "failed", done: "done" }[state] ?? "";
    node.querySelector(".upload-row__words").textContent = wordsFor(sending);
    node.querySelector("[data-upload-act=resume]").hidden = !stopped;
    node.querySelector("[data-upload-act=cancel]").hidden = state === "done";
    const line = node.querySelector(".upload-row__note");
    line.textContent = note;
    line.classList.toggle("is-bad", state === "failed");
  };

  const drawTotals = () => {
    const { files, done, active, paused, bytes, sent, secondsLeft } = uploaderOf().totals();
    root.hidden = !rows.size && !active;
    if (!files) return;
    const left = secondsLeft === null ? "" : `, about ${secondsInWords(secondsLeft)} left`;
    part("words").textContent = active
      ? `Uploading ${counted(files, "file")}: ${bytesInWords(sent)} of ${bytesInWords(bytes)}${left}`
      : `${done} of ${counted(files, "file")} uploaded`;
    part("bar").max = Math.max(1, bytes);
    part("bar").value = sent;
    holding.hidden = !active && !paused;
    holding.textContent = active ? "Pause" : "Go on";
    if (!active && done === files && files) {
      part("announce").textContent = `${counted(done, "file")} uploaded.`;
      uploaderOf().clear();
    }
  };

  const draw = () => {
    drawing = false;
    for (const id of changed) if (rows.has(id)) drawRow(rows.get(id));
    changed.clear();
    drawTotals();
  };

  const drop = (id) => {
    if (!rows.has(id)) return;
    const { node } = rows.get(id);
    if (node.contains(document.activeElement)) focusAfter(node);
    node.remove();
    rows.delete(id);
    root.hidden = !rows.size && !known.size;
  };

  const focusAfter = (node) => {
    const next = node.nextElementSibling ?? node.previousElementSibling;
    next?.querySelector("button:not([hidden])")?.focus();
  };

  holding.addEventListener("click", () => {
    const { hold, resume, totals } = uploaderOf();
    const active = totals().active > 0;
    for (const id of known) active ? hold(id) : resume(id);
  });

  return (sending) => {
    known.add(sending.id);
    changed.add(sending.id);
    if (sending.state === "cancelled" || sending.state === "done") known.delete(sending.id);
    if (!rows.has(sending.id)) {
      if (sending.state === "cancelled" || (sending.state === "waiting" && rows.size >= SHOWN_WAITING)) return;
      row(sending);
    }
    if (sending.state === "cancelled") drop(sending.id);
    if (sending.state === "done") setTimeout(() => drop(sending.id), STAYS_MS);
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(draw);
  };
};

const wordsFor = ({ state, file, sent }) => {
  if (state === "waiting") return `${bytesInWords(file.size)}, waiting`;
  if (state === "finishing") return "Finishing";
  if (state === "done") return "Done";
  if (state === "failed") return "Failed";
  const share = `${Math.floor((sent / Math.max(1, file.size)) * 100)} %`;
  return `${state === "paused" ? "Paused" : share} · ${bytesInWords(sent)} of ${bytesInWords(file.size)}`;
};
