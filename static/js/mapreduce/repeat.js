// The form that repeats a job tells the next times while one chooses, and shows the field for an expression when it counts.

const WAIT_MS = 300;

const follow = (form) => {
  const own = form.querySelector("[data-repeat-own]");
  let timer;
  let turn = 0;

  const show = () => (own.hidden = form.elements.preset.value !== "own");

  const refresh = async () => {
    turn += 1;
    const mine = turn;
    const query = new URLSearchParams({ part: "times", preset: form.elements.preset.value, cron: form.elements.cron.value });
    const response = await fetch(`?${query}`).catch(() => null);
    if (!response?.ok || mine !== turn) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("repeat-times");
    document.getElementById("repeat-times").replaceChildren(...fresh.childNodes);
  };

  form.addEventListener("input", () => {
    show();
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT_MS);
  });
  show();
};

for (const form of document.querySelectorAll("[data-repeat]")) follow(form);
