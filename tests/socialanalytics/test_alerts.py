"""Alerts: each surge is told once, to whoever wants to hear of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from cloudapps.models import Mail, User
from cloudapps.models.mail import MailPicture
from cloudapps.queue.memory import MemoryQueue
from socialanalytics import selectors, services
from socialanalytics.core.post import Mood
from socialanalytics.models import Alert, AlertEvent, Tracker
from socialanalytics.services.alerts import COOL_DOWN
from socialanalytics.tasks import watch
from tests.socialanalytics.factories import NOW, make_tracker
from tests.socialanalytics.posting import burst, steady
from tests.threads import at_once

SPIKE, NEGATIVE = Alert.Kind.SPIKE, Alert.Kind.NEGATIVE


@pytest.fixture
def tracker(alice: User) -> Tracker:
    """Alice's tracker, which had a quiet half day."""
    made = make_tracker(alice, name="Coffee & cake", at=NOW - timedelta(hours=14))
    steady(made, each=2, hours=12)
    return made


def wanted(tracker: Tracker, kind: str = SPIKE, **fields: Any) -> Alert:
    asked = {"sensitivity": "medium", "enabled": True, **fields}
    return services.alert_set(owner=tracker.owner, tracker_id=tracker.pk, kind=kind, now=NOW, **asked)


@pytest.fixture
def check(memory_queue: MemoryQueue, commits: Any) -> Callable[..., int]:
    """Look for surges, as beat asks each minute, and send the mails."""

    def check(after: timedelta = timedelta(0)) -> int:
        with commits():
            told = services.alerts_check(now=NOW + after)
        memory_queue.drain("drive")
        return told

    return check


class TestCheck:
    def test_tells_of_a_spike_in_words_numbers_and_a_picture(
        self, tracker: Tracker, check: Any, mailoutbox: list[EmailMultiAlternatives]
    ) -> None:
        wanted(tracker)
        burst(tracker, 40)

        assert check() == 1

        [event] = AlertEvent.objects.all()
        assert (event.at, event.end - event.start) == (NOW, timedelta(minutes=15))
        assert event.words == (
            "40 posts in 15 minutes; in the busiest hour of the last day there were 2.0 in as many minutes."
        )
        assert event.numbers == {"posts": 40, "expected": 2.0}
        [mail] = mailoutbox
        assert (mail.to, mail.subject) == (["alice@example.org"], "“Coffee & cake”: many more posts than usual")
        html, text = str(mail.alternatives[0].content), str(mail.body)
        assert event.words in text
        assert event.words in html
        assert f"/social/trackers/{tracker.pk}/" in text
        assert "The last 24 hours: 136 posts, of which 0 positive, 136 neutral, 0 negative." in text
        assert 'src="cid:chart" alt="Posts of the last 24 hours by mood; the surge at the end is tinted."' in html
        assert "Coffee &amp; cake" in html
        assert bytes(MailPicture.objects.get().png).startswith(b"\x89PNG")

    def test_tells_of_a_bad_mood(self, tracker: Tracker, check: Any, mailoutbox: list[EmailMultiAlternatives]) -> None:
        wanted(tracker, NEGATIVE)
        burst(tracker, 15)
        burst(tracker, 25, mood=Mood.NEGATIVE)

        assert check() == 1

        assert AlertEvent.objects.get().numbers == {"posts": 40, "negative": 25, "share": 0.625, "usual_share": 0.0}
        assert mailoutbox[0].subject == "“Coffee & cake”: many more negative posts than usual"

    def test_says_nothing_while_all_is_as_usual(self, tracker: Tracker, check: Any) -> None:
        wanted(tracker)
        wanted(tracker, NEGATIVE)
        burst(tracker, 3)

        assert check() == 0
        assert not Mail.objects.exists()

    def test_is_silent_for_hours_after_an_alert(self, tracker: Tracker, check: Any) -> None:
        wanted(tracker)
        burst(tracker, 40)
        assert check() == 1

        assert check(timedelta(minutes=1)) == 0
        burst(tracker, 300, now=NOW + COOL_DOWN)
        assert check(COOL_DOWN - timedelta(seconds=1)) == 0
        assert check(COOL_DOWN) == 1
        assert [mail.owner for mail in Mail.objects.all()] == [tracker.owner] * 2

    @pytest.mark.parametrize(
        "change",
        [
            lambda t: wanted(t, enabled=False),
            lambda t: Tracker.objects.filter(pk=t.pk).update(paused_at=NOW),
            lambda t: User.objects.filter(pk=t.owner_id).update(is_active=False),
        ],
        ids=["off", "paused", "inactive owner"],
    )
    def test_leaves_out_what_nobody_watches(self, tracker: Tracker, check: Any, change: Any) -> None:
        wanted(tracker)
        burst(tracker, 40)
        change(tracker)

        assert check() == 0

    def test_compares_with_nothing_from_before_the_tracker_meant_something_else(
        self, tracker: Tracker, check: Any
    ) -> None:
        wanted(tracker)
        services.alerts_begin_anew(tracker, now=NOW - timedelta(minutes=40))
        burst(tracker, 40)

        assert check() == 0

    def test_keeps_the_others_when_one_fails(self, tracker: Tracker, alice: User, check: Any) -> None:
        broken = make_tracker(alice, name="Broken", at=NOW - timedelta(days=1))
        wanted(broken)
        broken.tracks.all().delete()
        wanted(tracker)
        burst(tracker, 40)

        assert check() == 1

    def test_asks_little_where_little_is_posted(
        self, tracker: Tracker, check: Any, django_assert_num_queries: Any
    ) -> None:
        wanted(tracker)
        wanted(tracker, NEGATIVE)
        burst(tracker, 3)

        with django_assert_num_queries(3):  # the alerts, their tracks, and the last hour
            check()

    def test_is_a_chore_of_beat(self, alice: User) -> None:
        watch()

    @pytest.mark.django_db(transaction=True)
    def test_tells_once_however_many_look(self, alice: User, memory_queue: MemoryQueue) -> None:
        made = make_tracker(alice, at=NOW - timedelta(hours=14))
        wanted(made)
        burst(made, 40)

        told = at_once(*[lambda: services.alerts_check(now=NOW)] * 4)

        assert sorted(told) == [0, 0, 0, 1]
        assert (AlertEvent.objects.count(), Mail.objects.count()) == (1, 1)


class TestEvents:
    def test_are_marks_between_two_times(self, tracker: Tracker, check: Any) -> None:
        wanted(tracker)
        burst(tracker, 40)
        check()

        hour = timedelta(hours=1)
        assert len(selectors.alert_events_between(tracker, start=NOW - hour, end=NOW + hour)) == 1
        assert len(selectors.alert_events_between(tracker, start=NOW - hour, end=NOW)) == 0

    def test_go_with_the_tracker(self, tracker: Tracker, check: Any) -> None:
        wanted(tracker)
        burst(tracker, 40)
        check()

        services.tracker_delete(owner=tracker.owner, tracker_id=tracker.pk, now=NOW)

        assert (Alert.objects.count(), AlertEvent.objects.count()) == (0, 0)


class TestPage:
    FIELDS = {
        "spike-enabled": "on",
        "spike-sensitivity": "high",
        "negative-sensitivity": "low",
    }

    @pytest.fixture
    def address(self, tracker: Tracker) -> str:
        return f"/social/trackers/{tracker.pk}/alerts/"

    def test_is_the_owners(
        self, address: str, alices_browser: Client, charlies_browser: Client, nobodys_browser: Client
    ) -> None:
        assert "Alerts of Coffee &amp; cake" in alices_browser.get(address).content.decode()
        for ask in (charlies_browser.get, charlies_browser.post):
            assert ask(address, self.FIELDS).status_code == 404
        for ask in (nobodys_browser.get, nobodys_browser.post):
            assert ask(address, self.FIELDS)["Location"].startswith("/accounts/login/")
        assert not Alert.objects.exists()

    def test_saves_what_is_watched(self, address: str, alices_browser: Client, tracker: Tracker) -> None:
        for _ in range(2):
            assert alices_browser.post(address, self.FIELDS).status_code == 302

        found = {alert.kind: (alert.enabled, alert.sensitivity) for alert in tracker.alerts.all()}
        assert found == {"spike": (True, "high"), "negative": (False, "low")}
        assert {alert.since for alert in tracker.alerts.all()} == {tracker.created_at}

    def test_saves_nothing_of_what_is_wrong(self, address: str, alices_browser: Client) -> None:
        answer = alices_browser.post(address, {**self.FIELDS, "negative-sensitivity": "extreme"})

        assert answer.status_code == 422
        assert "extreme is not one of the available choices" in answer.content.decode()
        assert not Alert.objects.exists()

    def test_lists_the_surges(self, address: str, alices_browser: Client, tracker: Tracker, check: Any) -> None:
        assert "Nothing yet" in alices_browser.get(address).content.decode()
        wanted(tracker)
        burst(tracker, 40)
        check()

        page = alices_browser.get(address).content.decode()

        assert "40 posts in 15 minutes" in page
        assert "Nothing yet" not in page
        assert alices_browser.get(f"{address}?before=nonsense").status_code == 200
