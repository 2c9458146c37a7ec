// Which program runs: one of the library with its settings, one's own, or one that is written here.

import { askJson, newKey } from "../api.js";
import { element } from "../element.js";
import { createScripts } from "./script_tabs.js";

const PROGRAMS = "/api/v1/mapreduce/programs";

/**
 * @param {HTMLFormElement} form
 * @param {{library: object, own: object}} config what is known of the programs, by slug and id
 * @param {(isAnother: boolean) => void} onChange called with true when another program was chosen
 */
export const createProgramChoice = (form, { library, own }, onChange) => {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const { slug, program_id: ownSelect, title } = form.elements;
  const scripts = createScripts(form.querySelector("[data-scripts]"), () => onChange(false));
  const values = {}; // of settings, by their names: they stay when another program is looked at
  let version = null; // of one's own; null: the newest
  let kept = null; // {id, text} of what was written here and is saved already

  const kind = () => form.elements.kind.value;
  const isThere = () => kind() !== "own" || Boolean(ownSelect);

  /** What is known of the program that is chosen. */
  const facts = () => {
    if (kind() === "library") return library[slug.value];
    if (kind() === "own") return own[ownSelect?.value] ?? null;
    const { reducer, combiner } = scripts.read();
    const options = { reduce_tasks: reducer ? 1 : 0, key_fields: 1, partition_fields: null, separator: "\t" };
    return { title: title.value.trim(), settings: [], columns: [], hasReducer: Boolean(reducer), hasCombiner: Boolean(combiner), options };
  };

  const show = () => {
    for (const panel of form.querySelectorAll("[data-kind]")) panel.hidden = panel.dataset.kind !== kind();
    part("summary").textContent = library[slug.value].summary;
    part("library-link").href = library[slug.value].url;
    if (ownSelect) {
      const asked = version === null ? "" : `?version=${version}`;
      part("own-link").href = `${own[ownSelect.value].url}${asked}`;
      part("version-note").textContent = version === null ? "Its newest version." : `Version ${version}, as it was run before.`;
    }
    showSettings(facts()?.settings ?? []);
  };

  const showSettings = (settings) => {
    part("settings").hidden = !settings.length;
    part("settings").replaceChildren(...settings.map(settingField));
  };

  const settingField = ({ name, label, help, default: usual, required, choices }) => {
    const id = `setting-${name}`;
    const remember = ({ target }) => {
      values[name] = target.value;
      onChange(false);
    };
    const attributes = { id, "data-setting": name, "aria-describedby": help ? `${id}-help` : null, oninput: remember };
    const control = choices.length
      ? element("select", attributes, ...choices.map((choice) => element("option", { value: choice }, choice)))
      : element("input", { ...attributes, type: "text", autocomplete: "off", spellcheck: "false", maxlength: 4000, required });
    control.value = values[name] ?? usual;
    const optional = required || choices.length ? null : element("span", { class: "field__optional" }, " (optional)");
    return element(
      "div",
      { class: "field" },
      element("label", { for: id }, label, optional),
      control,
      help ? element("p", { class: "field__help", id: `${id}-help` }, help) : null,
    );
  };

  /** What of it stands in a draft. */
  const read = () => ({ kind: kind(), slug: slug.value, id: ownSelect?.value, version, scripts: scripts.read(), title: title.value, values });

  const fill = (given) => {
    form.elements.kind.value = given.kind;
    if (given.slug in library) slug.value = given.slug;
    if (given.id in own) ownSelect.value = given.id;
    version = given.version ?? null;
    title.value = given.title ?? "";
    Object.assign(values, given.values);
    if (given.scripts) scripts.fill(given.scripts);
    show();
  };

  /** The settings, as variables of the environment. */
  const environment = () => Object.fromEntries((facts()?.settings ?? []).map(({ name }) => [name, form.querySelector(`[data-setting="${name}"]`).value]));

  /** The part of a trial that names the program. */
  const forTrial = async () => {
    if (kind() === "library") return { program: slug.value };
    if (kind() === "new") return { scripts: scripts.read() };
    if (version === null) return { program_id: ownSelect.value };
    const { mapper, reducer, combiner } = await askJson("GET", `${PROGRAMS}/${ownSelect.value}?version=${version}`);
    return { scripts: { mapper, reducer, combiner } };
  };

  /** The part of a job that names the program; what was written here is saved first. */
  const forJob = async (jobName) => {
    if (kind() === "library") return { program: slug.value };
    if (kind() === "own") return { program_id: ownSelect.value, version };
    const body = { title: title.value.trim() || jobName || scripts.read().mapper.filename, ...scripts.read() };
    const text = JSON.stringify(body);
    if (kept?.text !== text) {
      const saved = kept ? await askJson("PUT", `${PROGRAMS}/${kept.id}`, { body }) : await askJson("POST", PROGRAMS, { body, key: newKey() });
      kept = { id: saved.id, text };
    }
    return { program_id: kept.id };
  };

  for (const control of [...form.elements.kind, slug, ownSelect]) {
    control?.addEventListener("change", () => {
      if (control === ownSelect) version = null;
      show();
      onChange(true);
    });
  }
  title.addEventListener("input", () => onChange(false));

  return { read, fill, show, facts, isThere, environment, forTrial, forJob, scripts };
};
