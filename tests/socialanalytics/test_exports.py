"""Exports: numbers and posts as files, of the time and narrowed as the summary is."""

import csv
import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from cloudapps.models import User
from socialanalytics.core.periods import period_last
from socialanalytics.core.post import Mood
from socialanalytics.models import Tracker
from socialanalytics.selectors import Narrowing, exports
from tests.socialanalytics.factories import NOW, make_tracker
from tests.socialanalytics.posting import HOUR, MINUTE, mention, post

DAY_OF_IT = {"from": "2026-11-23T12:00:00Z", "to": "2026-11-24T12:00:00Z"}


@pytest.fixture
def tracker(alice: User) -> Tracker:
    """Alice's tracker with three posts, one of which is a spreadsheet's trap."""
    made = make_tracker(alice, name="Coffee / Köln", at=NOW - timedelta(days=2))
    post(
        [
            mention(made, NOW - HOUR, Mood.POSITIVE),
            mention(made, NOW - 2 * HOUR, Mood.NEGATIVE, text='=HYPERLINK("http://x.test")'),
            mention(made, NOW - 2 * HOUR - MINUTE, Mood.NEGATIVE, text="two\nlines, “quoted”"),
        ]
    )
    return made


@pytest.fixture
def ask(tracker: Tracker, alices_browser: Client) -> Any:
    """Ask for a file, and give its bytes and its name."""

    def ask(what: str, form: str, **query: Any) -> tuple[bytes, str]:
        query = {"what": what, "format": form, **DAY_OF_IT, **query}
        answer = alices_browser.get(f"/social/trackers/{tracker.pk}/export/", query)
        assert answer.status_code == 200, answer.content
        return answer.getvalue(), answer["Content-Disposition"]

    return ask


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(body.decode(), newline="")))


class TestSeries:
    def test_has_a_row_for_each_step(self, ask: Any) -> None:
        body, name = ask("series", "csv")
        rows = rows_of(body)

        assert len(rows) == 96
        assert [row for row in rows if row["total"] != "0"][-1] == {
            **{"at": "2026-11-24T11:00:00Z", "total": "1", "positive": "1", "neutral": "0", "negative": "0"},
            "score": "0.5",
        }
        assert "Coffee" in name
        assert "series%202026-11-23%20to%202026-11-24.csv" in name

    def test_is_the_same_as_json(self, ask: Any) -> None:
        rows = json.loads(ask("series", "json")[0])

        assert sum(row["negative"] for row in rows) == 2
        assert rows[0] == {
            **{"at": "2026-11-23T12:00:00Z", "total": 0, "positive": 0, "neutral": 0, "negative": 0, "score": None}
        }

    def test_is_narrowed(self, ask: Any) -> None:
        rows = json.loads(ask("series", "json", mood="negative", term="hashtag:latte")[0])

        assert sum(row["total"] for row in rows) == 2


class TestTop:
    @pytest.mark.parametrize(("narrowed", "posts"), [({}, 3), ({"mood": "negative"}, 2)])
    def test_has_a_row_for_each_value(self, ask: Any, narrowed: dict[str, str], posts: int) -> None:
        rows = json.loads(ask("top", "json", **narrowed)[0])

        assert {"hashtag", "word", "author"} <= {row["kind"] for row in rows}
        [latte] = [row for row in rows if row["kind"] == "hashtag"]
        assert (latte["value"], latte["posts"]) == ("latte", posts)
        assert rows_of(ask("top", "csv", **narrowed)[0])[0]["kind"] == rows[0]["kind"]


class TestPosts:
    def test_has_a_row_for_each_newest_first(self, ask: Any) -> None:
        rows = rows_of(ask("posts", "csv")[0])

        assert [row["text"] for row in rows] == ["coffee", '\'=HYPERLINK("http://x.test")', "two\nlines, “quoted”"]
        assert (rows[0]["mood"], rows[0]["score"], rows[0]["hashtags"]) == ("positive", "0.5", "latte")
        assert rows[1]["score"] == "-0.4", "numbers are no formulas"

    def test_is_a_line_each_as_json(self, ask: Any) -> None:
        body, name = ask("posts", "json", mood="negative")
        rows = [json.loads(line) for line in body.splitlines()]

        assert [row["text"][:4] for row in rows] == ["=HYP", "two\n"]
        assert rows[0]["words"] == ["coffee"]
        assert ".jsonl" in name

    def test_goes_through_them_page_by_page(self, tracker: Tracker) -> None:
        number = 2 * exports.POSTS_AT_ONCE + 1
        post([mention(tracker, NOW - MINUTE - timedelta(milliseconds=n)) for n in range(number)])

        rows = list(exports.post_rows(tracker, period_last(HOUR / 2, now=NOW - MINUTE), Narrowing()))

        assert len({row["id"] for row in rows}) == len(rows) == number
        assert [row["created_at"] for row in rows] == sorted((row["created_at"] for row in rows), reverse=True)


class TestDoor:
    QUERY = {"what": "series", "format": "csv"}

    def test_is_the_owners(
        self, tracker: Tracker, alices_browser: Client, charlies_browser: Client, nobodys_browser: Client
    ) -> None:
        address = f"/social/trackers/{tracker.pk}/export/"

        assert alices_browser.get(address, self.QUERY).status_code == 200
        assert charlies_browser.get(address, self.QUERY).status_code == 404
        assert nobodys_browser.get(address, self.QUERY)["Location"].startswith("/accounts/login/")

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"what": "passwords"}, "what: Select a valid choice"),
            ({"format": "xlsx"}, "format: Select a valid choice"),
            ({"from": "yesterday"}, "from: Enter a valid date/time"),
            ({"from": "2026-11-25T12:00Z", "to": "2026-11-24T12:00Z"}, "The end must come after the start."),
            ({"from": "0001-01-01T00:00+14:00"}, "too far away"),
            ({"to": "0001-01-01T00:00Z"}, "none before 2006"),
            ({"last": "5"}, "last: Ensure this value is greater"),
            ({"mood": "angry"}, "mood: Select a valid choice"),
            ({"term": "colour:red"}, "A term is written like hashtag:coffee"),
            ({"term": [f"word:{n}" for n in range(11)]}, "Name 10 terms at most"),
        ],
    )
    def test_says_what_is_wrong(self, tracker: Tracker, alices_browser: Client, wrong: Any, words: str) -> None:
        answer = alices_browser.get(f"/social/trackers/{tracker.pk}/export/", {**self.QUERY, **wrong})

        assert answer.status_code == 422
        assert words in answer.content.decode()
