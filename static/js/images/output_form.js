// How the results are written: format, quality, metadata.

import { fillRanges } from "../range.js";

const WITH_QUALITY = new Set(["same", "jpeg", "webp", "avif"]);

/** @param {HTMLFormElement} form with the fields format, quality and keep_metadata */
export const createOutputForm = ({ form, onChange }) => {
  const { format, quality, keep_metadata: keepMetadata } = form.elements;
  const qualityField = form.querySelector("[data-quality]");

  const show = () => {
    const counts = WITH_QUALITY.has(format.value);
    for (const input of qualityField.querySelectorAll("input")) input.disabled = !counts;
    qualityField.classList.toggle("is-off", !counts);
  };

  const read = () => ({
    format: format.value,
    quality: Math.min(100, Math.max(1, Math.round(Number(quality.value)) || 85)),
    keep_metadata: keepMetadata.checked,
  });

  const fill = (output) => {
    format.value = output.format;
    quality.value = output.quality;
    form.querySelector("input[type=range]").value = output.quality;
    keepMetadata.checked = output.keep_metadata;
    fillRanges(form);
    show();
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    show();
    onChange();
  });
  show();
  return { read, fill };
};
