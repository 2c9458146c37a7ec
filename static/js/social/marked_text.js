// The text of a post with the words marked that made its score. The text is a stranger's: it only ever becomes text.
import { element } from "../element.js";
import { score } from "./words.js";

const LETTER = /[\p{L}\p{N}_]/u;

/** Where the word stands alone in the text: not as a part of a longer one. */
const places = (text, word) => {
  const found = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    const [before, after] = [text.slice(0, at).at(-1) ?? "", text[at + word.length] ?? ""];
    const isPart = (LETTER.test(word[0]) && LETTER.test(before)) || (LETTER.test(word.at(-1)) && LETTER.test(after));
    if (!isPart) found.push({ start: at, end: at + word.length });
  }
  return found;
};

/**
 * @param {{word: string, score: number}[]} reasons
 * @returns {(string | Element)[]} what to append
 */
export const markedText = (text, reasons) => {
  const spans = reasons
    .filter(({ word, score: worth }) => word && worth)
    .flatMap((reason) => places(text, reason.word).map((place) => ({ ...place, ...reason })))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const parts = [];
  let done = 0;
  for (const { start, end, score: worth } of spans) {
    if (start < done) continue; // inside of a longer one
    parts.push(text.slice(done, start));
    parts.push(element("mark", { class: `reason reason--${worth > 0 ? "good" : "bad"}`, title: `${score(worth)} for the score` }, text.slice(start, end)));
    done = end;
  }
  parts.push(text.slice(done));
  return parts;
};
