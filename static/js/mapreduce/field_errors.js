// What is wrong is said at the field that it is about: [data-error=NAME] is the line, [data-control=NAME] the control
// (of a program's setting [data-setting=NAME]).

/** Say nothing any more. */
export const clearErrors = (form) => {
  for (const line of form.querySelectorAll("[data-error]")) line.hidden = true;
  for (const control of form.querySelectorAll(":is([data-control], [data-setting])[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    const others = described(control).filter((id) => !id.endsWith("-error"));
    if (others.length) control.setAttribute("aria-describedby", others.join(" "));
    else control.removeAttribute("aria-describedby");
  }
  form.querySelector("[data-problem]").hidden = true;
};

/** Say why the server refused: at fields, where it names them, and else for the form as a whole. */
export const showErrors = (form, error) => {
  const found = problemsOf(error);
  let first = null;
  for (const { field, setting, words } of found) {
    const line = field && form.querySelector(`[data-error="${field}"]`);
    if (!line) showForAll(form, words);
    else if (setting) first ??= showAt(form, line, words, `[data-setting="${setting}"]`);
    else first ??= showAt(form, line, words, `[data-control="${field}"]`);
  }
  first?.focus();
};

const problemsOf = ({ document: problem, message }) => {
  const { field, setting, errors } = problem ?? {};
  if (!errors) return [{ field, setting, words: message }];
  return errors.map(({ where, what }) => ({ field: where.split(".").findLast((name) => /^[a-z][a-z_]+$/.test(name)), words: what }));
};

const showAt = (form, line, words, selector) => {
  const control = form.querySelector(selector);
  line.textContent = words;
  line.hidden = false;
  line.closest("details")?.setAttribute("open", "");
  if (!control) return null;
  control.setAttribute("aria-invalid", "true");
  if (line.id) control.setAttribute("aria-describedby", [...described(control), line.id].join(" "));
  return control;
};

const showForAll = (form, words) => {
  form.querySelector("[data-problem]").hidden = false;
  form.querySelector("[data-problem-words]").textContent = words;
};

const described = (control) => (control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
