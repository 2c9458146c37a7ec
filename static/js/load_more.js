// A link with data-load-more brings the next page's items into this one's [data-more-list], one with data-endless by
// itself when it comes near; without scripts it just leads there. The document then gets the event "more".

const NEAR = "600px";

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
    if (link === document.activeElement) location.assign(link.href);
    else link.removeAttribute("aria-busy"); // it came by itself: leave the page where it is
  }
});

const show = (link, page) => {
  const list = document.querySelector("[data-more-list]");
  const items = [...page.querySelector("[data-more-list]").children];
  const pager = page.querySelector(".pager");
  const isAsked = link === document.activeElement; // not when it came by itself
  list.append(...items);
  if (pager) link.closest(".pager").replaceWith(pager);
  else link.closest(".pager").remove();
  if (isAsked) items[0]?.querySelector("a, button")?.focus({ preventScroll: true });
  watch();
  document.dispatchEvent(new CustomEvent("more"));
};

const coming = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) target.click();
}, { rootMargin: NEAR });

/** Look out for the links that bring more by themselves; for a list that was made anew, call it again. */
export const watch = () => {
  coming.disconnect();
  for (const link of document.querySelectorAll("[data-endless]")) coming.observe(link);
};

watch();
