// What a job on a cluster would cost, asked anew when something changes.

import { askJson } from "../api.js";

const WAIT_MS = 400;

/**
 * @param {HTMLElement} line
 * @param {() => object | null} question what is asked; null: it costs nothing
 * @returns {() => void} to be called on every change
 */
export const createEstimate = (line, question) => {
  let timer = 0;
  let asked = "";
  let asking = new AbortController();

  const show = async (body) => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const { cost, explanation } = await askJson("POST", "/api/v1/mapreduce/estimate", { body, signal, patient: true });
      line.textContent = `About $${cost.toFixed(2)}. ${explanation}`;
    } catch {
      if (!signal.aborted) line.textContent = ""; // a wrong field is said when the job is submitted
    }
  };

  return () => {
    const body = question();
    const text = JSON.stringify(body);
    if (text === asked) return;
    asked = text;
    clearTimeout(timer);
    if (body) timer = setTimeout(show, WAIT_MS, body);
  };
};
