"""The numbers of a dashboard, counted the slow way: every distinct post of a file, one after the other."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from socialanalytics.core.analysers import ANALYSERS
from socialanalytics.core.extract import counted_under
from socialanalytics.core.post import Kind, Mood, Post
from socialanalytics.core.rules import parse_rule
from socialanalytics.sources import PARSERS


@dataclass
class Recount:
    """What a tracker of one keyword must have counted."""

    posts: list[Post] = field(default_factory=list)
    moods: Counter[Mood] = field(default_factory=Counter)
    thousandths: int = 0
    values: dict[Kind, Counter[str]] = field(default_factory=lambda: {kind: Counter() for kind in Kind})

    def first(self, kind: Kind, limit: int) -> list[tuple[str, int]]:
        """Give the values named most, ties by value."""
        return sorted(self.values[kind].items(), key=lambda item: (-item[1], item[0]))[:limit]


def recount_file(path: Path, keyword: str, *, analyser: str = "textblob", source: str = "replay") -> Recount:
    """Read the file as a listener would, and count."""
    with path.open("rb") as lines:
        return recount(lines, keyword, analyser=analyser, source=source)


def recount(lines: Iterable[bytes], keyword: str, *, analyser: str = "textblob", source: str = "replay") -> Recount:
    """Count each distinct post that the keyword means once."""
    parse, rule, found, seen = PARSERS[source], parse_rule(keyword), Recount(), set()
    for line in lines:
        post = parse(line)
        if isinstance(post, Post) and post.id not in seen and rule.matches(post):
            seen.add(post.id)
            _count(found, post, analyser)
    return found


def _count(found: Recount, post: Post, analyser: str) -> None:
    score = ANALYSERS[analyser].score(post.text)
    found.posts.append(post)
    found.moods[score.mood] += 1
    found.thousandths += score.thousandths
    for kind, value in counted_under(post):
        found.values[kind][value] += 1


def assert_same(summary: dict[str, Any], expected: Recount, *, limit: int = 10) -> None:
    """Compare what the REST door says of the whole time with the recount."""
    moods = {mood.value: summary[mood.value] for mood in Mood}
    assert moods == {mood.value: expected.moods[mood] for mood in Mood}
    assert summary["total"] == len(expected.posts)
    assert sum(step["total"] for step in summary["series"]) == len(expected.posts)
    for field_name, kind in (("hashtags", Kind.HASHTAG), ("words", Kind.WORD), ("authors", Kind.AUTHOR)):
        told = [(entry["value"], entry["posts"]) for entry in summary["top"][field_name]][:limit]
        assert told == expected.first(kind, limit)
