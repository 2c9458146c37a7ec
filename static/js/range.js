// A slider and a number that stand for one value: both inside [data-range]. The number carries the name.
// Works for parts added later too; call fillRanges(part) once after adding them.

const fill = (slider) => {
  const { min, max, value } = slider;
  slider.style.setProperty("--fill", `${((value - min) / (max - min || 1)) * 100}%`);
};

export const fillRanges = (part) => {
  for (const slider of part.querySelectorAll("[data-range] input[type=range]")) fill(slider);
};

document.addEventListener(
  "input",
  ({ target }) => {
    const pair = target.closest?.("[data-range]");
    if (!pair) return;
    const slider = pair.querySelector("input[type=range]");
    const number = pair.querySelector("input[type=number]");
    if (target === slider) number.value = slider.value;
    else if (number.value !== "") slider.value = number.value;
    fill(slider);
  },
  { capture: true }, // so that whoever listens for input reads two equal values
);

fillRanges(document);
