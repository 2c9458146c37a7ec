from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from cloudapps.models import User
from socialanalytics import services
from socialanalytics.models import Feed
from tests.clients import ApiClient
from tests.socialanalytics.factories import NOW, make_tracker, take, x_line

RANGE = "from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z"
BODY: dict[str, Any] = {"name": "Coffee", "keywords": ["coffee", '"flat white" -decaf'], "sources": ["replay"]}


@pytest.fixture
def counted(alice: User):
    """A tracker of alice's with three posts."""
    tracker = make_tracker(alice)
    take(
        [
            x_line(1, "I love this great coffee #morning", at=NOW - timedelta(minutes=5)),
            x_line(2, "I love good coffee #morning #milk", at=NOW),
            x_line(3, "horrible coffee", at=NOW - timedelta(days=1)),
        ]
    )
    return tracker


class TestTrackers:
    def test_are_made(self, alices_api):
        answer = alices_api.post("/social/trackers", BODY)

        made = answer.json()
        assert answer.status_code == 201
        assert answer["Location"].endswith(made["id"])
        assert (made["state"], made["posts_this_month"], made["analyser"]) == ("live", 0, "textblob")
        assert alices_api.get(f"/social/trackers/{made['id']}").json() == made

    def test_take_one_keyword_as_it_is(self, alices_api):
        assert alices_api.post("/social/trackers", {**BODY, "keywords": "coffee"}).json()["keywords"] == ["coffee"]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"keywords": ["coffee", "(open"]}, "Keyword 2"),
            ({"keywords": ["-decaf"]}, "Keyword 1"),
            ({"keywords": []}, "keywords"),
            ({"sources": ["myspace"]}, "sources"),
            ({"analyser": "tea leaves"}, "analyser"),
            ({"name": " "}, "name"),
        ],
    )
    def test_are_refused_in_words(self, alices_api, change, words):
        answer = alices_api.post("/social/trackers", {**BODY, **change})

        assert answer.status_code == 422
        assert words in answer.json()["detail"]

    def test_are_changed_paused_and_deleted(self, alices_api):
        path = f"/social/trackers/{alices_api.post('/social/trackers', BODY).json()['id']}"

        changed = alices_api.send("PATCH", path, {"name": "Tea", "paused": True, "monthly_cap": 7}).json()
        resumed = alices_api.send("PATCH", path, {"paused": False, "monthly_cap": None}).json()

        assert (changed["name"], changed["state"], changed["monthly_cap"]) == ("Tea", "paused", 7)
        assert (resumed["name"], resumed["state"], resumed["monthly_cap"]) == ("Tea", "live", None)
        assert alices_api.delete(path).status_code == 204
        assert alices_api.get(path).status_code == 404

    def test_are_listed_by_pages(self, alices_api, alice):
        made = [str(make_tracker(alice, f"word{n}").pk) for n in range(3)]

        assert [item["id"] for item in alices_api.get("/social/trackers").json()["items"]] == made[::-1]

    def test_may_be_a_hundred(self, alices_api, alice):
        for n in range(services.trackers.MOST_TRACKERS):
            make_tracker(alice, f"word{n}")

        assert alices_api.post("/social/trackers", BODY).status_code == 429


class TestSummary:
    def test_tells_totals_course_tops_and_change(self, alices_api, counted):
        found = alices_api.get(f"/social/trackers/{counted.pk}/summary?{RANGE}").json()

        assert (found["total"], found["positive"], found["negative"]) == (2, 2, 0)
        assert (found["previous"]["total"], found["previous"]["negative"]) == (1, 1)
        assert found["score"] > 0 > found["previous"]["score"]
        assert [step["total"] for step in found["series"] if step["total"]] == [1, 1]
        assert len(found["series"]) == 96
        assert found["top"]["hashtags"][0] == {"value": "morning", "posts": 2, "score": found["score"]}
        assert found["filtered"] is None

    def test_is_narrowed_by_terms_and_mood(self, alices_api, counted):
        path = f"/social/trackers/{counted.pk}/summary?{RANGE}"

        milk = alices_api.get(f"{path}&term=hashtag:milk&term=word:love").json()
        bad = alices_api.get(f"{path}&mood=negative").json()

        assert (milk["total"], milk["filtered"]["terms"]) == (1, ["hashtag:milk", "word:love"])
        assert (bad["total"], bad["previous"]) == (0, None)

    def test_is_told_once(self, alices_api, counted):
        path = f"/social/trackers/{counted.pk}/summary?{RANGE}"
        etag = alices_api.get(path)["ETag"]

        again = alices_api.get(path, if_none_match=etag)
        take([x_line(4, "coffee")])
        news = alices_api.get(path, if_none_match=etag)

        assert (again.status_code, again.content) == (304, b"")
        assert (news.status_code, news.json()["total"]) == (200, 3)

    @pytest.mark.parametrize(
        "query",
        ["from=2026-11-25T00:00:00Z&to=2026-11-24T00:00:00Z", "last=5", "term=colour:red", "from=2026-11-24T00:00:00"],
    )
    def test_refuses_what_is_no_range(self, alices_api, counted, query):
        assert alices_api.get(f"/social/trackers/{counted.pk}/summary?{query}").status_code == 422


class TestPosts:
    def test_are_told_with_the_words_that_made_the_score(self, alices_api, counted):
        found = alices_api.get(f"/social/trackers/{counted.pk}/posts?{RANGE}").json()

        assert [post["id"] for post in found["items"]] == ["replay:2", "replay:1"]
        assert {reason["word"] for reason in found["items"][1]["reasons"]} == {"love", "great"}
        assert "hashtag:morning" in found["items"][0]["terms"]
        assert found["next"] is None

    def test_are_paged(self, alices_api, counted):
        take([x_line(100 + n, f"coffee {n}", at=NOW - timedelta(seconds=n)) for n in range(30)])
        page = alices_api.get(f"/social/trackers/{counted.pk}/posts?{RANGE}").json()
        rest = alices_api.get(page["next"].partition("/api/v1")[2]).json()

        ids = [post["id"] for post in [*page["items"], *rest["items"]]]
        assert len(ids) == len(set(ids)) == 32

    def test_have_no_place_that_they_did_not_name(self, alices_api, counted):
        assert alices_api.get(f"/social/trackers/{counted.pk}/posts?{RANGE}&before=here").status_code == 422


class TestPreview:
    def test_says_in_words_what_keywords_mean(self, alices_api):
        found = alices_api.post("/social/preview", {"keywords": ["coffee -decaf"], "sources": ["replay"]}).json()

        assert "decaf" in found["descriptions"][0]
        assert found["looked_at"] == 0

    def test_tries_them_on_what_the_listeners_saw_last(self, alices_api):
        lines = [x_line(1, "coffee!"), x_line(2, "decaf coffee"), x_line(3, "tea")]
        Feed.objects.create(name="replay", source="replay", sample=b"\n".join(lines).decode())

        found = alices_api.post("/social/preview", {"keywords": ["coffee -decaf"], "sources": ["replay"]}).json()

        assert (found["looked_at"], found["matched"]) == (3, 1)
        assert found["items"][0]["text"] == "coffee!"

    def test_refuses_what_is_no_rule(self, alices_api):
        assert alices_api.post("/social/preview", {"keywords": ['"open']}).status_code == 422


class TestDoors:
    CALLS = (
        ("GET", "/social/trackers/{id}", None),
        ("PATCH", "/social/trackers/{id}", {"name": "Mine"}),
        ("DELETE", "/social/trackers/{id}", None),
        ("GET", "/social/trackers/{id}/summary", None),
        ("GET", "/social/trackers/{id}/posts", None),
        ("GET", "/social/trackers/{id}/alerts", None),
    )

    @pytest.mark.parametrize(("method", "path", "body"), CALLS)
    def test_are_shut_to_strangers_and_to_nobody(self, counted, charlies_api, nobodys_api, method, path, body):
        path = path.format(id=counted.pk)

        assert charlies_api.send(method, path, body).status_code == 404
        assert nobodys_api.send(method, path, body).status_code == 401

    @pytest.mark.parametrize("path", ["/social/trackers", "/social/feeds"])
    def test_ask_who_one_is(self, nobodys_api: ApiClient, path):
        assert nobodys_api.get(path).status_code == 401

    def test_say_that_there_is_no_such_tracker(self, alices_api):
        assert alices_api.get(f"/social/trackers/{uuid4()}").status_code == 404
