// A part of a page that changes while work goes on: <div data-live="URL"> is fetched again about every second (or every
// data-every milliseconds) as long as the answer says data-unfinished. Only children with an id whose data-version
// changed are replaced, so what a person is at stays where it is. A link with data-show inside asks for its own address
// at once. What stands in [data-announce] is read out when it changes.

const EVERY_MS = 1000;
const EVERY_MS_HIDDEN = 10_000;
const EVERY_MS_AFTER_ERROR = 5000;

const follow = (part) => {
  const every = Number(part.dataset.every) || EVERY_MS;
  let timer;
  let turn = 0;

  const refresh = async () => {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    let wait = document.hidden ? EVERY_MS_HIDDEN : every;
    try {
      const fresh = await fetchPart(part.dataset.live);
      if (mine !== turn) return; // a later one is under way
      renew(part, fresh);
    } catch {
      wait = EVERY_MS_AFTER_ERROR;
    }
    if ("unfinished" in part.dataset) timer = setTimeout(refresh, wait);
  };

  part.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-show]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    part.dataset.live = link.dataset.show;
    history.replaceState(null, "", link.href);
    refresh();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && "unfinished" in part.dataset) refresh();
  });
  if ("unfinished" in part.dataset) timer = setTimeout(refresh, every);
};

const fetchPart = async (url) => {
  const response = await fetch(url);
  if (response.status === 404) location.reload(); // it was deleted: the server says so in words
  if (!response.ok) throw new Error(`status ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("[data-live]");
};

/** Bring `part` to the state of `fresh`, leaving alone what has the same version. */
const renew = (part, fresh) => {
  part.toggleAttribute("data-unfinished", "unfinished" in fresh.dataset);
  part.dataset.live = fresh.dataset.live;
  for (const node of fresh.querySelectorAll("[data-version]")) {
    const old = document.getElementById(node.id);
    if (old && old.dataset.version !== node.dataset.version) replace(old, node);
  }
  announce(part, fresh);
};

const replace = (old, node) => {
  const focused = old.contains(document.activeElement) && document.activeElement.id;
  old.replaceWith(node);
  if (focused) (document.getElementById(focused) ?? node.querySelector("a, button"))?.focus({ preventScroll: true });
};

const announce = (part, fresh) => {
  const [line, news] = [part, fresh].map((root) => root.querySelector("[data-announce]"));
  if (line && line.textContent !== news.textContent) line.textContent = news.textContent;
};

for (const part of document.querySelectorAll("[data-live]")) follow(part);
