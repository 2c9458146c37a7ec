// Files on their way to the storage: each is announced, sent in parts straight to signed links, and completed.
// Four lanes carry the parts of all files; a lost connection is waited for, an expired link renewed, and what was
// begun before a reload goes on where it stopped. No DOM in here.

import { Refused, Unreachable, ask, askJson, newKey, pause } from "./api.js";
import { PartLost, PartRefused, putPart } from "./part_request.js";
import { forget, interrupted, recall, remember, same } from "./upload_memory.js";

const ATTEMPTS = 6;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 15_000;
const RATE_OVER_MS = 8000;
const NO_SPACE = 507; // no try will change that
const ACTIVE = new Set(["waiting", "sending", "finishing"]);

/**
 * @typedef {object} Sending one file
 * @property {number} id
 * @property {File} file
 * @property {object | undefined} place where it is to go, as the page that added it says: {key, …}; it is remembered too
 * @property {string} label what the file is called on the page
 * @property {"waiting"|"sending"|"finishing"|"paused"|"failed"|"done"|"cancelled"} state
 * @property {string} note what a person may know: why it failed, or what it waits for
 * @property {number} sent bytes
 */

/**
 * Make an uploader.
 * @param {object} options
 * @param {string} options.scope names the user and the purpose, for what is remembered over a reload
 * @param {(sending: Sending) => void} options.onChange called often
 * @param {(uploadId: string, file: File, signal: AbortSignal, sending: Sending) => Promise<void>} options.onComplete
 *     what to do with a complete upload; it is called again when the connection is lost in it
 * @param {string} options.door where uploads are begun and finished
 */
export const createUploader = ({ scope, onChange, onComplete, door = "/api/v1/uploads", lanes = 4 }) => {
  const all = [];
  let busyLanes = 0;
  let samples = [];
  let lastId = 0;

  /** @param {{place?: {key: string}, label?: string}} options the same file may go to several places */
  const add = (file, { place, label = file.name } = {}) => {
    const twin = all.find(({ state, file: other, place: there }) => state !== "done" && state !== "cancelled" && same(other, file) && there?.key === place?.key);
    if (twin) {
      resume(twin.id);
      return;
    }
    const sending = {
      id: ++lastId,
      file,
      place,
      label,
      state: "waiting",
      note: "",
      sent: 0,
      uploadId: recall(scope, file, place)?.uploadId,
      key: newKey(),
      missing: [], // parts that are still to be sent
      flying: new Map(), // part number → bytes that have left
      etags: new Map(), // part number → ETag
      rounds: 0,
      run: new AbortController(),
    };
    all.push(sending);
    onChange(sending);
    pump();
  };

  const find = (id) => all.find((sending) => sending.id === id);

  const change = (sending, state, note = "") => {
    Object.assign(sending, { state, note });
    onChange(sending);
  };

  const pump = () => {
    while (busyLanes < lanes) {
      const work = nextWork();
      if (!work) return;
      busyLanes += 1;
      work().finally(() => {
        busyLanes -= 1;
        pump();
      });
    }
  };

  const nextWork = () => {
    const begun = all.find(({ state, missing }) => state === "sending" && missing.length);
    if (begun) {
      const part = begun.missing.shift();
      begun.flying.set(part.number, 0);
      return () => attempt(begun, () => carry(begun, part));
    }
    const waiting = all.find(({ state }) => state === "waiting");
    if (!waiting) return null;
    change(waiting, "sending");
    return () => attempt(waiting, () => open(waiting));
  };

  /** Do a piece of work on a file; whatever goes wrong in it for good ends or restarts the file. */
  const attempt = async (sending, work) => {
    const { run } = sending;
    try {
      await work();
    } catch (error) {
      if (run.signal.aborted) return;
      run.abort();
      const known = [Refused, Unreachable, PartRefused, PartLost].some((kind) => error instanceof kind);
      if (!known) console.error(error);
      if (sending.rounds < ATTEMPTS && startsAgain(sending, error)) renew(sending);
      else change(sending, "failed", known ? error.message : "Something went wrong. Try again.");
    }
  };

  /** Tell whether another round may mend it: parts are missing on the server, or it has forgotten the upload. */
  const startsAgain = (sending, error) => {
    if (error.status === 404 && sending.uploadId) {
      forget(scope, sending.uploadId);
      sending.uploadId = undefined;
      sending.key = newKey();
      return true;
    }
    return error instanceof Refused && error.status === 409 && sending.state === "finishing" && error.document.parts;
  };

  const renew = (sending) => {
    sending.rounds += 1;
    sending.run = new AbortController();
    sending.flying.clear();
    sending.missing = [];
    change(sending, "waiting");
    pump();
  };

  /** Announce the file, or ask what has arrived of it; then its parts are free for the lanes. */
  const open = async (sending) => {
    const { file, place, run, uploadId, key } = sending;
    const body = { filename: file.name, size_bytes: file.size, content_type: file.type || "application/octet-stream" };
    const upload = await steadily(sending, () =>
      uploadId
        ? askJson("GET", `${door}/${uploadId}`, { signal: run.signal, patient: true })
        : askJson("POST", door, { body, key, signal: run.signal, patient: true }),
    );
    sending.uploadId = upload.id;
    remember(scope, file, { uploadId: upload.id, expiresAt: upload.expires_at, place });
    take(sending, upload);
    if (!sending.missing.length) await finish(sending);
    else pump();
  };

  const take = (sending, upload) => {
    sending.partSize = upload.part_size_bytes;
    sending.missing = upload.parts;
    sending.etags = new Map(upload.received.map(({ number, etag }) => [number, etag]));
    sending.arrived = upload.received.reduce((sum, part) => sum + part.size_bytes, 0);
    count(sending);
  };

  const count = (sending) => {
    const flying = [...sending.flying.values()].reduce((sum, bytes) => sum + bytes, 0);
    sending.sent = Math.min(sending.file.size, sending.arrived + flying);
    onChange(sending);
  };

  const carry = async (sending, part) => {
    const { file, run, partSize } = sending;
    const begin = (part.number - 1) * partSize;
    const blob = file.slice(begin, begin + part.size_bytes);
    const onProgress = (bytes) => {
      if (run.signal.aborted) return;
      sending.flying.set(part.number, Math.min(bytes, part.size_bytes));
      count(sending);
    };
    const etag = await steadily(sending, () => putPart(part, blob, { signal: run.signal, onProgress }), {
      onLost: () => onProgress(0),
      renewLink: async () => Object.assign(part, await freshLink(sending, part)),
    });
    sending.flying.delete(part.number);
    sending.arrived += part.size_bytes;
    if (etag) sending.etags.set(part.number, etag);
    count(sending);
    if (!sending.missing.length && !sending.flying.size) await finish(sending);
  };

  /** A link lives for minutes only: ask for another one. */
  const freshLink = async (sending, part) => {
    const { uploadId, run } = sending;
    const upload = await askJson("GET", `${door}/${uploadId}`, { signal: run.signal, patient: true });
    return upload.parts.find(({ number }) => number === part.number) ?? part;
  };

  const finish = async (sending) => {
    const { uploadId, run, file } = sending;
    change(sending, "finishing");
    const parts = [...sending.etags].map(([number, etag]) => ({ number, etag }));
    const options = { body: { parts }, signal: run.signal, patient: true };
    await steadily(sending, () => ask("POST", `${door}/${uploadId}/complete`, options));
    await steadily(sending, () => onComplete(uploadId, file, run.signal, sending));
    forget(scope, uploadId);
    sending.sent = file.size;
    change(sending, "done");
  };

  /** Try until it works, with longer and longer pauses; being offline does not count as a try. */
  const steadily = async (sending, action, { onLost, renewLink } = {}) => {
    const { signal } = sending.run;
    let isStale = false;
    for (let tries = 1; ; tries += 1) {
      try {
        if (isStale) await renewLink();
        isStale = false;
        const result = await action();
        if (sending.note && !signal.aborted) change(sending, sending.state);
        return result;
      } catch (error) {
        if (signal.aborted) throw error;
        onLost?.();
        if (!navigator.onLine) {
          change(sending, sending.state, "Waiting for the network.");
          await cameOnline(signal);
          tries = 0;
        } else if (tries >= ATTEMPTS || !mayPass(error, renewLink)) {
          throw error;
        } else {
          change(sending, sending.state, "The connection was lost; trying again.");
          await pause(Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (tries - 1)), signal);
          isStale ||= Boolean(renewLink) && (error.status === 403 || tries > 1);
        }
      }
    }
  };

  /** Wait for a person's answer about a file, while its lane carries others. */
  const aside = async (sending, note, answer) => {
    change(sending, sending.state, note);
    busyLanes -= 1;
    pump();
    try {
      return await answer();
    } finally {
      busyLanes += 1;
      if (!sending.run.signal.aborted) change(sending, sending.state);
    }
  };

  /** Leave it as it is; `resume` goes on. */
  const hold = (id) => {
    const sending = find(id);
    if (!ACTIVE.has(sending.state)) return;
    sending.run.abort();
    change(sending, "paused");
  };

  /** Go on after a pause or a failure. */
  const resume = (id) => {
    const sending = find(id);
    if (sending.state !== "paused" && sending.state !== "failed") return;
    renew(sending);
    sending.rounds = 0;
  };

  /** Give it up, and have the server forget it. */
  const cancel = (id) => {
    const sending = find(id);
    sending.run.abort();
    change(sending, "cancelled");
    if (sending.uploadId) giveUp(sending.uploadId);
    pump();
  };

  /** Give up all that are not finished. */
  const cancelAll = () => {
    for (const { id, state } of [...all]) if (state !== "done" && state !== "cancelled") cancel(id);
  };

  /** Forget an upload that this or an earlier visit began; if that fails, the server sweeps it in time. */
  const giveUp = (uploadId) => {
    forget(scope, uploadId);
    ask("DELETE", `${door}/${uploadId}`).catch(() => {});
  };

  /** Take what is finished out of the sums. */
  const clear = () => {
    all.splice(0, all.length, ...all.filter(({ state }) => state !== "done" && state !== "cancelled"));
    samples = [];
  };

  /**
   * Sum up.
   * @returns {{files: number, done: number, active: number, paused: number, failed: number,
   *            bytes: number, sent: number, secondsLeft: number | null}}
   */
  const totals = () => {
    const counts = all.filter(({ state }) => state !== "cancelled");
    const having = (state) => counts.filter((sending) => sending.state === state).length;
    const bytes = counts.reduce((sum, { file }) => sum + file.size, 0);
    const sent = counts.reduce((sum, sending) => sum + sending.sent, 0);
    const active = counts.filter(({ state }) => ACTIVE.has(state)).length;
    return {
      files: counts.length,
      done: having("done"),
      paused: having("paused"),
      failed: having("failed"),
      active,
      bytes,
      sent,
      secondsLeft: active ? secondsLeft(bytes, sent) : null,
    };
  };

  const secondsLeft = (bytes, sent) => {
    const now = performance.now();
    if (sent < samples.at(-1)?.sent) samples = [];
    samples = [...samples.filter(({ at }) => now - at < RATE_OVER_MS), { at: now, sent }];
    const [first] = samples;
    const milliseconds = now - first.at;
    if (milliseconds < 1000 || sent <= first.sent) return null;
    return ((bytes - sent) / (sent - first.sent)) * (milliseconds / 1000);
  };

  /** List the uploads of earlier visits that wait for their files. */
  const waitingForFiles = () => {
    const here = new Set(all.map(({ uploadId }) => uploadId));
    return interrupted(scope).filter(({ uploadId }) => !here.has(uploadId));
  };

  return { add, aside, hold, resume, cancel, cancelAll, clear, totals, waitingForFiles, giveUp };
};

const mayPass = (error, renewLink) =>
  error instanceof Unreachable ||
  error instanceof PartLost ||
  (error instanceof Refused && error.status >= 500 && error.status !== NO_SPACE) ||
  (error instanceof PartRefused && (error.status >= 500 || (error.status === 403 && Boolean(renewLink))));

const cameOnline = (signal) =>
  new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    addEventListener("online", resolve, { once: true, signal });
  });
