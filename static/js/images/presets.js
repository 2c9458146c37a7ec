// Pipelines with a name: the built-in ones, and the user's own, which can be saved and deleted.

import { askJson, newKey } from "../api.js";
import { element, icon } from "../element.js";
import { toast } from "../toast.js";

const PRESETS = "/api/v1/images/presets";

/**
 * @param {HTMLElement} list
 * @param {HTMLDialogElement} dialog holds [data-preset-form] with the field `name`, and [data-preset-error]
 * @param {{name: string, steps: object[]}[]} builtIn
 */
export const createPresets = ({ list, dialog, builtIn, pipeline }) => {
  const form = dialog.querySelector("[data-preset-form]");
  const errorLine = dialog.querySelector("[data-preset-error]");
  let own = [];

  const load = (preset) => element("button", { class: "button button--small", type: "button", onclick: () => pipeline.load(preset.steps) }, preset.name);

  const remove = async (preset) => {
    try {
      await askJson("DELETE", `${PRESETS}/${preset.id}`);
      own = own.filter(({ id }) => id !== preset.id);
      draw();
      toast(`The preset “${preset.name}” was deleted.`);
    } catch (error) {
      toast(error.message, "error");
    }
  };

  const ownPreset = (preset) => {
    const label = element("span", { class: "visually-hidden" }, `Delete the preset ${preset.name}`);
    const attributes = { class: "button button--small button--icon", type: "button", onclick: () => remove(preset) };
    return element("span", { class: "preset" }, load(preset), element("button", attributes, icon("close"), label));
  };

  const draw = () => list.replaceChildren(...builtIn.map(load), ...own.map(ownPreset));

  const save = async () => {
    const name = form.elements.name.value.trim();
    if (!name) throw new Error("Give it a name.");
    await askJson("POST", PRESETS, { body: { name, steps: pipeline.asJson() }, key: newKey() });
    await fetchOwn();
    toast(`Saved as “${name}”.`);
  };

  const fetchOwn = async () => {
    own = (await askJson("GET", PRESETS)).items.filter(({ id }) => id !== null);
    draw();
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    errorLine.hidden = true;
    try {
      await save();
      form.reset();
      dialog.close();
    } catch (error) {
      errorLine.textContent = error.message;
      errorLine.hidden = false;
    }
  });

  draw();
  return fetchOwn;
};
