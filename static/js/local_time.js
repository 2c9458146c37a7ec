// The server writes moments in the zone that the person chose, else in UTC; this shows those marked data-local in the
// chosen zone, else in the browser's, also in parts that come later.

const { lang, dataset } = document.documentElement;
const options = { dateStyle: "medium", timeStyle: "short" };

const formatIn = (timeZone) => {
  try {
    return new Intl.DateTimeFormat(lang, { ...options, timeZone });
  } catch {
    return null; // a zone that the server knows and the browser does not: its words stay
  }
};

const format = formatIn(dataset.timeZone);

const showLocally = (part) => {
  for (const time of part.querySelectorAll("time[data-local]")) {
    time.title = time.textContent;
    if (format) time.textContent = format.format(new Date(time.dateTime));
    time.removeAttribute("data-local");
  }
};

showLocally(document);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node instanceof Element) showLocally(node);
  }
}).observe(document.body, { childList: true, subtree: true });
