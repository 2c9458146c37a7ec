// A field for each kind of parameter. Each is built from the parameter's entry in the catalogue and tells
// `set(value)` what a person chose.

import { element } from "../element.js";

const LONGEST_SLIDER = 4000; // beyond, a pixel of the slider is too many of the picture
const FEW = 3;

/**
 * @param {object} spec the parameter's entry in the catalogue
 * @param {string} id for the control
 * @param {() => object[]} pictures that may be laid over another
 */
export const parameterField = (spec, id, value, set, pictures) => {
  const field = BUILDERS[spec.type](spec, id, value, set, pictures);
  field.dataset.parameter = spec.name;
  field.append(element("p", { class: "field__errors", id: `${id}-error`, hidden: true }));
  return field;
};

/** Show under a field what is wrong with it; "" takes it away. */
export const markField = (field, words) => {
  const line = field.querySelector(".field__errors");
  line.textContent = words;
  line.hidden = !words;
  for (const control of field.querySelectorAll("input, select")) {
    if (words) {
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", line.id);
    } else {
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-describedby");
    }
  }
};

const number = (spec, id, value, set) => {
  const { minimum, maximum, step, unit, label } = spec;
  const bounds = { min: minimum, max: maximum, step, value };
  const input = element("input", { type: "number", id, inputmode: step < 1 ? "decimal" : "numeric", ...bounds });
  const hasSlider = maximum - minimum <= LONGEST_SLIDER;
  const slider = hasSlider && element("input", { type: "range", "aria-label": `${label}, slider`, ...bounds });
  const within = (typed) => Math.min(maximum, Math.max(minimum, spec.type === "integer" ? Math.round(typed) : typed));
  const field = element(
    "div",
    { class: "range", "data-range": hasSlider },
    element(
      "div",
      { class: "range__head" },
      element("label", { for: id }, label),
      element("span", { class: "range__number" }, input, element("span", { class: "range__unit" }, unit ?? "")),
    ),
    slider || null,
  );
  field.addEventListener("input", () => {
    const { valueAsNumber } = input;
    const fits = valueAsNumber === within(valueAsNumber);
    markField(field, fits ? "" : `Give a ${spec.type === "integer" ? "whole number" : "number"} from ${minimum} to ${maximum}.`);
    if (fits) set(valueAsNumber);
  });
  input.addEventListener("change", () => {
    const { valueAsNumber } = input;
    if (valueAsNumber === within(valueAsNumber)) return;
    input.value = Number.isNaN(valueAsNumber) ? spec.default : within(valueAsNumber);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return field;
};

const choice = (spec, id, value, set) => (spec.choices.length <= FEW ? radios : select)(spec, id, value, set);

const select = ({ label, choices }, id, value, set) => {
  const options = choices.map((option) => element("option", { value: option.value, selected: option.value === value }, option.label));
  const control = element("select", { id, onchange: (event) => set(event.target.value) }, ...options);
  return element("div", { class: "field field--small" }, element("label", { for: id }, label), control);
};

const radios = ({ label, choices }, id, value, set) => {
  const options = choices.map((option) => {
    const checked = option.value === value;
    const input = element("input", { type: "radio", name: id, value: option.value, checked, onchange: () => set(option.value) });
    return element("label", {}, input, option.label);
  });
  const group = element("div", { class: "choices" }, ...options);
  return element("fieldset", { class: "field" }, element("legend", {}, label), group);
};

const boolean = ({ label }, id, value, set) => {
  const input = element("input", { type: "checkbox", id, checked: value, onchange: (event) => set(event.target.checked) });
  return element("div", { class: "field field--check" }, input, element("label", { for: id }, label));
};

const color = ({ label }, id, value, set) => {
  const input = element("input", { type: "color", id, value, oninput: (event) => set(event.target.value) });
  return element("div", { class: "field field--beside" }, element("label", { for: id }, label), input);
};

const text = ({ label }, id, value, set) => {
  const input = element("input", { type: "text", id, value, maxlength: 200, oninput: (event) => set(event.target.value) });
  return element("div", { class: "field field--small" }, element("label", { for: id }, label), input);
};

const picture = ({ label }, id, value, set, pictures) => {
  const found = pictures();
  const options = found.map((one) => {
    const checked = one.id === value;
    const input = element("input", { type: "radio", name: id, value: one.id, checked, onchange: () => set(one.id) });
    const image = element("img", { src: one.thumbnail_url, alt: "", width: 88, height: 66, draggable: "false" });
    const name = element("span", { class: "visually-hidden" }, one.name);
    return element("label", { class: "film film--choice", title: one.name }, input, image, name);
  });
  const hint = found.length > 1 ? "It is laid over the others and not edited itself." : "Add the picture to lay over, for example a logo, as you added the others.";
  return element(
    "fieldset",
    { class: "field" },
    element("legend", {}, label),
    element("div", { class: "filmstrip" }, ...options),
    element("p", { class: "field__help" }, hint),
  );
};

const BUILDERS = { number, integer: number, choice, boolean, color, text, picture };
