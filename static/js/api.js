// Calls to this site's REST API: JSON in, JSON (or a picture) out. A refusal is thrown in the server's own words.

const LONGEST_WAIT_SECONDS = 60;
const SIGNED_OUT = "You are signed out. Sign in again in another tab, then try again here.";

/** The server refused: `message` is for a person, `document` is the problem document (RFC 9457). */
export class Refused extends Error {
  constructor(status, document) {
    super((status === 401 && SIGNED_OUT) || document.detail || `The server answered with an error (${status}). Try again in a moment.`);
    this.status = status;
    this.document = document;
  }
}

/** No answer came, so nobody knows whether the server did it. */
export class Unreachable extends Error {
  constructor() {
    super("The server cannot be reached. Check your connection.");
  }
}

/** A new value for `Idempotency-Key`: send the same one again when the answer to a POST was lost. */
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";

/** Resolves after so long, or rejects as soon as the signal is aborted. */
export const pause = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

/**
 * Ask the API. `patient`: wait and ask again when it says that this was too often (429).
 * @param {{body?: object, key?: string, signal?: AbortSignal, patient?: boolean}} options
 * @returns {Promise<Response>} one with a good status
 * @throws {Refused | Unreachable | DOMException} the last one when the signal was aborted
 */
export const ask = async (method, url, { body, key, signal, patient = false } = {}) => {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  const response = await send(url, { method, headers, signal, body: body && JSON.stringify(body) });
  if (response.ok) return response;
  if (patient && response.status === 429) {
    await pause(Math.min(LONGEST_WAIT_SECONDS, Number(response.headers.get("Retry-After")) || 5) * 1000, signal);
    return ask(method, url, { body, key, signal, patient });
  }
  throw new Refused(response.status, await problemDocument(response));
};

/** Ask, and read the JSON of the answer; null if it has none. */
export const askJson = async (method, url, options) => {
  const response = await ask(method, url, options);
  return response.status === 204 ? null : response.json();
};

const send = async (url, options) => {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Unreachable();
  }
};

const problemDocument = async (response) => {
  try {
    return await response.json();
  } catch {
    return {};
  }
};
