// The server writes moments in UTC; this shows those marked data-local in the reader's own time zone, also in parts
// that come later.

const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

const showLocally = (part) => {
  for (const time of part.querySelectorAll("time[data-local]")) {
    time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
    time.removeAttribute("data-local");
  }
};

showLocally(document);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node instanceof Element) showLocally(node);
  }
}).observe(document.body, { childList: true, subtree: true });
