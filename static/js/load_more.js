// A link with data-load-more brings the next page's items into this one's [data-more-list]; without scripts it just leads there.

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-load-more]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.getAttribute("aria-busy") === "true") return;
  link.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(link.href);
    if (!response.ok) throw new Error(`status ${response.status}`);
    show(link, new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    location.assign(link.href);
  }
});

const show = (link, page) => {
  const list = document.querySelector("[data-more-list]");
  const items = [...page.querySelector("[data-more-list]").children];
  const pager = page.querySelector(".pager");
  list.append(...items);
  if (pager) link.closest(".pager").replaceWith(pager);
  else link.closest(".pager").remove();
  items[0]?.querySelector("a, button")?.focus({ preventScroll: true });
};
