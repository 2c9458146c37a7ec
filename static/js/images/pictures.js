// The pictures of the editor: those of earlier visits, those that were just uploaded, each followed until a worker has
// looked at it. A picture is what GET /api/v1/images/pictures says: {id, status, error, name, thumbnail_url, …}.

import { Refused, askJson } from "../api.js";

const PICTURES = "/api/v1/images/pictures";
const FOLLOW_EVERY_MS = 600;

/**
 * @param {string | null} batchId the batch whose pictures are edited again; null for those that no batch has used
 * @param {() => void} onChange
 */
export const createPictures = ({ batchId, onChange }) => {
  const all = new Map();
  const aside = new Set(); // not to be edited, but may be laid over others
  let following = false;

  const enter = (picture) => all.set(picture.id, picture);
  const edited = () => [...all.values()].filter(({ id }) => !aside.has(id));
  const having = (...statuses) => edited().filter(({ status }) => statuses.includes(status));
  const preparing = () => having("QUEUED", "RUNNING");

  const load = async () => {
    const unused = (await askJson("GET", PICTURES)).items;
    if (batchId) {
      for (const { id } of unused) aside.add(id);
      (await askJson("GET", `${PICTURES}?batch=${batchId}`)).items.forEach(enter);
    }
    unused.forEach(enter);
    onChange();
    follow();
  };

  /** Make a picture of a complete upload. */
  const create = async (uploadId, signal) => {
    enter(await askJson("POST", PICTURES, { body: { upload_id: uploadId }, signal, patient: true }));
    onChange();
    follow();
  };

  const follow = async () => {
    if (following) return;
    following = true;
    while (preparing().length) {
      await new Promise((resolve) => setTimeout(resolve, FOLLOW_EVERY_MS));
      try {
        update((await askJson("GET", PICTURES, { patient: true })).items);
      } catch {
        // the next round may have more luck
      }
    }
    following = false;
  };

  const update = (unused) => {
    const fresh = new Map(unused.map((picture) => [picture.id, picture]));
    let changed = false;
    for (const { id, status } of preparing()) {
      if (fresh.get(id)?.status === status) continue;
      if (fresh.has(id)) enter(fresh.get(id));
      else all.delete(id); // another tab has used or deleted it
      changed = true;
    }
    if (changed) onChange();
  };

  /** Take pictures away; those that a job uses stay there. */
  const remove = async (ids) => {
    for (const id of ids) all.delete(id);
    onChange();
    for (const id of ids) {
      try {
        await askJson("DELETE", `${PICTURES}/${id}`, { patient: true });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
  };

  return {
    load,
    create,
    remove,
    preparing,
    edited,
    ready: () => having("SUCCEEDED"),
    failed: () => having("FAILED", "CANCELLED"),
    usable: () => [...all.values()].filter(({ status }) => status === "SUCCEEDED"),
    get: (id) => all.get(id),
  };
};
