// The ordered list of steps: a card each, with its fields; dragged by the handle, moved by the arrows, or removed.

import Sortable from "../../vendor/sortable.core.esm.js";
import { element, icon } from "../element.js";
import { fillRanges } from "../range.js";
import { markField, parameterField } from "./step_fields.js";

/**
 * @param {HTMLOListElement} list
 * @param {() => object[]} pictures that a step may lay over another
 * @param {(words: string) => void} say read out politely
 */
export const createStepList = ({ list, pipeline, pictures, say }) => {
  const move = (from, to, name) => {
    pipeline.move(from, to);
    say(`${name} is now step ${to + 1}.`);
  };

  const tool = (key, action, label, drawn, onclick, disabled = false) =>
    element(
      "button",
      { class: "button button--quiet button--icon button--small", type: "button", id: `step-${key}-${action}`, disabled, onclick },
      icon(drawn),
      element("span", { class: "visually-hidden" }, label),
    );

  const card = ({ key, spec, params }, index, { length }) => {
    const step = pipeline.steps()[index];
    const { label } = spec;
    const fields = spec.parameters.map((parameter) =>
      parameterField(
        parameter,
        `step-${key}-${parameter.name}`,
        params[parameter.name],
        (value) => pipeline.set(step, parameter.name, value),
        pictures,
      ),
    );
    return element(
      "li",
      { class: "step", "data-key": key },
      element(
        "div",
        { class: "step__head" },
        element("span", { class: "step__handle", title: "Drag to reorder" }, icon("drag")),
        element("h3", { class: "step__name", title: spec.description }, label),
        element(
          "div",
          { class: "step__tools" },
          tool(key, "up", `Move ${label} up`, "up", () => move(index, index - 1, label), index === 0),
          tool(key, "down", `Move ${label} down`, "down", () => move(index, index + 1, label), index === length - 1),
          tool(key, "remove", `Remove ${label}`, "close", () => {
            pipeline.remove(index);
            say(`${label} was removed.`);
          }),
        ),
      ),
      element("p", { class: "field__errors step__error", hidden: true }),
      fields.length ? element("div", { class: "step__params" }, ...fields) : null,
    );
  };

  /** Show the steps as they are; whoever had the focus keeps it. */
  const draw = () => {
    const focused = document.activeElement?.id;
    list.replaceChildren(...pipeline.steps().map(card));
    fillRanges(list);
    if (focused?.startsWith("step-")) giveBack(focused);
  };

  const giveBack = (id) => {
    const [, key] = id.split("-");
    const before = document.getElementById(id);
    const other = list.querySelector(`[data-key="${key}"] .step__tools button:not(:disabled)`);
    const target = before && !before.disabled ? before : (other ?? list.querySelector(".step__tools button:not(:disabled)"));
    target?.focus();
  };

  /** Show what is wrong with a step, at its field if one is named. */
  const showProblem = ({ step, parameter, words }) => {
    const shown = list.children[step];
    const field = parameter && shown.querySelector(`[data-parameter="${parameter}"]`);
    if (field) {
      markField(field, words);
      return;
    }
    const line = shown.querySelector(".step__error");
    line.textContent = words;
    line.hidden = false;
  };

  const clearProblems = () => {
    for (const line of list.querySelectorAll(".step__error")) line.hidden = true;
    for (const field of list.querySelectorAll("[data-parameter]")) markField(field, "");
  };

  Sortable.create(list, {
    handle: ".step__handle",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 160,
    chosenClass: "is-chosen",
    ghostClass: "is-dragging",
    onEnd: ({ oldIndex, newIndex }) => {
      if (oldIndex !== newIndex) move(oldIndex, newIndex, pipeline.steps()[oldIndex].spec.label);
    },
  });

  return { draw, showProblem, clearProblems };
};
