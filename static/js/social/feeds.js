// The page of sources: how each feed is doing, every two seconds.
import { secondsInWords } from "../measures.js";
import { announcer } from "./announcer.js";
import { follow } from "./poll.js";
import { count } from "./words.js";
import { clock, momentInWords } from "./zone.js";

const EVERY_MS = 2000;
const DAY_MS = 86_400_000;

const part = document.querySelector("[data-feeds]");
const problem = part.querySelector("[data-feeds-trouble]");
const announce = announcer(part.querySelector("[data-feeds-announce]"));

const set = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

const lagInWords = (seconds) => {
  if (seconds === null) return "–";
  if (seconds < 0.1) return "under 0.1 s";
  return seconds < 10 ? `${seconds.toFixed(1)} s` : secondsInWords(seconds);
};

const lastPost = (at) => {
  if (at === null) return "–";
  return Date.now() - Date.parse(at) < DAY_MS ? clock(at) : momentInWords(at);
};

/** Several feeds of one source, such as two files that are played, as one. */
const joined = (feeds) => {
  const alive = feeds.filter((feed) => feed.alive);
  const counted = alive.length ? alive : feeds;
  const sum = (name) => counted.reduce((total, feed) => total + feed[name], 0);
  return {
    alive: alive.length > 0,
    state: [...new Set(counted.map(({ state }) => state))].join("; "),
    last_post_at: feeds.map((feed) => feed.last_post_at).filter(Boolean).sort().at(-1) ?? null,
    posts_per_minute: sum("posts_per_minute"),
    waiting_posts: sum("waiting_posts"),
    lag_seconds: Math.max(...counted.map((feed) => feed.lag_seconds)),
  };
};

const showFeed = (card, feed) => {
  const badge = card.querySelector("[data-feed-badge]");
  badge.className = `badge badge--${feed.alive ? "running" : "failed"}`;
  set(badge, feed.alive ? "Running" : "Not running");
  const values = {
    state: feed.state ? `${feed.state[0].toUpperCase()}${feed.state.slice(1)}.`.replace(/\.\.$/, ".") : "–",
    last: lastPost(feed.last_post_at),
    rate: feed.posts_per_minute.toLocaleString("en", { maximumFractionDigits: 1 }),
    waiting: count(feed.waiting_posts),
    lag: feed.lag_seconds < 1 ? "nothing" : secondsInWords(feed.lag_seconds),
  };
  for (const [name, words] of Object.entries(values)) set(card.querySelector(`[data-feed-${name}]`), words);
};

follow({
  url: () => part.dataset.feeds,
  every: () => EVERY_MS,
  show: (answer) => {
    if (!answer) return;
    set(part.querySelector("[data-p50]"), lagInWords(answer.lag_p50_seconds));
    set(part.querySelector("[data-p99]"), lagInWords(answer.lag_p99_seconds));
    for (const card of part.querySelectorAll("[data-feed]")) {
      const feeds = answer.items.filter(({ source }) => source === card.dataset.feed);
      if (feeds.length) showFeed(card, joined(feeds));
    }
    announce(answer.items.map(({ source, alive }) => `${source} ${alive ? "is running" : "is not running"}`).join(", "));
  },
  trouble: (error) => {
    problem.hidden = error === null;
    problem.textContent = error ? `${error.message} Trying again …` : "";
  },
});
