// The stage's two ways to see the original: hold a button, or split the stage with a slider between before and after.

export const createStage = ({ compare, holdButton, splitButton }) => {
  const range = compare.querySelector(".compare__range");
  let split = false;

  const show = (percent) => compare.style.setProperty("--split", `${percent}%`);
  const rest = () => show(split ? range.value : 0);

  const setSplit = (is) => {
    split = is;
    splitButton.setAttribute("aria-pressed", String(is));
    compare.classList.toggle("is-split", is);
    range.disabled = !is;
    rest();
  };

  const hold = (event) => {
    if (event.type === "keydown" && event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    holdButton.setAttribute("aria-pressed", "true");
    show(100);
  };
  const release = () => {
    holdButton.setAttribute("aria-pressed", "false");
    rest();
  };

  holdButton.addEventListener("pointerdown", hold);
  holdButton.addEventListener("keydown", hold);
  for (const type of ["pointerup", "pointerleave", "pointercancel", "keyup", "blur"]) holdButton.addEventListener(type, release);
  splitButton.addEventListener("click", () => setSplit(!split));
  setSplit(false);
};
