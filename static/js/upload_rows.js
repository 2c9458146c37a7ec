// What a person sees of an uploader: a row for each file with its bar, and one bar for all with the time left.

import { element, icon } from "./element.js";
import { bytesInWords, counted, secondsInWords } from "./measures.js";

const STAYS_MS = 700;

/**
 * Show the files of an uploader inside `root`, which has [data-upload-list], [data-upload-words],
 * [data-upload-bar], [data-upload-hold] and [data-upload-announce].
 * @returns {(sending: import("./upload.js").Sending) => void} to be called on every change
 */
export const createUploadRows = (root, uploaderOf) => {
  const part = (name) => root.querySelector(`[data-upload-${name}]`);
  const rows = new Map();
  const holding = part("hold");
  let drawing = false;

  const row = (sending) => {
    const { id, file } = sending;
    const act = (name, label, drawn, action) =>
      element(
        "button",
        { class: "button button--quiet button--icon button--small", type: "button", "data-act": name, onclick: action },
        icon(drawn),
        element("span", { class: "visually-hidden" }, `${label} ${file.name}`),
      );
    const node = element(
      "li",
      { class: "upload-row" },
      element("span", { class: "upload-row__name truncate", title: file.name }, file.name),
      element("span", { class: "upload-row__words numeric" }),
      element("progress", { class: "bar", max: Math.max(1, file.size), value: 0, "aria-label": `Upload of ${file.name}` }),
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
    node.querySelector("[data-act=resume]").hidden = !stopped;
    node.querySelector("[data-act=cancel]").hidden = state === "done";
    const line = node.querySelector(".upload-row__note");
    line.textContent = note;
    line.classList.toggle("is-bad", state === "failed");
  };

  const drawTotals = () => {
    const { files, done, active, paused, bytes, sent, secondsLeft } = uploaderOf().totals();
    root.hidden = !rows.size;
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
    for (const entry of rows.values()) drawRow(entry);
    drawTotals();
  };

  const drop = (id) => {
    const { node } = rows.get(id);
    if (node.contains(document.activeElement)) focusAfter(node);
    node.remove();
    rows.delete(id);
    root.hidden = !rows.size;
  };

  const focusAfter = (node) => {
    const next = node.nextElementSibling ?? node.previousElementSibling;
    next?.querySelector("button:not([hidden])")?.focus();
  };

  holding.addEventListener("click", () => {
    const { hold, resume, totals } = uploaderOf();
    const active = totals().active > 0;
    for (const id of rows.keys()) active ? hold(id) : resume(id);
  });

  return (sending) => {
    if (!rows.has(sending.id)) {
      if (sending.state === "cancelled") return;
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
