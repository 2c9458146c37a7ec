"""Events of Bluesky's Jetstream."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from socialanalytics.core.parsing.bluesky import parse_bluesky
from socialanalytics.core.parsing.x import parse_x
from socialanalytics.core.post import Deletion, Post

SEEN_US = 1795521600_123_456  # 2026-11-24T12:00:00.123456Z
SEEN = datetime(2026, 11, 24, 12, 0, 0, 123_000, tzinfo=UTC)
RECORD = {
    "$type": "app.bsky.feed.post",
    "createdAt": "2026-11-24T11:59:58.5Z",
    "langs": ["en-US", "de"],
    "text": "Good coffee example.org/cof...",
    "facets": [
        {
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/coffee"}],
            "index": {"byteStart": 12, "byteEnd": 30},
        },
        {"features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:bob"}]},
    ],
    "embed": {"$type": "app.bsky.embed.external", "external": {"uri": "https://example.org/card"}},
}


def event(record: object = RECORD, /, *, commit: Any = None, **fields: Any) -> bytes:
    made = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "3lbp", "record": record}
    whole = {"did": "did:plc:alice", "time_us": SEEN_US, "kind": "commit", "commit": made | (commit or {})}
    return json.dumps(whole | fields).encode()


def parsed(line: bytes) -> Post:
    post = parse_bluesky(line)
    assert isinstance(post, Post)
    return post


def with_record(**fields: Any) -> Post:
    return parsed(event(RECORD | fields))


class TestPost:
    def test_is_read_in_full(self) -> None:
        assert parsed(event()) == Post(
            id="bluesky:did:plc:alice/3lbp",
            source="bluesky",
            text="Good coffee example.org/cof...",
            created_at=datetime(2026, 11, 24, 11, 59, 58, 500_000, tzinfo=UTC),
            author="did:plc:alice",
            language="en",
            url="https://bsky.app/profile/did:plc:alice/post/3lbp",
            links=("https://example.org/coffee", "https://example.org/card"),
        )

    @pytest.mark.parametrize(
        "told",
        [
            None,
            "",
            "soon",
            7,
            "2026-11-26T12:00:00Z",
            "2026-11-22T12:00:00Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T00:00:00Z",
        ],
    )
    def test_has_the_networks_time_where_its_own_is_not_to_be_believed(self, told: object) -> None:
        assert with_record(createdAt=told).created_at == SEEN

    def test_has_its_own_time_where_the_network_tells_none(self) -> None:
        assert parsed(event(time_us=None)).created_at.second == 58

    def test_links_what_a_quote_with_a_card_links(self) -> None:
        embed = {"$type": "app.bsky.embed.recordWithMedia", "media": {"external": {"uri": "https://example.org/in"}}}

        assert with_record(embed=embed, facets=None).links == ("https://example.org/in",)

    def test_without_text_is_kept(self) -> None:
        post = with_record(text=None, langs=None, facets=[None, {"features": 3}], embed=[])

        assert (post.text, post.language, post.links) == ("", "und", ())

    def test_has_no_halves_of_letters(self) -> None:
        assert with_record(text="a\ud83d\0").text == "a\ufffd"


class TestDeletion:
    def test_says_what_goes_and_since_when(self) -> None:
        line = event(None, commit={"operation": "delete"})

        assert parse_bluesky(line, source="replay") == Deletion("replay:did:plc:alice/3lbp", SEEN)


class TestOtherEvents:
    @pytest.mark.parametrize(
        "line",
        [
            b"",
            b"{}",
            event(commit={"collection": "app.bsky.feed.like"}),
            event(commit={"operation": "update"}),
            event(commit={"operation": None}),
            event(commit={"rkey": ""}),
            event(commit={"rkey": "a b"}),
            event(did=None),
            event(did="a" * 301),
            event(None),
            event({}),
            event(RECORD | {"createdAt": None}, time_us=10**18 * 7),
            event(kind="identity"),
            b'{"did":"did:plc:alice","time_us":1,"kind":"account","account":{"active":false,"status":"deleted"}}',
        ],
    )
    def test_are_none(self, line: bytes) -> None:
        assert parse_bluesky(line) is None

    def test_are_none_of_xs(self) -> None:
        assert parse_x(event()) is None
