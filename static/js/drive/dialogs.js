// The questions that the pages ask: each opens one of the dialogs of the page and resolves with the answer.

const closed = (dialog) =>
  new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));

const part = (dialog, name) => dialog.querySelector(`[data-dialog-${name}]`);

let asking = Promise.resolve();

/** One question after the other. */
const inTurn = (ask) => {
  const answer = asking.then(ask);
  asking = answer.catch(() => {});
  return answer;
};

const open = async (dialog) => {
  dialog.returnValue = "";
  dialog.showModal();
  return closed(dialog);
};

/**
 * Ask for a name until `save(name)` accepts it; what it throws is shown.
 * @returns {Promise<boolean>} whether it was saved
 */
export const askName = ({ title, go, value = "", save }) =>
  inTurn(async () => {
    const dialog = document.getElementById("name-dialog");
    const form = dialog.querySelector("form");
    const [input, error, button] = [form.elements.name, part(dialog, "error"), part(dialog, "go")];
    part(dialog, "title").textContent = title;
    button.textContent = go;
    const show = (words) => {
      error.textContent = words;
      input.toggleAttribute("aria-invalid", Boolean(words));
      if (words) input.setAttribute("aria-invalid", "true");
    };
    show("");
    input.value = value;
    let isSaved = false;
    form.onsubmit = async (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-busy") === "true") return;
      button.setAttribute("aria-busy", "true");
      try {
        await save(input.value);
        isSaved = true;
        dialog.close();
      } catch (refusal) {
        show(refusal.message);
        input.focus();
      } finally {
        button.removeAttribute("aria-busy");
      }
    };
    part(dialog, "close").onclick = () => dialog.close();
    dialog.showModal();
    const dot = value.lastIndexOf(".");
    input.setSelectionRange(0, dot > 0 ? dot : value.length);
    await closed(dialog);
    return isSaved;
  });

/** Ask whether to do what cannot be undone. */
export const confirmed = ({ title, text, go }) =>
  inTurn(async () => {
    const dialog = document.getElementById("confirm-dialog");
    part(dialog, "title").textContent = title;
    part(dialog, "text").textContent = text;
    part(dialog, "go").textContent = go;
    return (await open(dialog)) === "yes";
  });

/**
 * Ask what to do with a thing whose name is taken. What was answered "for all" is kept in `memory.choice`, and answers
 * the questions that wait behind this one.
 * @param {{choice: string | null}} memory
 * @returns {Promise<"keep_both" | "replace" | "skip">} Escape means skip
 */
export const askConflict = ({ name, kind, where, canReplace, replaceHint, isOneOfMany }, memory) =>
  inTurn(async () => {
    if (memory.choice && (canReplace || memory.choice !== "replace")) return memory.choice;
    const dialog = document.getElementById("conflict-dialog");
    part(dialog, "text").textContent = `There is a ${kind} called “${name}” in ${where}.`;
    dialog.querySelector("[data-conflict-replace]").hidden = !canReplace;
    dialog.querySelector("[data-conflict-all]").hidden = !isOneOfMany;
    dialog.querySelector("[data-conflict-hint]").textContent = canReplace ? replaceHint : "";
    const { all } = dialog.querySelector("form").elements;
    all.checked = false;
    const choice = (await open(dialog)) || "skip";
    if (isOneOfMany && all.checked) memory.choice = choice;
    return choice;
  });
