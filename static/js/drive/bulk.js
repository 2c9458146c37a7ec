// The same with many items, by POST /bulk; where names are taken, the person is asked.

import { askJson } from "../api.js";
import { toast } from "../toast.js";
import { askConflict } from "./dialogs.js";
import { API } from "./page.js";

const AT_ONCE = 1000;
const REPLACE_HINT = "What is replaced goes to the trash.";

/** @returns {Promise<{id: string, ok: boolean, error: string, problem: object}[]>} */
const send = async (action, ids, extra) => {
  const results = [];
  for (let begin = 0; begin < ids.length; begin += AT_ONCE) {
    const body = { action, item_ids: ids.slice(begin, begin + AT_ONCE), ...extra };
    results.push(...(await askJson("POST", `${API}/bulk`, { body, patient: true })).items);
  }
  return results;
};

/** Do it, say what could not be done, and give the ids of what was. */
export const bulk = async (action, items, extra = {}) => {
  const results = await send(action, items.map(({ id }) => id), extra);
  complain(results);
  return results.filter(({ ok }) => ok).map(({ id }) => id);
};

/** Move or copy into a folder {id, name}; gives the ids of what was. */
export const bulkInto = async (action, items, folder, { keepBoth = false } = {}) => {
  const named = new Map(items.map((item) => [item.id, item.name]));
  const into = { parent_id: folder.id };
  const results = await send(action, [...named.keys()], { ...into, on_conflict: keepBoth ? "keep_both" : "ask" });
  const taken = results.filter(({ ok, problem }) => !ok && problem.item_id);
  complain(results.filter((result) => !taken.includes(result)));
  const done = results.filter(({ ok }) => ok).map(({ id }) => id);
  for (const [choice, ids] of Object.entries(await ask(taken, named, folder))) {
    if (choice === "skip" || !ids.length) continue;
    const again = await send(action, ids, { ...into, on_conflict: choice });
    complain(again);
    done.push(...again.filter(({ ok }) => ok).map(({ id }) => id));
  }
  return done;
};

const ask = async (taken, named, folder) => {
  const choices = { keep_both: [], replace: [], skip: [] };
  const memory = { choice: null };
  for (const { id, problem } of taken) {
    const question = {
      name: named.get(id),
      kind: problem.kind,
      where: folder.name,
      canReplace: problem.item_id !== id,
      replaceHint: REPLACE_HINT,
      isOneOfMany: taken.length > 1,
    };
    choices[await askConflict(question, memory)].push(id);
  }
  return choices;
};

const complain = (results) => {
  const failed = results.filter(({ ok }) => !ok);
  if (!failed.length) return;
  const more = failed.length > 1 ? ` (${failed.length} in all)` : "";
  toast(`${failed[0].error}${more}`, "error");
};
