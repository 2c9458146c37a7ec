// The list of trackers: how many are marked to be compared.

const LEAST = 2;
const MOST = 5;

const form = document.getElementById("compare-form");
const marked = () => document.querySelectorAll("[data-compare]:checked").length;

const show = () => {
  const number = marked();
  const words = number === 0 ? "Mark two to five trackers to see them side by side." : number < LEAST ? "One is marked; mark another." : number > MOST ? `${number} are marked; five are the most.` : `${number} are marked.`;
  form.querySelector("[data-compare-words]").textContent = words;
  form.querySelector("[data-compare-button]").disabled = number < LEAST || number > MOST;
};

if (form) {
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-compare]")) show();
  });
  show(); // a browser may restore the marks after a reload
}
