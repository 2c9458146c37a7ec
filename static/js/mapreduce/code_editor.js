// A textarea with syntax colours, line numbers and indentation: the one of the page is replaced by one under which
// prism-code-editor draws. Its labels, name and help stay, and Escape leaves it, so that Tab goes on.

import { createEditor, languageMap } from "../../vendor/code-editor/index.js";
import { defaultKeymap, editHistory, editorCommands } from "../../vendor/code-editor/extensions/commands/index.js";
import "../../vendor/code-editor/prism/languages/awk.js";
import "../../vendor/code-editor/prism/languages/bash.js";
import "../../vendor/code-editor/prism/languages/javascript.js";
import "../../vendor/code-editor/prism/languages/perl.js";
import "../../vendor/code-editor/prism/languages/python.js";
import "../../vendor/code-editor/prism/languages/ruby.js";
import { element } from "../element.js";

const OWN = new Set(["class", "rows", "wrap"]); // what the other textarea knows better
const OPENS = /[([{:]\s*$/;
const opensBlock = ([start], value) => OPENS.test(value.slice(value.lastIndexOf("\n", start - 1) + 1, start));
for (const language of ["python", "bash", "perl", "ruby", "javascript", "awk"]) {
  languageMap[language] = { comments: { line: language === "javascript" ? "//" : "#" }, autoIndent: [opensBlock] };
}

const ENDINGS = { py: "python", sh: "bash", pl: "perl", rb: "ruby", js: "javascript", awk: "awk" };
const INTERPRETERS = { python: "python", python3: "python", bash: "bash", sh: "bash", perl: "perl", ruby: "ruby", node: "javascript", awk: "awk", gawk: "awk" };

/** In which language a script is written, by its first line or its name. */
export const languageOf = (filename, text) => {
  const interpreter = text.match(/^#!\s*(?:\S*\/env\s+(?:-S\s+)?)?(\S+)/)?.[1].split("/").pop();
  return INTERPRETERS[interpreter] ?? ENDINGS[filename.split(".").pop()] ?? "text";
};

/**
 * Put an editor in the place of a textarea.
 * @param {HTMLTextAreaElement} plain
 * @param {(text: string) => void} onChange
 * @returns {{textarea: HTMLTextAreaElement, setText: (text: string) => void, setLanguage: (language: string) => void}}
 */
export const enrich = (plain, { language, onChange }) => {
  const place = element("div", { class: "code-editor" });
  const options = { language, value: plain.value, tabSize: 4, insertSpaces: true, lineNumbers: true };
  const editor = createEditor(place, options, editorCommands(defaultKeymap), editHistory());
  for (const { name, value } of plain.attributes) if (!OWN.has(name)) editor.textarea.setAttribute(name, value);
  plain.replaceWith(place);
  editor.on("update", onChange);
  return {
    textarea: editor.textarea,
    setText: (text) => editor.setOptions({ value: text }),
    setLanguage: (name) => name !== editor.options.language && editor.setOptions({ language: name }),
  };
};
