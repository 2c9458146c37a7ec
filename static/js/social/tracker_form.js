// The form of a tracker: says while one types what the keywords mean, which of the latest posts would count, and what a
// month may cost.
import { Refused, askJson } from "../api.js";
import { element } from "../element.js";
import { count, share, sourceName } from "./words.js";
import { momentInWords } from "./zone.js";

const REST_MS = 400; // of the keyboard

const form = document.getElementById("tracker-form");
const part = form.querySelector("[data-preview-part]");
const [words, matched, meaning, posts] = ["words", "matched", "meaning", "posts"].map((name) => part.querySelector(`[data-preview-${name}]`));
const keywords = form.elements.keywords;
const cost = form.querySelector("[data-cap-cost]");

let timer;
let controller;

const chosen = (name) => [...form.querySelectorAll(`[name="${name}"]:checked`)].map(({ value }) => value);

const rules = () => keywords.value.split("\n").map((line) => line.trim()).filter(Boolean);

const preview = async () => {
  controller?.abort();
  if (!rules().length) return say("Write a keyword, and see here what it means and which of the latest posts it would have counted.");
  controller = new AbortController();
  const body = { keywords: rules(), sources: chosen("sources"), languages: chosen("languages") };
  part.setAttribute("aria-busy", "true");
  try {
    show(await askJson("POST", form.dataset.preview, { body, signal: controller.signal, patient: true }));
  } catch (error) {
    if (error.name === "AbortError") return;
    say(error.message, error instanceof Refused && error.status === 422);
  }
  part.removeAttribute("aria-busy");
};

const say = (text, isWrong = false) => {
  words.textContent = text;
  words.classList.toggle("is-bad", isWrong);
  words.classList.toggle("muted", !isWrong);
  words.hidden = false;
  keywords.toggleAttribute("aria-invalid", false);
  if (isWrong) keywords.setAttribute("aria-invalid", "true");
  [matched, meaning].forEach((node) => { node.hidden = true; });
  posts.replaceChildren();
};

const show = ({ descriptions, looked_at: lookedAt, matched: number, items }) => {
  say("");
  words.hidden = true;
  [matched, meaning].forEach((node) => { node.hidden = false; });
  matched.textContent = lookedAt
    ? `${count(number)} of the last ${count(lookedAt)} posts would count (${share(number, lookedAt)}).`
    : "No posts of these sources have come lately, so there is nothing to try the keywords on.";
  meaning.replaceChildren(...descriptions.map((text) => element("li", {}, text)));
  posts.replaceChildren(...items.map(makePost));
};

const makePost = ({ text, author, source, created_at: at }) =>
  element(
    "li",
    { class: "post" },
    element("p", { class: "post__head" }, element("span", { class: "post__author" }, `@${author}`), element("span", { class: "muted" }, `${sourceName(source)} · ${momentInWords(at)}`)),
    element("p", { class: "post__text", dir: "auto" }, text),
  );

const showCost = () => {
  const cap = Number(form.elements.monthly_cap.value);
  const takesX = chosen("sources").includes("x");
  const usd = (cap * Number(cost.dataset.usdAPost)).toLocaleString("en", { style: "currency", currency: "USD" });
  if (!takesX) cost.textContent = "The chosen sources cost nothing.";
  else cost.textContent = cap > 0 ? `At most ${usd} a month, if all of them come from X.` : "Without a limit, nobody can say what X will bill: $5 for each thousand posts.";
  cost.classList.toggle("is-warned", takesX && !(cap > 0));
};

form.addEventListener("input", ({ target }) => {
  showCost();
  if (!["keywords", "sources", "languages"].includes(target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(preview, REST_MS);
});

showCost();
if (rules().length) preview();
