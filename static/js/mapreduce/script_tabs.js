// Mapper, reducer and combiner: one tab each, with an editor in it. See templates/mapreduce/script_fields.html.

import { toast } from "../toast.js";

const LARGEST_BYTES = 256 * 1024;
const KEYS = { ArrowRight: 1, ArrowLeft: -1 };

/**
 * @param {HTMLElement} root [data-scripts]
 * @param {() => void} onChange called when a name or a text was changed
 */
export const createScripts = (root, onChange = () => {}) => {
  const tabs = [...root.querySelectorAll("[role=tab]")];
  const scripts = [...root.querySelectorAll("[data-script]")].map((panel, index) => ({
    role: panel.dataset.script,
    panel,
    tab: tabs[index],
    name: panel.querySelector("input[type=text]"),
    textarea: panel.querySelector("textarea"),
  }));
  let code = null; // the module of the editor; without it textareas stay as they are

  const changed = (script) => {
    script.tab.querySelector("[data-empty]").hidden = script.textarea.value.trim() !== "";
    script.editor?.setLanguage(code.languageOf(script.name.value, script.textarea.value));
    onChange();
  };

  const show = (role, { focus = false } = {}) => {
    for (const { role: other, panel, tab } of scripts) {
      const isShown = other === role;
      panel.hidden = !isShown;
      tab.setAttribute("aria-selected", isShown);
      tab.tabIndex = isShown ? 0 : -1;
      if (isShown && focus) tab.focus();
    }
  };

  const setText = (script, text) => {
    if (script.editor) script.editor.setText(text);
    else script.textarea.value = text;
    changed(script);
  };

  /** @returns {{mapper: {filename: string, text: string}, reducer: object | null, combiner: object | null}} */
  const read = () =>
    Object.fromEntries(
      scripts.map(({ role, name, textarea }) => {
        const script = { filename: name.value.trim() || `${role}.py`, text: textarea.value };
        return [role, script.text.trim() || role === "mapper" ? script : null];
      }),
    );

  const fill = (given) => {
    for (const script of scripts) {
      script.name.value = given[script.role]?.filename ?? `${script.role}.py`;
      setText(script, given[script.role]?.text ?? "");
    }
  };

  const open = async (script, file) => {
    if (file.size > LARGEST_BYTES) {
      toast(`${file.name} is larger than 256 KB. Bring data as extra files.`, "error");
      return;
    }
    script.name.value = file.name;
    setText(script, (await file.text()).replaceAll("\r\n", "\n"));
  };

  const enrichAll = (editor) => {
    code = editor;
    for (const script of scripts) {
      const language = editor.languageOf(script.name.value, script.textarea.value);
      script.editor = editor.enrich(script.textarea, { language, onChange: () => changed(script) });
      script.textarea = script.editor.textarea;
    }
    root.querySelector("[data-editor-help]").hidden = false;
  };

  for (const script of scripts) {
    script.panel.setAttribute("role", "tabpanel");
    script.panel.querySelector("[data-plain]").hidden = true;
    script.tab.addEventListener("click", () => show(script.role));
    script.name.addEventListener("input", () => changed(script));
    script.textarea.addEventListener("input", () => changed(script));
    script.panel.querySelector("[data-open]").addEventListener("change", ({ target }) => {
      if (target.files.length) open(script, target.files[0]);
      target.value = "";
    });
  }
  root.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
    if (!(event.key in KEYS)) return;
    const next = tabs.indexOf(event.target) + KEYS[event.key] + tabs.length;
    show(scripts[next % tabs.length].role, { focus: true });
  });
  show((scripts.find(({ panel }) => panel.querySelector("[aria-invalid]")) ?? scripts[0]).role);
  import("./code_editor.js").then(enrichAll, console.warn);

  return { read, fill, show };
};
