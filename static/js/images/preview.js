// What the steps make of the chosen picture, live. Where every step has a CSS filter that shows the same, the browser
// does it at once; else, and to see what a blur does at the edges, the server sends a picture when the hand rests.

import { ask } from "../api.js";

const REST_MS = 200;

/** The value of the CSS `filter` property for the steps, lengths scaled; null if one of them has no CSS. */
const cssFilter = (steps, scale) => {
  const parts = steps.map(({ spec, params }) => {
    const lengths = new Set(spec.parameters.filter((parameter) => parameter.scales).map(({ name }) => name));
    return spec.css?.replace(/\{(\w+)\}/g, (_, name) => params[name] * (lengths.has(name) ? scale : 1));
  });
  return parts.includes(undefined) ? null : parts.join(" ") || "none";
};

const isExact = (steps) => !steps.some(({ spec }) => spec.parameters.some(({ scales }) => scales));

/**
 * @param {HTMLElement} stage holds .compare__before and .compare__after; gets aria-busy
 * @param {(problem: object | null) => void} onProblem the problem document, or null when all is well
 * @returns {(picture: object, steps: object[]) => void} to be called on every change
 */
export const createPreview = ({ stage, onProblem }) => {
  const before = stage.querySelector(".compare__before");
  const after = stage.querySelector(".compare__after");
  let shown = null; // the picture that stands on the stage
  let steps = [];
  let timer;
  let request = new AbortController();
  let blobUrl = "";

  /** How wide a pixel of the original is on the screen. */
  const scale = () => {
    const { clientWidth, clientHeight } = after;
    return Math.min(clientWidth / shown.width, clientHeight / shown.height);
  };

  const source = (url, filter, isOpaque) => {
    stage.classList.toggle("checker", shown.has_alpha || !isOpaque);
    if (blobUrl && url !== blobUrl) URL.revokeObjectURL(blobUrl);
    blobUrl = url.startsWith("blob:") ? url : "";
    if (after.src !== url) after.src = url;
    after.style.filter = filter;
  };

  const busy = (is) => stage.setAttribute("aria-busy", String(is));

  const fetchPreview = async (picture, json) => {
    request = new AbortController();
    const { signal } = request;
    try {
      const body = { picture_id: picture.id, steps: json };
      const response = await ask("POST", "/api/v1/images/previews", { body, signal });
      const blob = await response.blob();
      const url = URL.createObjectURL(blob);
      await decoded(url);
      if (signal.aborted) {
        URL.revokeObjectURL(url);
        return;
      }
      source(url, "none", blob.type === "image/jpeg");
      onProblem(null);
      busy(false);
    } catch (error) {
      if (signal.aborted) return;
      onProblem({ ...error.document, detail: error.message });
      busy(false);
    }
  };

  const draw = () => {
    clearTimeout(timer);
    request.abort();
    const filter = cssFilter(steps, scale());
    if (filter !== null) {
      source(shown.proxy_url, filter, true);
      onProblem(null);
    }
    const needsServer = filter === null || !isExact(steps);
    busy(needsServer);
    if (!needsServer) return;
    const json = steps.map(({ spec, params }) => ({ filter: spec.name, params }));
    timer = setTimeout(fetchPreview, REST_MS, shown, json);
  };

  new ResizeObserver(() => {
    if (shown && !blobUrl) after.style.filter = cssFilter(steps, scale()) ?? "none";
  }).observe(stage);

  return (picture, chosen) => {
    steps = chosen;
    if (picture.id !== shown?.id) {
      shown = picture;
      before.src = picture.proxy_url;
      before.alt = `${picture.name}, before`;
      after.alt = `${picture.name} with the filters`;
      source(picture.proxy_url, "none", true);
    }
    draw();
  };
};

const decoded = async (url) => {
  const image = new Image();
  image.src = url;
  await image.decode();
};
