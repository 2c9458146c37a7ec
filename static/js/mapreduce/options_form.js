// How a program is run: reduce tasks, fields, variables, the engine and its cluster.

import { element, icon } from "../element.js";

/** @param {() => void} onChange called when a person changed something */
export const createOptionsForm = (form, onChange) => {
  const fields = form.elements;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const number = (field) => (field.value === "" ? null : Number(field.value));

  const engine = () => fields.engine?.value ?? null;

  const variableRow = (name = "", value = "") => {
    const attributes = { class: "input input--small", type: "text", autocomplete: "off", spellcheck: "false", oninput: onChange };
    const row = element(
      "li",
      {},
      element("input", { ...attributes, value: name, maxlength: 64, placeholder: "NAME", "aria-label": "Name of the variable", "data-variable-name": true }),
      element("input", { ...attributes, value, maxlength: 4000, placeholder: "value", "aria-label": "Value of the variable", "data-variable-value": true }),
      element(
        "button",
        {
          class: "button button--quiet button--icon button--small",
          type: "button",
          "aria-label": "Remove this variable",
          onclick: () => {
            row.remove();
            part("add-variable").focus();
            onChange();
          },
        },
        icon("close"),
      ),
    );
    return row;
  };

  const variables = () =>
    Object.fromEntries(
      [...part("variables").children]
        .map((row) => [row.querySelector("[data-variable-name]").value.trim(), row.querySelector("[data-variable-value]").value])
        .filter(([name]) => name),
    );

  const separator = () => {
    const choice = fields.separator_choice.value;
    return { tab: "\t", other: fields.separator_other.value }[choice] ?? choice;
  };

  const partitionFields = () => {
    const [first, last] = [number(fields.partition_first), number(fields.partition_last)];
    return first === null && last === null ? null : [first ?? last, last ?? first];
  };

  /** Everything but the variables, which belong to the program if it is one of the library. */
  const read = () => ({
    reduce_tasks: number(fields.reduce_tasks),
    use_combiner: fields.use_combiner.checked,
    separator: separator() || null,
    key_fields: number(fields.key_fields),
    partition_fields: partitionFields(),
    compress: fields.compress.checked,
  });

  const cluster = () => ({
    instance_type: fields.instance_type.value.trim(),
    core_instances: number(fields.core_instances),
    task_instances: number(fields.task_instances),
  });

  const limits = () => ({ max_minutes: number(fields.max_minutes), max_cost: fields.max_cost.value || null });

  const fillFields = ({ reduce_tasks: tasks, key_fields: keys, partition_fields: parted, separator: letter }) => {
    fields.reduce_tasks.value = tasks ?? "";
    fields.key_fields.value = keys ?? 1;
    [fields.partition_first.value, fields.partition_last.value] = parted ?? ["", ""];
    fields.separator_choice.value = letter === "\t" ? "tab" : letter;
    if (fields.separator_choice.selectedIndex < 0) {
      fields.separator_choice.value = "other";
      fields.separator_other.value = letter ?? "";
    }
    show();
  };

  const fill = ({ options, variables: given = {}, engine: name, cluster: machines, max_minutes: minutes, max_cost: cost }) => {
    fillFields(options);
    fields.use_combiner.checked = options.use_combiner;
    fields.compress.checked = options.compress;
    part("variables").replaceChildren(...Object.entries(given).map(([key, value]) => variableRow(key, value)));
    const choice = name && form.querySelector(`[name=engine][value="${name}"]`);
    if (choice) choice.checked = true;
    for (const [key, value] of Object.entries(machines ?? {})) fields[key].value = value ?? "";
    fields.max_minutes.value = minutes ?? "";
    fields.max_cost.value = cost ?? "";
    show();
  };

  const show = () => {
    fields.separator_other.hidden = fields.separator_choice.value !== "other";
    part("cluster").hidden = engine() !== "emr";
  };

  /** Show what makes sense for a program. */
  const showFor = (program, isLibrary) => {
    part("combiner").hidden = !program?.hasCombiner;
    part("variables-part").hidden = isLibrary;
  };

  part("add-variable").addEventListener("click", () => {
    part("variables").append(variableRow());
    part("variables").lastElementChild.querySelector("input").focus();
  });
  fields.separator_choice.addEventListener("change", show);
  for (const radio of form.querySelectorAll("[name=engine]")) radio.addEventListener("change", show);
  show();

  return { read, fill, fillFields, showFor, variables, engine, cluster, limits };
};
