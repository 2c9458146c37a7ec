// The form for a job: data comes in, a program is chosen and tried, and all of it is submitted.

import "../dialog.js";
import { Refused, ask, askJson, newKey } from "../api.js";
import { forgetDraft, keepDraft, readDraft } from "../draft.js";
import { receiveFiles } from "../dropped_files.js";
import { counted } from "../measures.js";
import { toast } from "../toast.js";
import { createUploader } from "../upload.js";
import { createUploadRows } from "../upload_rows.js";
import { createEstimate } from "./estimate.js";
import { clearErrors, showErrors } from "./field_errors.js";
import { createOptionsForm } from "./options_form.js";
import { createProgramChoice } from "./program_choice.js";
import { createSourcePicker } from "./source_picker.js";
import { createSources } from "./sources.js";
import { createTrial } from "./trial.js";

const LEFT_BY_SYSTEMS = /^(\.DS_Store|thumbs\.db|desktop\.ini)$/i;

const config = JSON.parse(document.getElementById("job-config").textContent);
const form = document.getElementById("job-form");
const part = (name) => form.querySelector(`[data-${name}]`);
const scope = `mapreduce-${form.dataset.user}`;
const draftScope = `${scope}${location.search}`;

let isLeaving = false;

// --- The parts ---

const forgetUpload = ({ kind, id }) => {
  const isUsed = Object.values(sources).some((list) => list.has({ kind, id }));
  const isOurs = kind === "upload" && uploadedHere.has(id);
  if (isOurs && !isUsed) ask("DELETE", `/api/v1/uploads/${id}`).catch(() => {}); // else it is swept in time
};
const uploadedHere = new Set();
const listOf = (name) => createSources(form.querySelector(`[data-sources="${name}"]`), { onChange: () => changed(), onRemove: forgetUpload });
const sources = { inputs: listOf("inputs"), files: listOf("files") };
const options = createOptionsForm(form, () => changed());
const program = createProgramChoice(form, config, (isAnother) => {
  if (isAnother && program.facts()) options.fillFields(program.facts().options);
  changed();
});
const openPicker = createSourcePicker(document.getElementById("source-dialog"));
const showUpload = createUploadRows(part("uploads"), () => uploader);
const uploader = createUploader({
  scope,
  onComplete: async (uploadId, file, _signal, { place }) => {
    uploadedHere.add(uploadId);
    sources[place?.key ?? "inputs"].add({ kind: "upload", id: uploadId, name: file.name, size: file.size });
  },
  onChange: (sending) => {
    showUpload(sending);
    if (sending.state === "sending") return;
    showInterrupted();
    showState();
  },
});
const showTrial = createTrial(part("trial"), {
  question: async () => ({
    ...(await program.forTrial()),
    inputs: sources.inputs.asJson(),
    files: sources.files.asJson(),
    ...options.read(),
    environment: environment(),
  }),
  columns: () => program.facts()?.columns ?? [],
  onRefused: (error) => {
    clearErrors(form);
    showErrors(form, error);
  },
  seconds: config.limits.trialSeconds,
});
const showEstimate = createEstimate(part("estimate"), () =>
  options.engine() === "emr" ? { cluster: options.cluster(), input_bytes: sources.inputs.bytes(), minutes: options.limits().max_minutes } : null,
);

// --- What is shown ---

const isLibrary = () => form.elements.kind.value === "library";
const environment = () => (isLibrary() ? program.environment() : options.variables());

const changed = () => {
  showState();
  remember();
};

const showState = () => {
  const { active } = uploader.totals();
  const hasData = sources.inputs.all().length > 0;
  options.showFor(program.facts(), isLibrary());
  form.elements.name.placeholder = program.facts()?.title ?? "";
  showTrial(trialNote(active, hasData));
  showEstimate();
  form.querySelector("#submit-job").disabled = isBusy || active > 0;
  part("submit-note").textContent = active ? `Waiting for ${counted(active, "upload")}.` : hasData ? "" : "Choose data first.";
};

const trialNote = (active, hasData) => {
  if (!program.isThere()) return { words: "Choose a program first.", isReady: false };
  if (hasData) return { words: "On the beginning of your data, within seconds.", isReady: true };
  if (active) return { words: "As soon as a file is uploaded.", isReady: false };
  if (isLibrary()) return { words: "Without data, the program’s own sample is taken.", isReady: true };
  return { words: "Choose data first.", isReady: false };
};

const showInterrupted = () => {
  const waiting = uploader.waitingForFiles();
  const [was, goesOn] = waiting.length === 1 ? ["was", "the file again and it goes"] : ["were", "the files again and they go"];
  part("interrupted").hidden = !waiting.length;
  part("interrupted-words").textContent =
    `${counted(waiting.length, "upload")} ${was} interrupted. Drop ${goesOn} on: ${waiting.map(({ name }) => name).join(", ")}`;
};

// --- Draft ---

const remember = () => {
  keepDraft(draftScope, {
    name: form.elements.name.value,
    program: program.read(),
    inputs: sources.inputs.all(),
    files: sources.files.all(),
    options: options.read(),
    variables: options.variables(),
    engine: options.engine(),
    cluster: options.cluster(),
    ...options.limits(),
    uploaded: [...uploadedHere],
  });
};

/** What is begun with: what the address says; but after a reload, or without that, what was left here. */
const begin = () => {
  const [{ type } = {}] = performance.getEntriesByType("navigation");
  const draft = (!location.search || type !== "navigate") && readDraft(draftScope);
  if (draft) fill(draft);
  else fillFrom(config.begun);
};

const fill = (begun) => {
  form.elements.name.value = begun.name ?? "";
  program.fill(begun.program);
  sources.inputs.fill(begun.inputs);
  sources.files.fill(begun.files);
  options.fill(begun);
  for (const id of begun.uploaded ?? []) uploadedHere.add(id);
};

const fillFrom = ({ program: chosen, options: given, ...rest }) => {
  const { environment: values = {}, ...known } = given ?? {};
  program.fill({ kind: "library", ...chosen, values });
  const usual = { use_combiner: true, compress: false, ...program.facts()?.options };
  options.fill({ ...rest, options: { ...usual, ...known }, variables: isLibrary() ? {} : values });
  form.elements.name.value = rest.name ?? "";
  sources.inputs.fill(rest.inputs ?? []);
  sources.files.fill(rest.files ?? []);
};

// --- Submit ---

const sentKey = { text: "", key: "" };
let isBusy = false;

const submit = async () => {
  clearErrors(form);
  setBusy(true);
  try {
    const name = form.elements.name.value.trim();
    const body = {
      name,
      ...(await program.forJob(name)),
      inputs: sources.inputs.asJson(),
      files: sources.files.asJson(),
      ...options.read(),
      environment: environment(),
      engine: options.engine(),
      ...(options.engine() === "emr" ? { cluster: options.cluster() } : {}),
      ...options.limits(),
    };
    const text = JSON.stringify(body);
    if (sentKey.text !== text) Object.assign(sentKey, { text, key: newKey() });
    const job = await askJson("POST", "/api/v1/mapreduce/jobs", { body, key: sentKey.key, patient: true });
    forgetDraft(draftScope);
    isLeaving = true;
    location.assign(job.url);
  } catch (error) {
    if (error instanceof Refused) sentKey.text = ""; // an answer that was lost must be asked for by the same key
    showErrors(form, error);
    setBusy(false);
  }
};

const setBusy = (busy) => {
  isBusy = busy;
  const button = form.querySelector("#submit-job");
  if (busy) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
  showState();
};

// --- What a person does ---

const take = (files, key) => {
  for (const file of files) {
    if (LEFT_BY_SYSTEMS.test(file.name)) continue;
    if (file.size) uploader.add(file, { place: { key } });
    else toast(`${file.name} is empty.`, "error");
  }
  showState();
};

receiveFiles((files) => take(files, "inputs"));
part("extra-files").addEventListener("change", ({ target }) => {
  take([...target.files], "files");
  target.value = "";
});
for (const opener of form.querySelectorAll("[data-choose]")) {
  opener.addEventListener("click", () => openPicker(sources[opener.dataset.choose]));
}
part("forget-interrupted").addEventListener("click", () => {
  for (const { uploadId } of uploader.waitingForFiles()) uploader.giveUp(uploadId);
  showInterrupted();
});
form.addEventListener("input", changed);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!isBusy) submit();
});
addEventListener("beforeunload", (event) => {
  if (!isLeaving && uploader.totals().active) event.preventDefault();
});

begin();
showInterrupted();
showState();
