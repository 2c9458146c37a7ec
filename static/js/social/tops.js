// The lists of what is talked about. Each entry is a button that narrows everything to it.
import { element } from "../element.js";
import { count, moodOf, score, termInList } from "./words.js";

const SHOWN = 8;

const makeEntry = (term) =>
  element(
    "li",
    { class: "tally" },
    element(
      "button",
      { type: "button", class: "tally__button", "data-term": term, "aria-pressed": "false" },
      element("span", { class: "tally__bar" }),
      element("span", { class: "tally__value", dir: "auto" }),
      element("span", { class: "tally__score" }),
      element("span", { class: "tally__posts" }),
    ),
  );

const set = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

const fill = (entry, kind, { value, posts, score: mean }, most, chosen) => {
  const button = entry.firstElementChild;
  const [bar, name, points, number] = button.children;
  const shown = termInList(kind, value);
  bar.style.inlineSize = `${(100 * posts) / most}%`;
  bar.dataset.mood = moodOf(mean);
  set(name, shown);
  set(points, score(mean));
  set(number, count(posts));
  button.title = shown;
  button.setAttribute("aria-pressed", chosen.includes(button.dataset.term));
  button.setAttribute("aria-label", `${shown}: ${count(posts)} post${posts === 1 ? "" : "s"}, mean score ${score(mean)}`);
};

/** Bring a list to the tallies. One that a person points at or is in keeps its order, so that nothing moves away. */
const renew = (part, tallies, chosen, isOther) => {
  const { kind } = part.dataset;
  const list = part.querySelector(".tallies");
  const shown = tallies.slice(0, SHOWN);
  const most = Math.max(1, ...shown.map(({ posts }) => posts));
  const isHeld = !isOther && list.matches(":hover, :focus-within");
  const old = new Map([...list.children].map((entry) => [entry.firstElementChild.dataset.term, entry]));
  const entries = shown.map((tally) => {
    const term = `${kind}:${tally.value}`;
    const entry = old.get(term) ?? makeEntry(term);
    fill(entry, kind, tally, most, chosen);
    return entry;
  });
  part.querySelector("[data-top-empty]").hidden = entries.length > 0;
  if (!isHeld) put(list, entries);
};

/** Put these into the list, in this order, and move no more than needed: what moves loses the focus. */
const put = (list, entries) => {
  const wanted = new Set(entries);
  for (const entry of [...list.children]) if (!wanted.has(entry)) entry.remove();
  for (const [at, entry] of entries.entries()) if (list.children[at] !== entry) list.insertBefore(entry, list.children[at] ?? null);
};

/** @returns {(top: object, chosen: string[], isOther: boolean) => void} `isOther`: something else is shown than before */
export const topLists = (toggle) => {
  const tops = document.querySelector("[data-tops]");
  tops.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-term]");
    if (button) toggle(button.dataset.term);
  });
  return (top, chosen, isOther) => {
    for (const part of tops.querySelectorAll("[data-top]")) renew(part, top[part.dataset.top] ?? [], chosen, isOther);
  };
};
