"""What holds of every line, however odd."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from socialanalytics.core.parsing.bluesky import parse_bluesky
from socialanalytics.core.parsing.x import parse_x
from socialanalytics.core.post import Deletion, Post

from .test_parsing_bluesky import event
from .test_parsing_x import OF_STREAM

TEXTS = st.text(st.characters(codec=None), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([10**30, -1, 2**64]) | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
OLD = {
    "id_str": "5",
    "created_at": "Wed Oct 10 20:19:24 +0000 2018",
    "extended_tweet": {"full_text": "a"},
    "retweeted_status": {"text": "b"},
    "user": {"screen_name": "alice", "id": 7},
}
DELETIONS: list[Any] = [
    {"data": {"delete": {"tweet": {"id": "5"}, "event_at": "2026-11-24T12:00:00Z"}}},
    {"delete": {"status": {"id_str": "5"}, "timestamp_ms": "1795521600123"}},
]
RETWEET = OF_STREAM | {
    "data": {
        "id": "5",
        "text": "RT @a: b",
        "referenced_tweets": [{"type": "retweeted", "id": "4"}],
        "note_tweet": {"text": "a"},
    },
    "includes": {"tweets": [{"id": "4", "text": "a"}]},
}
SHAPES: list[Any] = [
    OF_STREAM,
    RETWEET,
    OLD,
    *DELETIONS,
    json.loads(event()),
    json.loads(event(commit={"operation": "delete"})),
]


@st.composite
def odd(draw: st.DrawFn, shape: Any) -> Any:
    """Put any value into any place of a shape."""
    if draw(st.integers(0, 5)) == 0:
        return draw(VALUES)
    if isinstance(shape, dict) and shape:
        name = draw(st.sampled_from(sorted(shape)))
        return {**shape, name: draw(odd(shape[name])), draw(TEXTS): None}
    if isinstance(shape, list) and shape:
        return [draw(odd(shape[0])), *shape]
    return draw(VALUES)


LINES = (
    st.binary()
    | VALUES.map(json.dumps).map(str.encode)
    | st.sampled_from(SHAPES).flatmap(odd).map(json.dumps).map(str.encode)
)


class TestEveryLine:
    @settings(max_examples=150)
    @given(line=LINES)
    def test_is_a_sound_post_a_deletion_or_none(self, line: bytes) -> None:
        for found in (parse_x(line), parse_bluesky(line)):
            match found:
                case Post():
                    assert_sound(found)
                case Deletion(post_id, at):
                    assert post_id.partition(":")[2]
                    assert_whole(at)
                case _:
                    assert found is None

    @settings(max_examples=150)
    @given(line=LINES, at=st.integers(0, 500), put=st.binary(min_size=1, max_size=3))
    def test_may_be_damaged(self, line: bytes, at: int, put: bytes) -> None:
        damaged = line[:at] + put + line[at + 1 :]

        for found in (parse_x(damaged), parse_bluesky(damaged)):
            if isinstance(found, Post):
                assert_sound(found)


def assert_sound(post: Post) -> None:
    texts = [post.id, post.text, post.author, post.author_name, post.language, post.url, *post.links]
    assert "\0" not in "".join(texts)
    "".join(texts).encode()  # fails at a lone surrogate
    assert post.id.startswith(f"{post.source}:")
    assert len(post.id.encode()) <= 800
    assert post.language.isascii()
    assert post.language.islower()
    assert post.url.startswith(("https://x.com/", "https://bsky.app/profile/")) or post.url == ""
    assert_whole(post.created_at)


def assert_whole(at: datetime) -> None:
    assert at.tzinfo is UTC
    assert at.microsecond % 1000 == 0
    assert 1970 <= at.year < 2100
