// Find while somebody types: the page of what is found is asked for, and its list shown here; its address can be kept.

import { toast } from "../toast.js";
import { refresh } from "./list.js";

const PAUSE_MS = 180;

const form = document.querySelector("[data-search-form]");

let timer;
let run = null;

const addressOf = () => {
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const onlyWhere = [...asked.keys()].every((name) => name === "within");
  return onlyWhere ? form.action : `${form.action}?${asked}`;
};

const find = async () => {
  clearTimeout(timer);
  run?.abort();
  run = new AbortController();
  const { signal } = run;
  const url = addressOf();
  form.setAttribute("aria-busy", "true");
  try {
    await refresh({ url, signal });
    history.replaceState(null, "", url);
  } catch (error) {
    if (!signal.aborted) toast("The search failed. Check your connection, and try again.", "error");
  } finally {
    if (run.signal === signal) form.removeAttribute("aria-busy");
  }
};

if (form) {
  form.addEventListener("input", ({ target }) => {
    clearTimeout(timer);
    timer = setTimeout(find, target.matches("[data-search-field]") ? PAUSE_MS : 0);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
}

export const focusSearch = () => form?.querySelector("[data-search-field]").focus();
