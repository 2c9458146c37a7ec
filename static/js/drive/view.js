// A list or tiles, before the first paint: loaded in <head> as an ordinary blocking script.
(() => {
  const KEY = "drive-view";
  let here = null; // the choice on this page alone, for where storage is forbidden

  const chosen = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return here;
    }
  };

  const show = () => {
    const view = (here ?? chosen()) === "grid" ? "grid" : "list";
    document.documentElement.dataset.driveView = view;
    for (const button of document.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === view));
    }
  };

  show();
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-view]");
    if (!button) return;
    here = button.dataset.view;
    try {
      localStorage.setItem(KEY, here);
    } catch {
      // then it lasts as long as the page
    }
    show();
  });
})();
