// One part of a file on its way to the storage. XMLHttpRequest, because fetch cannot tell how much has been sent.

/** The storage answered with another status than 2xx. */
export class PartRefused extends Error {
  constructor(status, text) {
    super(text || `The storage answered ${status}.`);
    this.status = status;
  }
}

/** The connection broke before the storage answered. */
export class PartLost extends Error {}

const STALLED_AFTER_MS = 60_000;

/**
 * PUT the bytes where the link says, and give the ETag (null where the storage does not show it to scripts).
 * @param {{url: string, method: string, headers: Object<string, string>}} link
 * @param {(sentBytes: number) => void} onProgress
 * @throws {PartRefused | PartLost | DOMException} the last one when the signal was aborted
 */
export const putPart = (link, blob, { signal, onProgress }) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    let stalled;
    const watch = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED_AFTER_MS);
    };
    const stop = () => request.abort();
    signal.addEventListener("abort", stop);
    request.upload.addEventListener("progress", (event) => {
      watch();
      onProgress(event.loaded);
    });
    request.addEventListener("loadend", () => {
      clearTimeout(stalled);
      signal.removeEventListener("abort", stop);
      if (signal.aborted) reject(signal.reason);
      else if (!request.status) reject(new PartLost("The connection was lost."));
      else if (request.status >= 300) reject(new PartRefused(request.status, words(request)));
      else resolve(request.getResponseHeader("ETag"));
    });
    request.open(link.method, link.url);
    for (const [name, value] of Object.entries(link.headers)) request.setRequestHeader(name, value);
    watch();
    request.send(blob);
  });

const words = (request) => {
  const isPlain = request.getResponseHeader("Content-Type")?.startsWith("text/plain");
  return isPlain ? request.responseText.slice(0, 200) : "";
};
