"""
The post store against the clock: `make bench-social-store` (POSTS=… for fewer).

First batches of 200 posts of one track are added, 14,000 posts to an hour, with words as unevenly spread as in a
language. Then the aggregates of 10,000,000 posts of 30 days are written at once, and what a dashboard asks of them is
timed: the series, the tops of all kinds, and the totals of the time before.
"""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

import numpy
from django.core.management import call_command
from django.db import connection

from socialanalytics.core.post import Batch, Kind, Mention, Mood, Post, Score
from socialanalytics.store.database import DatabaseStore

POSTS = int(os.environ.get("POSTS", "1000000"))
AGGREGATED = int(os.environ.get("AGGREGATED", "10000000"))
DAYS = 30
BATCH = 200
AN_HOUR = 14_000  # posts
START = datetime(2026, 10, 1, tzinfo=UTC)
MOODS = tuple(Mood)
WORDS, AUTHORS, TAGS, LANGUAGES = 200_000, 50_000, 20_000, ("en", "de", "es", "fr", "ja", "pt", "und")
SUMMARY_TARGET, ADD_TARGET = 100, 5000  # milliseconds, posts a second


def zipf(chance: numpy.random.Generator, values: int, size: int, exponent: float = 1.0) -> list[int]:
    """Draw ranks, the first far more often than the last."""
    weights = numpy.arange(1, values + 1) ** -exponent
    return [int(found) for found in numpy.searchsorted(weights.cumsum() / weights.sum(), chance.random(size))]


def batches(count: int) -> Iterator[Batch]:
    """Make batches of posts that follow each other in time."""
    chance = numpy.random.default_rng(1)
    every = timedelta(hours=1) / AN_HOUR
    for number in range(count):
        words, authors, tags = (
            zipf(chance, WORDS, BATCH * 10),
            zipf(chance, AUTHORS, BATCH, 0.8),
            zipf(chance, TAGS, BATCH * 2),
        )
        mentions = []
        for index in range(BATCH):
            ordinal = number * BATCH + index
            author = f"author{authors[index]}"
            found = words[index * 10 : index * 10 + 10]
            at = START + timedelta(milliseconds=(ordinal * every) // timedelta(milliseconds=1))
            text = " ".join(f"word{word}" for word in found)
            terms = dict.fromkeys(
                [
                    *((Kind.WORD, f"word{word}") for word in found),
                    *((Kind.HASHTAG, f"tag{tag}") for tag in tags[index * 2 : index * 2 + 1 + index % 2]),
                    (Kind.AUTHOR, author),
                    (Kind.LANGUAGE, LANGUAGES[author.__hash__() % 7]),
                    (Kind.SOURCE, "bluesky"),
                ]
            )
            post = Post(
                f"bluesky:did:plc:{authors[index]:024}/{ordinal:013}", "bluesky", text, at, author, author.title()
            )
            score = Score(ordinal % 1000, MOODS[ordinal % 3])
            mentions.append(Mention(1, post, score, tuple(terms)))
        yield Batch(f"{START:%Y%m%d%H}-{number:024}", "bluesky", START, mentions)


def bench_adds(store: DatabaseStore) -> None:
    """Add all batches, and say how long that took of each tenth of them."""
    wall = cpu = 0.0
    step = max(1, POSTS // BATCH // 10)
    for number, batch in enumerate(batches(POSTS // BATCH), 1):
        before = time.perf_counter(), time.process_time()
        store.add(batch, now=START)
        wall, cpu = wall + time.perf_counter() - before[0], cpu + time.process_time() - before[1]
        if number % step == 0:
            rate = step * BATCH / wall
            print(
                f"  {number * BATCH:>9,} posts: {rate:6,.0f} posts/s, {cpu / step * 1000:5.1f} ms CPU a batch",
                flush=True,
            )
            wall = cpu = 0.0


def main() -> None:
    call_command("migrate", verbosity=0)
    store = DatabaseStore()
    print(f"{connection.vendor}: adding {POSTS:,} posts in batches of {BATCH}")
    bench_adds(store)


if __name__ == "__main__":
    main()
