// The editor: pictures come in, filters are chosen and seen at once, and all of it becomes a batch of jobs.

import "../compare.js";
import "../dialog.js";
import { Refused, askJson, newKey } from "../api.js";
import { forgetDraft, keepDraft, readDraft } from "../draft.js";
import { receiveFiles } from "../dropped_files.js";
import { element } from "../element.js";
import { bytesInWords, counted } from "../measures.js";
import { toast } from "../toast.js";
import { createUploader } from "../upload.js";
import { createUploadRows } from "../upload_rows.js";
import { createFilmStrip } from "./film_strip.js";
import { takeOver } from "./handover.js";
import { createOutputForm } from "./output_form.js";
import { isLitter, refusal } from "./picture_files.js";
import { createPictures } from "./pictures.js";
import { createPipeline } from "./pipeline.js";
import { createPresets } from "./presets.js";
import { createPreview } from "./preview.js";
import { createStage } from "./stage.js";
import { createStepList } from "./step_list.js";

const config = JSON.parse(document.getElementById("editor-config").textContent);
const root = document.getElementById("editor");
const part = (name) => root.querySelector(`[data-${name}]`);
const scope = `images-${root.dataset.user}`;
const say = (words) => (part("said").textContent = words);

let chosenId = null;
let isLeaving = false;

// --- The parts ---

const pictures = createPictures({ batchId: config.again?.batchId ?? null, onChange: () => showPictures() });
const pipeline = createPipeline({
  ...config,
  onChange: (isNewShape) => {
    if (isNewShape) stepList.draw();
    showSteps();
    remember();
  },
});
const output = createOutputForm({
  form: part("output"),
  onChange: () => {
    showApply();
    remember();
  },
});
const stepList = createStepList({ list: part("steps"), pipeline, pictures: () => pictures.usable(), say });
const showPreview = createPreview({ stage: part("stage"), onProblem: (problem) => showProblem(problem) });
const showFilms = createFilmStrip({ list: part("films"), choose: (id) => choose(id) });
const fetchPresets = createPresets({
  list: part("presets"),
  dialog: document.getElementById("preset-dialog"),
  builtIn: config.builtInPresets,
  pipeline,
});
const showUpload = createUploadRows(part("uploads"), () => uploader);
const uploader = createUploader({
  scope,
  onComplete: (uploadId, _file, signal) => pictures.create(uploadId, signal),
  onChange: (sending) => {
    showUpload(sending);
    if (sending.state !== "sending") {
      showInterrupted();
      showApply();
    }
  },
});

// --- Pictures ---

const asideIds = () =>
  new Set(
    pipeline.steps().flatMap(({ spec, params }) => spec.parameters.filter(({ type }) => type === "picture").map(({ name }) => params[name])),
  );

const editedNow = () => {
  const aside = asideIds();
  return pictures.ready().filter(({ id }) => !aside.has(id));
};

const choose = (id) => {
  chosenId = id;
  showPictures();
};

const showPictures = () => {
  const shown = [...pictures.preparing(), ...pictures.ready()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const ready = pictures.ready();
  if (!ready.some(({ id }) => id === chosenId)) chosenId = (editedNow()[0] ?? ready[0])?.id ?? null;
  showFilms(shown, chosenId, asideIds());
  part("dropzone").hidden = shown.length > 0;
  part("board").hidden = !shown.length;
  part("remove-all").hidden = shown.length < 2;
  showStage(pictures.get(chosenId));
  showFailed();
  showApply();
  redrawPickers();
};

const showStage = (picture) => {
  part("compare").hidden = !picture;
  for (const name of ["hold", "split", "remove"]) part(name).disabled = !picture;
  part("name").textContent = picture?.name ?? "Getting the pictures ready…";
  part("facts").textContent = picture ? facts(picture) : "";
  if (picture) showPreview(picture, pipeline.steps());
  else part("stage").setAttribute("aria-busy", "true");
};

const facts = ({ width, height, size_bytes: bytes, format, frames }) =>
  [`${width} × ${height} px`, bytesInWords(bytes), format.toUpperCase(), frames > 1 && `${frames} frames`].filter(Boolean).join(" · ");

const showFailed = () => {
  const failed = pictures.failed();
  part("failed").hidden = !failed.length;
  part("failed-title").textContent = `${counted(failed.length, "picture")} cannot be used`;
  part("failed-list").replaceChildren(
    ...failed.map(({ id, name, error }) =>
      element(
        "li",
        { class: "upload-row" },
        element("span", { class: "upload-row__name truncate", title: name }, name),
        element("button", { class: "button button--small upload-row__actions", type: "button", onclick: () => remove([id]) }, "Remove", element("span", { class: "visually-hidden" }, ` ${name}`)),
        element("span", { class: "upload-row__note is-bad" }, error || "It could not be looked at."),
      ),
    ),
  );
};

/** A step that lays a picture over others offers those that are there now. */
let pickable = "";
const redrawPickers = () => {
  const now = pictures.usable().map(({ id }) => id).join();
  if (now === pickable) return;
  pickable = now;
  if (pipeline.steps().some(({ spec }) => spec.parameters.some(({ type }) => type === "picture"))) stepList.draw();
};

const remove = async (ids) => {
  try {
    await pictures.remove(ids);
  } catch (error) {
    toast(error.message, "error");
  }
};

// --- Uploads ---

const take = (files) => {
  const wanted = files.filter((file) => !isLitter(file));
  const refused = [];
  for (const file of wanted) {
    const why = refusal(file, config.maxBytes);
    if (why) refused.push({ file, why });
    else uploader.add(file);
  }
  part("refused").hidden = !refused.length;
  part("refused-list").replaceChildren(...refused.map(({ file, why }) => element("li", {}, element("strong", {}, file.name), ` ${why}`)));
  showInterrupted();
};

const showInterrupted = () => {
  const waiting = uploader.waitingForFiles();
  part("interrupted").hidden = !waiting.length;
  const them = waiting.length === 1 ? ["was", "file", "it goes on where it"] : ["were", "files", "they go on where they"];
  part("interrupted-words").textContent =
    `${counted(waiting.length, "upload")} ${them[0]} interrupted. Drop the same ${them[1]} again and ${them[2]} stopped: ` +
    waiting.map(({ name }) => name).join(", ");
};

// --- Steps ---

const showSteps = () => {
  const count = pipeline.steps().length;
  part("no-steps").hidden = count > 0;
  part("undo").disabled = !pipeline.canUndo();
  part("clear").disabled = !count;
  part("save-preset").disabled = !count;
  part("add-filter").disabled = pipeline.isFull();
  part("full").hidden = !pipeline.isFull();
  showProblem(null);
  showPictures();
};

const showProblem = (problem) => {
  const line = part("problem");
  line.hidden = !problem || Number.isInteger(problem.step);
  stepList.clearProblems();
  if (!problem) return;
  if (Number.isInteger(problem.step)) stepList.showProblem({ ...problem, words: problem.detail });
  else part("problem-words").textContent = problem.detail;
};

const addFilter = (name) => {
  const spec = config.filters.find((filter) => filter.name === name);
  const given = spec.parameters.filter(({ type }) => type === "picture").map((parameter) => [parameter.name, overlay()]);
  pipeline.add(name, Object.fromEntries(given));
  say(`${spec.label} was added as step ${pipeline.steps().length}.`);
  part("steps").lastElementChild.scrollIntoView({ block: "nearest" });
  part("steps").lastElementChild.querySelector("input, select, button:not(:disabled)").focus({ preventScroll: true });
};

/** The picture that a new watermark begins with: the newest of those that are not shown. */
const overlay = () => pictures.usable().findLast(({ id }) => id !== chosenId)?.id ?? null;

const remember = () => {
  if (!config.again) keepDraft(scope, { steps: pipeline.asJson(), output: output.read() });
};

// --- Apply ---

const showApply = () => {
  const { active } = uploader.totals();
  const waiting = active + pictures.preparing().length;
  const ready = editedNow().length;
  const button = part("apply");
  button.disabled = waiting > 0 || !ready || button.getAttribute("aria-busy") === "true";
  part("apply-words").textContent = waiting ? `Waiting for ${counted(waiting, "picture")}…` : ready ? `Apply to ${counted(ready, "picture")}` : "Apply";
  part("apply-note").textContent = waiting ? "You can choose filters meanwhile." : applyNote(ready);
};

const applyNote = (ready) => {
  if (!ready) return "Add pictures first.";
  const failed = pictures.failed().length;
  if (failed) return `${counted(failed, "picture")} that cannot be used ${failed === 1 ? "is" : "are"} left out.`;
  if (pipeline.steps().length) return "Your originals stay as they are.";
  const { format } = output.read();
  return `No filter is chosen: the pictures are only saved again${format === "same" ? "" : ` as ${format.toUpperCase()}`}.`;
};

const applyKey = { body: "", key: "" };

const apply = async () => {
  const body = { picture_ids: editedNow().map(({ id }) => id), steps: pipeline.asJson(), ...output.read() };
  const text = JSON.stringify(body);
  if (applyKey.body !== text) Object.assign(applyKey, { body: text, key: newKey() });
  const button = part("apply");
  button.setAttribute("aria-busy", "true");
  showApply();
  try {
    const batch = await askJson("POST", "/api/v1/images/batches", { body, key: applyKey.key, patient: true });
    forgetDraft(scope);
    isLeaving = true;
    location.assign(batch.url);
  } catch (error) {
    button.removeAttribute("aria-busy");
    if (error instanceof Refused) applyKey.body = ""; // an answer that was lost must be asked for by the same key
    showProblem({ ...error.document, detail: error.message });
    toast(error.message, "error");
    showApply();
  }
};

// --- What a person does ---

const actions = {
  undo: () => pipeline.undo(),
  clear: () => pipeline.load([]),
  apply,
  remove: () => remove([chosenId]),
  "remove-failed": () => remove(pictures.failed().map(({ id }) => id)),
  "remove-interrupted": () => {
    for (const { uploadId } of uploader.waitingForFiles()) uploader.giveUp(uploadId);
    showInterrupted();
  },
  "dismiss-refused": () => (part("refused").hidden = true),
};
for (const [name, action] of Object.entries(actions)) part(name).addEventListener("click", action);

document.getElementById("remove-dialog").addEventListener("close", ({ target }) => {
  if (target.returnValue === "remove") remove(pictures.edited().map(({ id }) => id));
  target.returnValue = "";
});

document.getElementById("filter-dialog").addEventListener("click", (event) => {
  const button = event.target.closest("[data-filter]");
  if (!button) return;
  event.currentTarget.close();
  addFilter(button.dataset.filter);
});

addEventListener("beforeunload", (event) => {
  if (!isLeaving && uploader.totals().active) event.preventDefault();
});

createStage({ compare: part("compare"), holdButton: part("hold"), splitButton: part("split") });
receiveFiles(take);

const begun = config.again ?? readDraft(scope);
if (begun) {
  output.fill(begun.output);
  pipeline.begin(begun.steps);
} else {
  showSteps();
}
showInterrupted();
takeOver().then((files) => files.length && take(files));
part("board").setAttribute("aria-busy", "true");
Promise.all([pictures.load(), fetchPresets()])
  .catch((error) => toast(error.message, "error"))
  .finally(() => part("board").removeAttribute("aria-busy"));
