"""Lines of X's streams."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from socialanalytics.core.parsing.x import parse_x
from socialanalytics.core.post import Deletion, Post

NOON = datetime(2026, 11, 24, 12, 0, 0, 123_000, tzinfo=UTC)
OF_STREAM = {
    "data": {
        "id": "1861000000000000001",
        "text": "Good coffee https://t.co/abc",
        "created_at": "2026-11-24T12:00:00.123Z",
        "author_id": "7",
        "lang": "en",
        "entities": {
            "urls": [
                {"url": "https://t.co/abc", "expanded_url": "https://example.org/coffee"},
                {"url": "https://t.co/pic", "expanded_url": "https://x.com/alice/photo/1", "media_key": "3_1"},
            ]
        },
    },
    "includes": {
        "users": [
            {"id": "8", "name": "Bob", "username": "bob"},
            {"id": "7", "name": "Alice A.", "username": "alice"},
        ]
    },
    "matching_rules": [{"id": "1", "tag": "3"}],
}


def parsed(value: Any, **options: Any) -> Post:
    post = parse_x(json.dumps(value).encode(), **options)
    assert isinstance(post, Post)
    return post


def with_data(**fields: Any) -> dict[str, Any]:
    return OF_STREAM | {"data": OF_STREAM["data"] | fields}  # type: ignore[operator]


class TestPost:
    def test_of_the_stream_is_read_in_full(self) -> None:
        assert parsed(OF_STREAM) == Post(
            id="x:1861000000000000001",
            source="x",
            text="Good coffee https://t.co/abc",
            created_at=NOON,
            author="alice",
            author_name="Alice A.",
            language="en",
            url="https://x.com/alice/status/1861000000000000001",
            links=("https://example.org/coffee",),
        )

    def test_may_stand_alone(self) -> None:
        post = parsed(OF_STREAM["data"], source="replay")

        assert (post.id, post.source) == ("replay:1861000000000000001", "replay")
        assert (post.author, post.author_name) == ("7", "")
        assert post.url == "https://x.com/i/status/1861000000000000001"

    def test_of_the_old_api_is_read_too(self) -> None:
        post = parsed(
            {
                "id": 1050118621198921728,
                "id_str": "1050118621198921728",
                "created_at": "Wed Oct 10 20:19:24 +0000 2018",
                "full_text": "Tea &amp; coffee",
                "user": {"id_str": "7", "screen_name": "alice", "name": "Alice"},
                "lang": "in",
            }
        )

        assert post.created_at == datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC)
        assert (post.text, post.author, post.author_name, post.language) == ("Tea & coffee", "alice", "Alice", "id")
        assert post.url == "https://x.com/alice/status/1050118621198921728"

    def test_that_is_long_is_read_to_its_end(self) -> None:
        post = parsed(
            with_data(
                note_tweet={"text": "The whole", "entities": {"urls": [{"expanded_url": "https://example.org/2"}]}}
            )
        )

        assert post.text == "The whole"
        assert post.links == ("https://example.org/coffee", "https://example.org/2")

    def test_of_another_is_read_to_its_end(self) -> None:
        retweet = with_data(text="RT @bob: It beg…", referenced_tweets=[{"type": "retweeted", "id": "5"}])
        retweet["includes"] = {"tweets": [{"id": "4", "text": "no"}, {"id": "5", "text": "It begins and ends"}]}

        assert parsed(retweet).text == "RT @bob: It begins and ends"

    def test_that_quotes_another_is_not_mixed_with_it(self) -> None:
        quote = with_data(referenced_tweets=[{"type": "quoted", "id": "5"}])
        quote["includes"] = {"tweets": [{"id": "5", "text": "other"}]}

        assert parsed(quote).text == "Good coffee https://t.co/abc"

    @pytest.mark.parametrize(("written", "text"), [("&lt;3 &amp;lt; &gt;", "<3 &lt; >"), ("a &copy; b", "a &copy; b")])
    def test_has_its_signs_back_that_x_escapes(self, written: str, text: str) -> None:
        assert parsed(with_data(text=written)).text == text

    @pytest.mark.parametrize("fields", [{"text": None}, {"text": 7}, {"text": ""}])
    def test_without_text_is_kept(self, fields: dict[str, Any]) -> None:
        assert parsed(with_data(**fields)).text == ""

    def test_without_a_time_has_that_of_its_id(self) -> None:
        assert parsed({"id": "1050118621198921728", "text": ""}).created_at == datetime(
            2018, 10, 10, 20, 19, 24, 211_000, tzinfo=UTC
        )

    @pytest.mark.parametrize(
        "written",
        [
            "2026-11-24T12:00:00.123999Z",
            "2026-11-24T13:00:00.123+01:00",
            "2026-11-24T12:00:00.123",
            "20261124T120000.123Z",
        ],
    )
    def test_has_a_time_in_utc_and_whole_milliseconds(self, written: str) -> None:
        created_at = parsed(with_data(created_at=written)).created_at

        assert (created_at, created_at.tzinfo) == (NOON, UTC)

    @pytest.mark.parametrize(
        "written",
        ["", "soon", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "Wed Oct 10", 5, None, [], "1969-12-31"],
    )
    def test_has_a_time_even_if_nobody_can_read_it(self, written: object) -> None:
        assert parsed(with_data(created_at=written)).created_at.year == 2024

    @pytest.mark.parametrize(
        ("told", "language"),
        [
            *[
                ("en", "en"),
                ("EN", "en"),
                ("pt-BR", "pt"),
                ("zh_TW", "zh"),
                ("iw", "he"),
                ("qme", "und"),
                ("zxx", "und"),
            ],
            *[(None, "und"), ("", "und"), (3, "und"), ("é1", "und"), ("english", "und")],
        ],
    )
    def test_has_its_language_as_a_code(self, told: object, language: str) -> None:
        assert parsed(with_data(lang=told)).language == language

    def test_has_no_halves_of_letters(self) -> None:
        halves = json.dumps(with_data(text="a\ud83d b\udc4d c👍 d\\ud83d\0\0"))

        assert parsed(json.loads(halves)).text == "a\ufffd b\ufffd c👍 d\\ud83d"

    def test_is_kept_though_its_line_is_not_quite_json(self) -> None:
        line = json.dumps(with_data(geo=float("nan"), n=10**400)).encode()
        post = parse_x(b"\xef\xbb\xbf" + line.replace(b"Good", b"G\xff\xed\xa0\xbdod"))

        assert isinstance(post, Post)
        assert post.text.startswith("G\ufffd")

    def test_is_cut_where_it_is_absurdly_long(self) -> None:
        many = [{"expanded_url": f"https://example.org/{number}"} for number in range(100)]
        post = parsed(with_data(text="a" * 10**6, entities={"urls": many}))

        assert (len(post.text), len(post.links)) == (25_000, 20)

    def test_links_nowhere_but_to_the_web(self) -> None:
        urls = [
            {"expanded_url": "javascript:alert(1)"},
            {"expanded_url": None},
            {},
            "x",
            {"unwound_url": "https://a.org"},
        ]

        assert parsed(with_data(entities={"urls": urls})).links == ("https://a.org",)

    def test_has_no_address_made_of_odd_handles(self) -> None:
        odd = {"users": [{"id": "7", "username": "../evil?"}]}

        assert parsed(with_data() | {"includes": odd}).url == "https://x.com/i/status/1861000000000000001"


class TestDeletion:
    @pytest.mark.parametrize(
        "event",
        [
            {"data": {"delete": {"tweet": {"id": "5", "author_id": "7"}, "event_at": "2026-11-24T12:00:00.123Z"}}},
            {"delete": {"status": {"id": 5, "id_str": "5"}, "timestamp_ms": "1795521600123"}},
        ],
    )
    def test_says_what_goes_and_since_when(self, event: object) -> None:
        assert parse_x(json.dumps(event).encode()) == Deletion("x:5", NOON)

    @pytest.mark.parametrize("id_", ["5", "abc"])
    def test_needs_no_time(self, id_: str) -> None:
        deletion = parse_x(json.dumps({"delete": {"status": {"id_str": id_}}}).encode())

        assert deletion == Deletion(f"x:{id_}", datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC))


class TestOtherLines:
    @pytest.mark.parametrize(
        "line", [b"", b"\r\n", b"null", b"[]", b"7", b'"a"', b"{}", b"{", b"\xff", b'{"data":[1]}']
    )
    def test_are_none(self, line: bytes) -> None:
        assert parse_x(line) is None

    @pytest.mark.parametrize(
        "line", [b"[" * 10**5, b'{"a":' * 10**5, b'{"a":' * 900 + b"1" + b"}" * 900, b"9" * 10**6, b'"' + b"a" * 10**6]
    )
    def test_that_are_huge_or_deep_are_none(self, line: bytes) -> None:
        assert parse_x(line) is None

    @pytest.mark.parametrize(
        "line",
        [
            b'{"errors":[{"title":"operational-disconnect"}]}',
            b'{"limit":{"track":5}}',
            b'{"delete":null}',
            b'{"id":"5"}',
        ],
    )
    def test_that_are_notices_are_none(self, line: bytes) -> None:
        assert parse_x(line) is None

    @pytest.mark.parametrize(
        "id_", [b"true", b"null", b"-5", b"1e400", b"5.5", b'""', b'"a b"', b"[5]", b'"no-number"']
    )
    def test_without_an_id_that_tells_the_time_are_none(self, id_: bytes) -> None:
        assert parse_x(b'{"text":"a","id":' + id_ + b"}") is None
