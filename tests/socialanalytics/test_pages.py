"""The pages of Social Media Analytics, for the owner, a stranger and nobody."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from cloudapps.models import User
from socialanalytics import selectors, services
from socialanalytics.core.post import Mood
from socialanalytics.forms import SOURCES as OFFERED
from socialanalytics.models import Tracker
from socialanalytics.sources import SOURCES
from socialanalytics.templatetags import social_words
from tests.socialanalytics.factories import NOW, make_tracker
from tests.socialanalytics.posting import mention, post

FIELDS = {"name": "Coffee", "keywords": "coffee\n\n#latte ", "sources": "replay", "analyser": "vader"}
HOSTILE = '"><script>alert(1)</script>'


def text(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.fixture
def tracker(alice: User) -> Tracker:
    return make_tracker(alice, name="Coffee")


class TestDoors:
    PAGES = ("", "edit/", "?part=about")
    WRITES = ("pause/", "delete/")

    @pytest.mark.parametrize("page", PAGES)
    def test_are_open_to_the_owner(self, alices_browser: Client, tracker: Tracker, page: str) -> None:
        assert alices_browser.get(f"{tracker.get_absolute_url()}{page}").status_code == 200

    @pytest.mark.parametrize("page", PAGES)
    def test_are_not_there_for_a_stranger(self, charlies_browser: Client, tracker: Tracker, page: str) -> None:
        assert charlies_browser.get(f"{tracker.get_absolute_url()}{page}").status_code == 404

    @pytest.mark.parametrize("page", PAGES)
    def test_send_nobody_to_sign_in(self, nobodys_browser: Client, tracker: Tracker, page: str) -> None:
        answer = nobodys_browser.get(f"{tracker.get_absolute_url()}{page}")

        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]

    @pytest.mark.parametrize("page", WRITES)
    def test_let_no_stranger_change_anything(self, charlies_browser: Client, tracker: Tracker, page: str) -> None:
        assert charlies_browser.post(f"{tracker.get_absolute_url()}{page}", {"paused": "1"}).status_code == 404

        tracker.refresh_from_db()
        assert tracker.paused_at is None

    @pytest.mark.parametrize("page", WRITES)
    def test_change_nothing_by_following_a_link(self, alices_browser: Client, tracker: Tracker, page: str) -> None:
        assert alices_browser.get(f"{tracker.get_absolute_url()}{page}").status_code == 405

    def test_let_no_stranger_edit(self, charlies_browser: Client, tracker: Tracker) -> None:
        assert charlies_browser.post(f"{tracker.get_absolute_url()}edit/", FIELDS).status_code == 404


class TestList:
    def test_leads_to_the_first_tracker(self, alices_browser: Client, alice: User) -> None:
        assert "Make the first tracker" in text(alices_browser.get("/social/"))

    def test_shows_the_last_day_of_each_tracker(self, alices_browser: Client, tracker: Tracker) -> None:
        now = timezone.now()
        moods = [*[Mood.POSITIVE] * 3, Mood.NEGATIVE]
        post([mention(tracker, now - timedelta(hours=2), mood) for mood in moods], now=now)
        post([mention(tracker, now - timedelta(hours=30)) for _ in range(2)], now=now)

        page = " ".join(text(alices_browser.get("/social/")).split())

        assert re.search(r">4</strong> posts in 24 hours", page)
        assert "▲ 100 % more than the day before" in page
        assert "75 % positive" in page
        assert "25 % negative" in page

    def test_shows_nothing_of_others(self, charlies_browser: Client, tracker: Tracker) -> None:
        assert "Coffee" not in text(charlies_browser.get("/social/"))

    def test_says_that_posts_are_made_up_only_where_they_are(self, alices_browser: Client, alice: User) -> None:
        made = make_tracker(alice, sources=["bluesky"])
        assert "made-up posts" not in text(alices_browser.get("/social/"))

        services.tracker_change(owner=alice, tracker_id=made.pk, changes={"sources": ["replay"]}, now=NOW)
        assert "made-up posts" in text(alices_browser.get("/social/"))

    def test_shows_names_and_keywords_as_text(self, alices_browser: Client, alice: User) -> None:
        make_tracker(alice, keyword='"<script>"', name=HOSTILE)

        page = text(alices_browser.get("/social/"))

        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page

    @pytest.mark.parametrize("before", ["nonsense", "", "01a20da3-2de4-7fd9-8290-15b79ac35677"])
    def test_takes_any_before(self, alices_browser: Client, tracker: Tracker, before: str) -> None:
        assert alices_browser.get("/social/", {"before": before}).status_code == 200


class TestForm:
    def test_makes_a_tracker_and_leads_to_its_dashboard(self, alices_browser: Client, alice: User) -> None:
        answer = alices_browser.post("/social/trackers/new/", {**FIELDS, "languages": ["en", "de"]})

        made = Tracker.objects.get(owner=alice)
        assert answer["Location"] == made.get_absolute_url()
        assert (made.name, made.keywords, made.languages) == ("Coffee", ["coffee", "#latte"], ["en", "de"])
        assert (made.sources, made.analyser, made.monthly_cap) == (["replay"], "vader", None)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"name": ""}, "required"),
            ({"name": "x" * 101}, "100 characters"),
            ({"keywords": " \n "}, "required"),
            ({"keywords": "coffee OR"}, "Keyword 1"),
            ({"keywords": "tea\n(coffee"}, "Keyword 2"),
            ({"keywords": "\n".join(f"word{n}" for n in range(21))}, "up to 20"),
            ({"keywords": "tea\n" + "x" * 1025}, "Keyword 2 has 1025 letters"),
            ({"sources": []}, "Choose at least one source"),
            ({"sources": ["smoke signals"]}, "not one of the available choices"),
            ({"languages": ["xx"]}, "not one of the available choices"),
            ({"analyser": "tarot"}, "not one of the available choices"),
            ({"monthly_cap": "0"}, "greater than or equal to 1"),
            ({"monthly_cap": "many"}, "whole number"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(
        self, alices_browser: Client, alice: User, changes: dict[str, Any], words: str
    ) -> None:
        answer = alices_browser.post("/social/trackers/new/", {**FIELDS, **changes})

        assert answer.status_code == 422
        assert words in text(answer)
        assert 'value="vader" checked' in text(answer) or changes.get("analyser")
        assert not Tracker.objects.exists()

    def test_says_that_there_are_too_many_and_keeps_what_was_typed(self, alices_browser: Client, alice: User) -> None:
        for number in range(services.trackers.MOST_TRACKERS):
            make_tracker(alice, f"word{number}")

        answer = alices_browser.post("/social/trackers/new/", FIELDS)

        assert answer.status_code == 422
        assert "You have 100 trackers" in text(answer)
        assert 'value="Coffee"' in text(answer)

    def test_shows_a_tracker_as_it_is(self, alices_browser: Client, alice: User) -> None:
        made = make_tracker(
            alice, keyword="tea", sources=["x", "bluesky"], languages=["en", "sv"], analyser="blend", monthly_cap=500
        )

        page = text(alices_browser.get(f"{made.get_absolute_url()}edit/"))

        for checked in ("x", "bluesky", "en", "sv", "blend"):
            assert f'value="{checked}" checked' in page
        assert 'value="replay" checked' not in page
        assert 'value="500"' in page
        assert "scored again" in page

    def test_changes_a_tracker(self, alices_browser: Client, tracker: Tracker) -> None:
        answer = alices_browser.post(
            f"{tracker.get_absolute_url()}edit/",
            {**FIELDS, "keywords": "tea", "analyser": tracker.analyser, "monthly_cap": "9"},
        )

        tracker.refresh_from_db()
        assert answer["Location"] == tracker.get_absolute_url()
        assert (tracker.keywords, tracker.monthly_cap) == (["tea"], 9)

    def test_says_what_is_wrong_with_a_change(self, alices_browser: Client, tracker: Tracker) -> None:
        answer = alices_browser.post(f"{tracker.get_absolute_url()}edit/", {**FIELDS, "keywords": "coffee OR"})

        assert answer.status_code == 422
        assert "Keyword 1" in text(answer)
        tracker.refresh_from_db()
        assert tracker.keywords == ["coffee"]

    def test_keeps_a_language_that_a_script_chose(self, alices_browser: Client, alice: User) -> None:
        made = make_tracker(alice, languages=["eu"])
        fields = {**FIELDS, "languages": ["eu"], "analyser": made.analyser}

        assert alices_browser.post(f"{made.get_absolute_url()}edit/", fields).status_code == 302

        made.refresh_from_db()
        assert made.languages == ["eu"]

    def test_offers_every_source(self) -> None:
        assert {offered.name: offered.title for offered in OFFERED} == SOURCES


class TestDashboard:
    def test_tells_the_last_day_without_scripts(self, alices_browser: Client, tracker: Tracker) -> None:
        now = timezone.now()
        post([mention(tracker, now - timedelta(hours=1), Mood.POSITIVE) for _ in range(5)], now=now)

        page = text(alices_browser.get(tracker.get_absolute_url()))

        plain = re.search(r"<noscript>\s*<section.*?</noscript>", page, re.DOTALL)
        assert plain
        assert "<strong>5</strong> posts" in plain[0]
        assert "100 % positive" in plain[0]

    def test_says_what_the_tracker_does(self, alices_browser: Client, alice: User, tracker: Tracker) -> None:
        assert 'data-state="live"' in text(alices_browser.get(f"{tracker.get_absolute_url()}?part=about"))

        tomorrow = timezone.now() + timedelta(days=1)
        Tracker.objects.filter(pk=tracker.pk).update(monthly_cap=1000, capped_until=tomorrow)
        capped = text(alices_browser.get(f"{tracker.get_absolute_url()}?part=about"))
        assert 'data-state="capped"' in capped
        assert "The cap of 1,000 posts a month is reached" in capped

    def test_says_that_the_past_is_scored_again(self, alices_browser: Client, alice: User, tracker: Tracker) -> None:
        services.tracker_change(owner=alice, tracker_id=tracker.pk, changes={"analyser": "blend"}, now=NOW)

        assert "Scoring the past again, 0 %" in text(alices_browser.get(tracker.get_absolute_url()))

    def test_pauses_and_goes_on(self, alices_browser: Client, alice: User, tracker: Tracker) -> None:
        address = f"{tracker.get_absolute_url()}pause/"

        assert alices_browser.post(address, {"paused": "1"})["Location"] == tracker.get_absolute_url()
        found = selectors.tracker_get(owner=alice, tracker_id=tracker.pk)
        assert selectors.state_of(found, now=timezone.now()) == "paused"
        assert "Resume" in text(alices_browser.get(tracker.get_absolute_url()))

        alices_browser.post(address, {"paused": "0"})
        found = selectors.tracker_get(owner=alice, tracker_id=tracker.pk)
        assert selectors.state_of(found, now=timezone.now()) == "live"

    def test_deletes_for_good(self, alices_browser: Client, tracker: Tracker) -> None:
        answer = alices_browser.post(f"{tracker.get_absolute_url()}delete/", follow=True)

        assert "were deleted" in text(answer)
        assert not Tracker.objects.exists()

    def test_leads_to_alerts_and_files(self, alices_browser: Client, tracker: Tracker) -> None:
        page = text(alices_browser.get(tracker.get_absolute_url()))

        for address in set(re.findall(rf'href="({tracker.get_absolute_url()}[^"]+)"', page)):
            assert alices_browser.get(address.replace("&amp;", "&")).status_code == 200, address


class TestComparison:
    @pytest.fixture
    def others(self, alice: User) -> list[Tracker]:
        return [make_tracker(alice, f"word{number}") for number in range(6)]

    def checked(self, page: str) -> list[str]:
        return re.findall(r'name="tracker" value="([0-9a-f-]+)" checked', page)

    def test_wants_two_trackers(self, alices_browser: Client, tracker: Tracker) -> None:
        assert "Two trackers make a comparison" in text(alices_browser.get("/social/compare/"))

    def test_marks_those_that_are_asked_for(self, alices_browser: Client, others: list[Tracker]) -> None:
        asked = [str(tracker.pk) for tracker in others[:2]]

        assert sorted(self.checked(text(alices_browser.get("/social/compare/", {"tracker": asked})))) == asked

    def test_takes_five_at_most(self, alices_browser: Client, others: list[Tracker]) -> None:
        asked = [str(tracker.pk) for tracker in others]

        assert len(self.checked(text(alices_browser.get("/social/compare/", {"tracker": asked})))) == 5

    def test_leaves_out_what_is_not_there_or_not_yours(
        self, alices_browser: Client, bob: User, others: list[Tracker]
    ) -> None:
        foreign = make_tracker(bob, name="Of bob")
        asked = ["nonsense", str(uuid4()), str(foreign.pk), str(others[0].pk)]

        page = text(alices_browser.get("/social/compare/", {"tracker": asked}))

        assert self.checked(page) == [str(others[0].pk)]
        assert "Of bob" not in page


class TestSources:
    def test_names_each_of_them(self, alices_browser: Client) -> None:
        page = text(alices_browser.get("/social/sources/"))

        for name in SOURCES:
            assert f'data-feed="{name}"' in page
        assert "X bills $0.005 a post" in page


class TestWords:
    @pytest.mark.parametrize(
        ("now", "before", "words"),
        [
            (0, 0, "as many as the day before"),
            (7, 0, "none the day before"),
            (1001, 1000, "about as many as the day before"),
            (150, 100, "▲ 50 % more than the day before"),
            (50, 100, "▼ 50 % fewer than the day before"),
            (900, 100, "▲ 9 times as many as the day before"),
        ],
    )
    def test_say_how_a_count_has_changed(self, now: int, before: int, words: str) -> None:
        assert social_words.change(now, before) == words

    @pytest.mark.parametrize(
        ("part", "whole", "words"), [(0, 0, "0 %"), (0, 5, "0 %"), (1, 3, "33 %"), (1, 300, "0.3 %"), (5, 5, "100 %")]
    )
    def test_say_a_share(self, part: int, whole: int, words: str) -> None:
        assert social_words.share(part, whole) == words

    def test_draw_a_line_from_left_to_right(self) -> None:
        assert social_words.spark([0, 2, 1]) == "0.0,30.0 60.0,2.0 120.0,16.0"
        assert social_words.spark([1]) == ""
