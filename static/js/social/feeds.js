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
    for (const feed of answer.items) {
      const card = part.querySelector(`[data-feed="${CSS.escape(feed.source)}"]`);
      if (card) showFeed(card, feed);
    }
    announce(answer.items.map(({ source, alive }) => `${source} ${alive ? "is running" : "is not running"}`).join(", "));
  },
  trouble: (error) => {
    problem.hidden = error === null;
    problem.textContent = error ? `${error.message} Trying again …` : "";
  },
});
