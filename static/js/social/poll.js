// Asks the API again and again, and tells it what is already known, so that it answers in a few bytes when nothing is new.
import { Refused, Unreachable } from "../api.js";

const HIDDEN_MS = 30_000;
const AFTER_TROUBLE_MS = 4000;
const LONGEST_MS = 60_000;

/**
 * Begin at once. `every` says after how many milliseconds to ask again, or null for not at all; `show` gets the JSON, or
 * null where nothing has changed; `trouble` gets what went wrong, and null when it is over.
 * @param {{url: () => string, every: () => ?number, show: (answer: ?object) => void, trouble: (error: ?Error) => void}} of
 * @returns {{now: () => void}} `now` asks at once, such as when `url` gives another address
 */
export const follow = ({ url, every, show, trouble }) => {
  let timer;
  let controller;
  let known = { address: "", tag: "" };
  let failures = 0;

  const turn = async () => {
    clearTimeout(timer);
    controller?.abort();
    controller = new AbortController();
    const { signal } = controller;
    let wait;
    try {
      const answer = await get(url(), signal);
      if (signal.aborted) return;
      if (failures) trouble(null);
      failures = 0;
      show(answer);
      wait = every();
      if (wait !== null && document.hidden) wait = Math.max(wait, HIDDEN_MS);
    } catch (error) {
      if (signal.aborted) return; // another turn is under way
      failures += 1;
      trouble(error);
      wait = error.retryAfterMs ?? Math.min(LONGEST_MS, AFTER_TROUBLE_MS * 2 ** (failures - 1));
    }
    if (wait !== null) timer = setTimeout(turn, wait);
  };

  const get = async (address, signal) => {
    const headers = { Accept: "application/json" };
    if (known.address === address && known.tag) headers["If-None-Match"] = known.tag;
    const response = await send(address, { headers, signal, cache: "no-store" });
    if (response.status === 304) return null;
    if (!response.ok) throw await refusal(response);
    const answer = await response.json();
    if (!signal.aborted) known = { address, tag: response.headers.get("ETag") ?? "" };
    return answer;
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && every() !== null) turn();
  });
  turn();
  return { now: turn };
};

const send = async (address, options) => {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (options.signal.aborted) throw error;
    throw new Unreachable();
  }
};

const refusal = async (response) => {
  const error = new Refused(response.status, await response.json().catch(() => ({})));
  const seconds = Number(response.headers.get("Retry-After"));
  if (response.status === 429) error.retryAfterMs = 1000 * Math.min(60, seconds || 5);
  return error;
};
