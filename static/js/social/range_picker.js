// [data-range-picker]: the buttons and the two times that say which time is shown.
import { fromWall, toWall, zone } from "./zone.js";

/**
 * `choose` gets {last, from, to} when a person chose another range.
 * @returns {{show: (query: object, shown: ?{start: string, end: string}) => void}} `shown` is what the numbers are of
 */
export const rangePicker = (choose) => {
  const picker = document.querySelector("[data-range-picker]");
  const form = picker.querySelector("[data-own-form]");
  const own = picker.querySelector("[data-own]");
  const problem = picker.querySelector("[data-own-problem]");
  let current = { start: new Date(Date.now() - 86_400_000), end: new Date() };
  picker.querySelector("[data-zone]").textContent = zone;

  const open = (isOpen) => {
    form.hidden = !isOpen;
    own.setAttribute("aria-expanded", isOpen);
  };

  picker.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-last]");
    if (button) {
      open(false);
      choose({ last: Number(button.dataset.last), from: null, to: null });
    } else if (target.closest("[data-own]")) {
      if (form.hidden) {
        form.elements.from.value = toWall(current.start);
        form.elements.to.value = toWall(current.end);
      }
      open(form.hidden);
      if (!form.hidden) form.elements.from.focus();
    }
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [from, to] = [fromWall(form.elements.from.value), fromWall(form.elements.to.value)];
    problem.hidden = from < to;
    problem.textContent = problem.hidden ? "" : "The end must come after the start.";
    if (from < to) choose({ last: null, from, to });
  });

  return {
    show: ({ last, from, to }, shown) => {
      for (const button of picker.querySelectorAll("[data-last]")) button.setAttribute("aria-pressed", Number(button.dataset.last) === last);
      own.setAttribute("aria-pressed", last === null);
      if (last === null) current = { start: from, end: to };
      else if (shown) current = shown;
    },
    /** "the hour before", for the changes. */
    before: ({ last }) => picker.querySelector(`[data-last="${last}"]`)?.dataset.before ?? "the period before",
  };
};
