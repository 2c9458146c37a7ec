// Rows whose pictures are still being made are asked for again, less and less often, until all are there.

import { refreshRows, rows } from "./list.js";

const FIRST_MS = 1200;
const LONGEST_MS = 15_000;
const AT_ONCE = 50;

let wait = FIRST_MS;
let timer = null;

const pending = () => rows().filter((row) => "pending" in row.dataset).map((row) => row.dataset.item);

const look = async () => {
  timer = null;
  const ids = pending();
  if (!ids.length || document.hidden) return;
  try {
    await refreshRows(ids.slice(0, AT_ONCE));
  } catch {
    // the next round may have more luck
  }
  wait = pending().length < ids.length ? FIRST_MS : Math.min(LONGEST_MS, wait * 1.5);
  plan();
};

const plan = () => {
  if (pending().length) timer ??= setTimeout(look, wait);
  else wait = FIRST_MS;
};

for (const name of ["list", "more", "visibilitychange"]) document.addEventListener(name, plan);
plan();
