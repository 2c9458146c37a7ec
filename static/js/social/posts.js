// The newest posts of what is shown. New ones come by themselves while nobody reads the list, else a button offers them.
import { Refused, askJson } from "../api.js";
import { element } from "../element.js";
import { toast } from "../toast.js";
import { markedText } from "./marked_text.js";
import { score, sourceName } from "./words.js";
import { momentInWords } from "./zone.js";

const EVERY_MS = 5000;
const MOST = 200; // in the page at once; older ones are fetched again by "Load more"

const pathOf = (url) => {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
};

const isWeb = (url) => URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol);

const makePost = (post) =>
  element(
    "li",
    { class: `post post--${post.mood}`, "data-post": post.id },
    element(
      "p",
      { class: "post__head" },
      element("span", { class: "post__author" }, post.author ? `@${post.author}` : "Unknown author"),
      element("span", { class: "muted" }, `${sourceName(post.source)} · `, element("time", { datetime: post.created_at }, momentInWords(post.created_at))),
    ),
    element("p", { class: "post__text", dir: "auto", lang: /^[a-z]{2,3}$/.test(post.language) && post.language !== "und" ? post.language : null }, ...markedText(post.text, post.reasons)),
    element(
      "p",
      { class: "post__foot" },
      element("span", { class: `mood mood--${post.mood}` }, `${post.mood} ${score(post.score)}`),
      isWeb(post.url) ? element("a", { href: post.url, rel: "noopener noreferrer nofollow", target: "_blank" }, `Open at ${new URL(post.url).hostname}`) : null,
    ),
  );

/** @returns {{load: (url: string) => void, touch: () => void}} `load`: show other posts; `touch`: there may be newer */
export const postList = () => {
  const section = document.querySelector(".posts");
  const list = section.querySelector("[data-posts]");
  const [newer, more, empty] = ["newer", "more", "posts-empty"].map((name) => section.querySelector(`[data-${name}]`));
  let [address, next, controller, askedAt, due] = ["", null, null, 0, 0];
  let waiting = { posts: [], isGap: false }; // what is newer; a gap: more than a page came, so the list begins anew

  const ask = async (url) => {
    controller?.abort();
    controller = new AbortController();
    askedAt = Date.now();
    return askJson("GET", url, { signal: controller.signal, patient: true });
  };

  const attempt = async (work) => {
    try {
      await work();
    } catch (error) {
      if (error instanceof Refused) toast(error.message, "error"); // that nobody answers, the page says already
    }
  };

  const ends = () => {
    more.hidden = next === null;
    empty.hidden = list.children.length > 0;
    newer.hidden = waiting.posts.length === 0;
    newer.textContent = waiting.isGap ? "Show the newest" : `Show ${waiting.posts.length} newer`;
  };

  const begin = (page) => {
    waiting = { posts: [], isGap: false };
    next = page.next && pathOf(page.next);
    list.replaceChildren(...page.items.map(makePost));
    ends();
  };

  const load = (url) =>
    attempt(async () => {
      address = url;
      clearTimeout(due);
      list.setAttribute("aria-busy", "true");
      begin(await ask(url));
      list.removeAttribute("aria-busy");
    });

  const bringNewer = () => {
    const { posts, isGap } = waiting;
    if (isGap) {
      load(address);
      return;
    }
    list.prepend(...posts.map(makePost));
    waiting = { posts: [], isGap: false };
    [...list.children].slice(MOST).forEach((post) => post.remove());
    if (list.children.length === MOST) next = null;
    ends();
  };

  const lookForNewer = () =>
    attempt(async () => {
      const page = await ask(address);
      const known = new Set([...list.children].map(({ dataset }) => dataset.post));
      const posts = page.items.filter(({ id }) => !known.has(id));
      const isGap = known.size > 0 && posts.length === page.items.length && posts.length > 0;
      if (isRead()) {
        waiting = { posts, isGap };
        ends();
      } else if (isGap || !known.size) begin(page);
      else {
        waiting = { posts, isGap };
        bringNewer();
      }
    });

  const isRead = () => section.matches(":hover, :focus-within") || list.scrollTop > 8;

  newer.addEventListener("click", () => {
    bringNewer();
    list.scrollTo({ top: 0 });
    list.focus({ preventScroll: true }); // the button goes away
  });
  more.addEventListener("click", () =>
    attempt(async () => {
      more.setAttribute("aria-busy", "true");
      try {
        const page = await askJson("GET", next, { patient: true });
        const posts = page.items.map(makePost);
        list.append(...posts);
        next = page.next && pathOf(page.next);
        ends();
        posts[0]?.querySelector("a")?.focus({ preventScroll: true });
      } finally {
        more.removeAttribute("aria-busy");
      }
    }),
  );

  return {
    load,
    touch: () => {
      clearTimeout(due);
      const wait = askedAt + EVERY_MS - Date.now();
      due = setTimeout(lookForNewer, Math.max(0, wait));
    },
  };
};
