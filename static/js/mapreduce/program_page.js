// The page of a program: saved by the button or Ctrl-S, without leaving the page once it is one of the list.

import "../dialog.js";
import { askJson } from "../api.js";
import { createScripts } from "./script_tabs.js";

const form = document.getElementById("program-form");
const part = (name) => form.querySelector(`[data-${name}]`);
const stays = form.dataset.program && !new URLSearchParams(location.search).has("version");
const button = form.querySelector("button[type=submit]");

const now = () => JSON.stringify({ title: form.elements.title.value, ...scripts.read() });

const say = (words) => (part("state").textContent = words);
const scripts = createScripts(form.querySelector("[data-scripts]"), () => say(now() === saved ? "" : "Not saved yet."));
let saved = now();
form.elements.title.addEventListener("input", () => say("Not saved yet."));

const save = async () => {
  const sent = now();
  button.setAttribute("aria-busy", "true");
  try {
    const program = await askJson("PUT", `/api/v1/mapreduce/programs/${form.dataset.program}`, { body: JSON.parse(sent) });
    saved = sent;
    showProblem("");
    say(`Saved as version ${program.version}.`);
    document.querySelector("h1").textContent = program.title;
    await showHistory();
  } catch (error) {
    showProblem(error.message);
  } finally {
    button.removeAttribute("aria-busy");
  }
};

const showProblem = (words) => {
  part("problem").hidden = !words;
  part("problem-words").textContent = words;
  if (words) say("");
};

const showHistory = async () => {
  const answer = await fetch("?part=history");
  if (!answer.ok) return; // the page still shows what it knew
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("history").replaceWith(page.getElementById("history"));
};

form.addEventListener("submit", (event) => {
  if (!stays) {
    saved = now(); // it leaves the page, and should not be asked whether it may
    return;
  }
  event.preventDefault();
  save();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  form.requestSubmit();
});

addEventListener("beforeunload", (event) => {
  if (now() !== saved) event.preventDefault();
});
