// Light or dark, before the first paint: loaded in <head> as an ordinary blocking script.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  let here = null; // the choice on this page alone, for where storage is forbidden

  const chosen = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return here;
    }
  };

  const show = () => {
    const theme = chosen() ?? (system.matches ? "dark" : "light");
    root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.setAttribute("aria-pressed", String(theme === "dark"));
    }
  };

  const toggle = () => {
    here = root.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("theme", here);
    } catch {
      // then it lasts as long as the page
    }
    show();
  };

  show();
  system.addEventListener("change", show);
  addEventListener("storage", show); // another tab chose
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) toggle();
  });
})();
