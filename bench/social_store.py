"""
The post store against the clock: `make bench-social-store` (POSTS=… for fewer).

First batches of 200 posts of one track are added, 14,000 posts to an hour, with words as unevenly spread as in a
language. Then the aggregates of 10,000,000 posts of 30 days are written at once, and what a dashboard asks of them is
timed: the series, the tops of all kinds, and the totals of the time before.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

import numpy
from django.core.management import call_command
from django.db import connection

from socialanalytics.core.post import Batch, Kind, Mention, Mood, Post, Score
from socialanalytics.models import StoredMoment, StoredTally
from socialanalytics.store.buckets import Span, Stretch, bucket, hour_of
from socialanalytics.store.database import DatabaseStore
from socialanalytics.store.deltas import minute_of
from socialanalytics.store.port import Grain, Query
from socialanalytics.store.upserts import add_up

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
        words, tags = zipf(chance, WORDS, BATCH * 10), zipf(chance, TAGS, BATCH * 2)
        authors = zipf(chance, AUTHORS, BATCH, 0.8)
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
                    (Kind.LANGUAGE, LANGUAGES[authors[index] % 7]),
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


def fill() -> None:
    """Write the aggregates of many posts of 30 days, as if they had been added."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    chance = numpy.random.default_rng(2)
    a_day, midnight = AGGREGATED // DAYS, hour_of(START)
    share = min(1.0, AGGREGATED / 10_000_000)
    sizes = {  # different values on a day, and how often each kind is named by a post
        Kind.WORD: (int(50_000 * share), 10.0),
        Kind.HASHTAG: (int(10_000 * share), 1.5),
        Kind.MENTION: (int(10_000 * share), 0.5),
        Kind.LINK: (int(10_000 * share), 0.4),
        Kind.EMOJI: (1000, 0.6),
        Kind.AUTHOR: (int(10_000 * share), 1.0),
        Kind.LANGUAGE: (len(LANGUAGES), 1.0),
        Kind.SOURCE: (2, 1.0),
    }
    for day in range(DAYS):
        for kind, (values, named) in sizes.items():
            spans = [(Span.DAY, 0, 1.0)]
            if day == DAYS - 1:  # hours enough to ask for the last ones
                spans += [(Span.HOUR, hour, 1 / 24) for hour in range(24)]
            for span, hour, part in spans:
                name = bucket(1, kind, Stretch(span, midnight + day * 24 + hour))
                _fill_bucket(chance, name, kind, int(values * (1 if part == 1 else 0.3)) or 1, a_day * named * part)
    quarters = ((1, 15, minute_of(START) + 15 * number, 40, 40, 24, 900) for number in range(DAYS * 96))
    add_up(StoredMoment, ("track", "grain", "minute"), ("positive", "neutral", "negative", "thousandths"), quarters)


def _fill_bucket(chance: numpy.random.Generator, name: int, kind: Kind, values: int, posts: float) -> None:
    """Share posts among values: most to the first, and each day another rest."""
    ranks = numpy.arange(1, values + 1, dtype=float)
    weights = ranks**-1.0 * chance.uniform(0.5, 1.5, values)
    counts = numpy.maximum(1, weights / weights.sum() * posts).astype(int)
    names = numpy.where(ranks < values / 2, ranks, ranks + chance.integers(0, 5 * values, values)).astype(int)
    rows = {f"{kind}{number}".encode(): int(count) for number, count in zip(names, counts, strict=True)}
    sums = [(name, value, count, count * 30) for value, count in sorted(rows.items())]
    add_up(StoredTally, ("bucket", "value"), ("posts", "thousandths"), sums)


def summary(store: DatabaseStore, start: datetime, end: datetime, *, limit: int = 20) -> None:
    """Ask what a dashboard shows of a range."""
    store.series(1, Grain.QUARTER, start=start, end=end)
    store.series(1, Grain.QUARTER, start=start - (end - start), end=start)
    for kind in Kind:
        store.top(1, kind, start=start, end=end, limit=limit)


def measure(name: str, do: Callable[[], object], *, rounds: int = 15) -> None:
    """Time a call many times, and print the median and the worst in milliseconds, and the CPU of this process."""
    times = []
    cpu = time.process_time()
    for _ in range(rounds):
        started = time.perf_counter()
        do()
        times.append((time.perf_counter() - started) * 1000)
    cpu = (time.process_time() - cpu) / rounds * 1000
    times.sort()
    print(f"  {name:48} p50 {times[len(times) // 2]:7.1f}   worst {times[-1]:7.1f}   CPU {cpu:7.1f} ms", flush=True)


def bench_queries(store: DatabaseStore) -> None:
    """Time what a dashboard asks of the aggregates."""
    end = START + DAYS * timedelta(days=1)
    for days in (30, 7, 1):
        start = end - timedelta(days=days, hours=0 if days == 30 else 5)
        measure(f"summary of {days} days (target of 30: {SUMMARY_TARGET})", lambda s=start: summary(store, s, end))
    for kind in Kind:
        ask = lambda k=kind: store.top(1, k, start=START, end=end, limit=20)  # noqa: E731
        measure(f"  top {kind} of 30 days", ask)


def bench_posts(store: DatabaseStore) -> None:
    """Time what is asked of the posts that were added."""
    end = START + timedelta(days=30)
    every = Query(1, START, end)
    often = Query(1, START, end, ((Kind.WORD, "word20"),))
    seldom = Query(1, START, end, ((Kind.WORD, "word9000"),))
    measure("the newest 50 posts", lambda: store.posts(every, limit=50))
    measure("the newest 50 with a frequent word", lambda: store.posts(often, limit=50))
    measure("the newest 50 with a rare word", lambda: store.posts(seldom, limit=50), rounds=3)
    measure("counts of a frequent word in 10,000 posts", lambda: store.filtered(often, scan=10_000))
    measure("the summary, with counts that wait", lambda: summary(store, START, end))


def main() -> None:
    """Add, fill, and ask."""
    call_command("migrate", verbosity=0)
    store = DatabaseStore()
    if POSTS:
        print(f"{connection.vendor}: adding {POSTS:,} posts in batches of {BATCH}; target {ADD_TARGET:,} posts/s")
        bench_adds(store)
        bench_posts(store)
        store.forget([1])
    if AGGREGATED:
        started = time.perf_counter()
        fill()
        seconds, tallies = time.perf_counter() - started, StoredTally.objects.count()
        print(f"{connection.vendor}: aggregates of {AGGREGATED:,} posts: {tallies:,} tallies in {seconds:.0f} s")
        bench_queries(store)


if __name__ == "__main__":
    main()
