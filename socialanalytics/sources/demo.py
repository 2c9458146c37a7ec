"""
A feed that is made up here, so that there is something to look at without an account anywhere.

Each second's posts depend on nothing but the second and the seed, so that whoever starts again tells nothing twice
under another id. Every author is called `demo_<animal>_<number>`, "… (made up)".
"""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from threading import Event

import orjson

from socialanalytics.core.post import Deletion, Post
from socialanalytics.sources.clock import Clock, SystemClock
from socialanalytics.sources.demo_topics import (
    ANIMALS,
    BAD,
    EMOJI,
    GOOD,
    LANGUAGE_WEIGHTS,
    LANGUAGES,
    PLAIN,
    SAYINGS,
    TOPICS,
    Topic,
)
from socialanalytics.sources.port import Arrival, Wanted
from socialanalytics.sources.replay import parse_replay

AUTHORS = 4000
SURGE_EVERY_MINUTES = 90  # for each topic, on average
SURGE_MINUTES = 8
SURGE_FACTOR = 5.0
SIGN_OF_LIFE_SECONDS = 0.5
_LANGUAGES = tuple(accumulate(LANGUAGE_WEIGHTS))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DemoSource:
    """See `Source`. Endless, at `rate` posts a second by day; it cannot resume, since it tells of now."""

    name = "replay"
    title = "Replay"
    filters_itself = False

    def __init__(self, *, rate: float, seed: int = 0, clock: Clock | None = None) -> None:
        self.rate = rate
        self.seed = seed
        self._clock = clock or SystemClock()
        self._closed = Event()

    def parse(self, raw: bytes) -> Post | Deletion | None:
        return parse_replay(raw)

    def want(self, wanted: Sequence[Wanted]) -> None:
        """It is made up before anybody wants it."""

    def refused(self) -> dict[str, str]:
        return {}

    def state(self) -> str:
        return f"makes up {self.rate:g} posts a second"

    def close(self) -> None:
        self._closed.set()

    def listen(self, cursor: str | None) -> Iterator[Arrival]:
        second = _second_of(self._clock.now())
        while not self._closed.is_set():
            for at, line in posts_of_second(second, rate=self.rate, seed=self.seed):
                while (ahead := (at - self._clock.now()).total_seconds()) > 0 and not self._closed.is_set():
                    self._clock.wait(self._closed, min(ahead, SIGN_OF_LIFE_SECONDS))
                    yield Arrival(b"", self._clock.now())
                if self._closed.is_set():
                    return
                yield Arrival(line, self._clock.now())
            yield Arrival(b"", self._clock.now())
            second = self._next(second)

    def _next(self, second: int) -> int:
        """Wait for the next second; whoever stood still for longer does not tell what was missed."""
        while not self._closed.is_set() and (left := second + 1 - self._clock.now().timestamp()) > 0:
            self._clock.wait(self._closed, min(left, SIGN_OF_LIFE_SECONDS))
        return max(second + 1, _second_of(self._clock.now()) - 5)


def posts_of_second(second: int, *, rate: float, seed: int) -> list[tuple[datetime, bytes]]:
    """Make up the posts of one second of Unix time, in order."""
    random = Random(f"{seed}/{second}")  # noqa: S311 - nothing secret
    moods = _moods(second // 60, seed)
    mean = rate * _rhythm(second) * sum(weight for _, weight, _ in moods) / sum(topic.weight for topic in TOPICS)
    count = int(mean + random.random())
    return _made(random, moods, second, 1, count)


def history(count: int, *, start: datetime, end: datetime, seed: int) -> Iterator[bytes]:
    """Make up so many posts, spread over the time as people post by day and by night; at least one minute."""
    first = _second_of(start) // 60
    minutes = range(first, max(_second_of(end) // 60, first + 1))
    weights = accumulate(
        _rhythm(minute * 60) * sum(weight for _, weight, _ in _moods(minute, seed)) for minute in minutes
    )
    reached = list(weights)
    told = 0
    for minute, weight in zip(minutes, reached, strict=True):
        until = round(count * weight / reached[-1])
        random = Random(f"{seed}/history/{minute}")  # noqa: S311
        for _, line in _made(random, _moods(minute, seed), minute * 60, 60, until - told):
            yield line
        told = until


Mood = tuple[Topic, float, float]  # what it is about, how much of it there is, how well it is liked from -1 to 1


def _moods(minute: int, seed: int) -> list[Mood]:
    return [_mood(topic, number, minute, seed) for number, topic in enumerate(TOPICS)]


def _mood(topic: Topic, number: int, minute: int, seed: int) -> Mood:
    """Let the mood drift over hours, and now and then turn bad all at once, with many more posts."""
    window, into = divmod(minute, SURGE_EVERY_MINUTES)
    begins = Random(f"{seed}/surge/{number}/{window}").randrange(2 * SURGE_EVERY_MINUTES)  # noqa: S311
    if begins <= into < begins + SURGE_MINUTES:
        return topic, topic.weight * SURGE_FACTOR, -0.9
    return topic, topic.weight, 0.25 + 0.45 * math.sin(minute / (53 + 17 * number) + number)


def _rhythm(second: int) -> float:
    """Give how much is posted at this time of the day (UTC), 1 being much: least before dawn."""
    hour = second % 86_400 / 3600
    return 0.65 - 0.35 * math.cos((hour - 4) * math.pi / 12)


def _made(random: Random, moods: list[Mood], start: int, seconds: int, count: int) -> list[tuple[datetime, bytes]]:
    """Make posts at random milliseconds of the time, in order; some repeat one of the others."""
    weights = tuple(accumulate(weight for _, weight, _ in moods))
    found: list[tuple[datetime, bytes]] = []
    texts: list[tuple[str, str, str]] = []
    for number, at in enumerate(sorted(random.randrange(seconds * 1000) for _ in range(count))):
        identity = str(((start * 1000 + at) << 22) + number)
        if texts and random.random() < 0.04:
            original, text, language = texts[int(random.random() * len(texts))]
            line = _line(random, identity, start * 1000 + at, text, language, original)
        else:
            topic, _, liked = random.choices(moods, cum_weights=weights)[0]
            text, language = _text(random, topic, liked)
            texts.append((identity, text, language))
            line = _line(random, identity, start * 1000 + at, text, language, "")
        found.append((_EPOCH + timedelta(milliseconds=start * 1000 + at), line))
    return found


def _text(random: Random, topic: Topic, liked: float) -> tuple[str, str]:
    draw = random.random
    language = random.choices(LANGUAGES, cum_weights=_LANGUAGES)[0]
    feeling = PLAIN if draw() < 0.35 else GOOD if draw() * 2 - 1 < liked else BAD
    text = _one(random, SAYINGS[language, feeling]).format(_one(random, topic.subjects[language]))
    text = text[0].upper() + text[1:]
    if draw() < 0.3:
        text += f" {_one(random, EMOJI[feeling])}"
    if draw() < 0.4:
        text += f" #{_one(random, topic.hashtags)}"
    if draw() < 0.12:
        text = f"@{_handle(int(draw() * AUTHORS))} {text}"
    if draw() < 0.1:
        text += f" https://example.org/{topic.name}/{int(draw() * 50)}"
    return text, language


def _line(random: Random, identity: str, made_ms: int, text: str, language: str, original: str) -> bytes:
    """Write the post as X's API v2 does."""
    number = int(random.random() ** 2 * AUTHORS)  # some post much more than others
    handle = _handle(number)
    data: dict[str, object] = {
        "id": identity,
        "author_id": str(number),
        "created_at": f"{datetime.fromtimestamp(made_ms / 1000, UTC):%Y-%m-%dT%H:%M:%S}.{made_ms % 1000:03d}Z",
        "lang": language,
        "text": text,
    }
    if original:
        data["text"] = f"RT @{_handle(int(original) % AUTHORS)}: {text}"
        data["referenced_tweets"] = [{"type": "retweeted", "id": original}]
    name = f"{ANIMALS[number % len(ANIMALS)].title()} {number} (made up)"
    return orjson.dumps({"data": data, "includes": {"users": [{"id": str(number), "username": handle, "name": name}]}})


def _handle(number: int) -> str:
    return f"demo_{ANIMALS[number % len(ANIMALS)]}_{number}"


def _one(random: Random, choices: Sequence[str]) -> str:
    return choices[int(random.random() * len(choices))]


def _second_of(moment: datetime) -> int:
    return int(moment.timestamp())
