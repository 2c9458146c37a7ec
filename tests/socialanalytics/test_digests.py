"""Digests come when they are due, each once, and say how the trackers did."""

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
from socialanalytics.models import Digest, Tracker
from socialanalytics.services.digests import ASKED_EVERY
from socialanalytics.tasks import send_digests
from tests.socialanalytics.factories import NOW, make_tracker
from tests.socialanalytics.posting import HOUR, mention, post
from tests.threads import at_once

DAY = timedelta(days=1)
DUE = NOW.replace(hour=8) + DAY  # of a digest that is set now, at noon


@pytest.fixture
def tracker(alice: User) -> Tracker:
    """Alice's tracker, with six posts of the day until DUE, and two of the day before."""
    made = make_tracker(alice, name="Coffee & cake", at=NOW - timedelta(days=9))
    fresh = [mention(made, DUE - HOUR, mood) for mood in (*Mood, Mood.NEGATIVE)]
    strong = [
        mention(made, DUE - 2 * HOUR, Mood.POSITIVE, text="I <3 this coffee", more=400),
        mention(made, DUE - 2 * HOUR, Mood.NEGATIVE, text="What a sad coffee", more=400),
    ]
    post([*fresh, *strong, *(mention(made, DUE - DAY - HOUR) for _ in range(2))])
    return made


def wanted(owner: User, **fields: Any) -> Digest:
    asked = {"frequency": "daily", "hour": 8, "tracker_ids": [], **fields}
    return services.digest_set(owner=owner, now=NOW, **asked)


@pytest.fixture
def run(memory_queue: MemoryQueue, commits: Any) -> Callable[..., int]:
    """Write what is due, as beat asks each minute, and send the mails."""

    def run(now: Any = DUE) -> int:
        with commits():
            written = services.digests_send(now=now)
        memory_queue.drain("drive")
        return written

    return run


class TestDue:
    def test_says_how_the_trackers_did(
        self, alice: User, tracker: Tracker, run: Any, mailoutbox: list[EmailMultiAlternatives]
    ) -> None:
        wanted(alice)

        assert run() == 1

        [mail] = mailoutbox
        text = str(mail.body).replace("\N{NO-BREAK SPACE}", " ")
        html = str(mail.alternatives[0].content)
        assert mail.subject == "Your day on social media: 6 posts"
        assert "6 posts, 200 % more than before; 50 % negative, 0 % before." in text
        assert "2 positive, 1 neutral, 3 negative." in text
        assert "Hashtags: #latte 6" in text
        assert "Most positive: I <3 this coffee" in text
        assert "Most negative: What a sad coffee" in text
        assert "I &lt;3 this coffee" in html
        assert '<img src="cid:chart-1" alt="2 positive, 1 neutral, 3 negative."' in html
        assert [(picture.cid, bytes(picture.png)[:4]) for picture in MailPicture.objects.all()] == [
            ("chart-1", b"\x89PNG")
        ]

    def test_is_about_a_week_on_mondays(
        self, alice: User, tracker: Tracker, run: Any, mailoutbox: list[EmailMultiAlternatives]
    ) -> None:
        digest = wanted(alice, frequency="weekly")
        assert digest.next_at is not None
        assert (digest.next_at.weekday(), digest.next_at - NOW < timedelta(days=7)) == (0, True)

        assert run(digest.next_at - timedelta(seconds=1)) == 0
        assert run(digest.next_at) == 1
        assert mailoutbox[0].subject == "Your week on social media: 8 posts"

    def test_comes_at_the_hour_of_the_owners_clock(self, alice: User, tracker: Tracker) -> None:
        alice.time_zone = "Asia/Kolkata"
        alice.save()

        assert wanted(alice, hour=20).next_at == NOW.replace(hour=14, minute=30)

    def test_comes_once_a_day(self, alice: User, tracker: Tracker, run: Any) -> None:
        wanted(alice)

        assert [run(DUE + timedelta(minutes=n)) for n in range(3)] == [1, 0, 0]
        assert run(DUE + DAY) == 1

    def test_is_made_up_for_by_one(self, alice: User, tracker: Tracker, run: Any) -> None:
        wanted(alice)
        late = DUE + 5 * DAY + HOUR

        assert [run(late), run(late)] == [1, 0]
        assert Digest.objects.get().next_at == DUE + 6 * DAY

    def test_is_about_the_trackers_that_are_chosen(
        self, alice: User, tracker: Tracker, run: Any, mailoutbox: list[EmailMultiAlternatives]
    ) -> None:
        other = make_tracker(alice, name="Tea", at=NOW)
        wanted(alice, tracker_ids=[other.pk])

        run()

        assert "Tea\nNothing was posted.\n" in str(mailoutbox[0].body)
        assert "Coffee" not in str(mailoutbox[0].body)
        assert not MailPicture.objects.exists()

    def test_never_comes_when_it_is_off_or_the_owner_is_gone(self, alice: User, tracker: Tracker, run: Any) -> None:
        wanted(alice)
        wanted(alice, frequency="off")
        assert run(DUE + 9 * DAY) == 0

        wanted(alice)
        User.objects.filter(pk=alice.pk).update(is_active=False)
        assert run(DUE + 9 * DAY) == 0

    def test_says_nothing_without_a_tracker(self, alice: User, run: Any) -> None:
        wanted(alice)

        assert run() == 0
        assert Digest.objects.get().next_at == DUE + DAY

    def test_names_how_many_it_leaves_out(
        self, alice: User, run: Any, mailoutbox: list[EmailMultiAlternatives]
    ) -> None:
        for number in range(selectors.MOST_SECTIONS + 2):
            make_tracker(alice, name=f"Tracker {number}", at=NOW)
        wanted(alice)

        run()

        assert "2 more trackers:" in str(mailoutbox[0].body)

    def test_keeps_the_others_when_one_fails(self, alice: User, bob: User, tracker: Tracker, run: Any) -> None:
        broken = make_tracker(bob, name="Broken", at=NOW)
        broken.tracks.all().delete()
        wanted(bob)
        wanted(alice)

        assert run() == 1

    def test_is_a_chore_of_beat(self, alice: User) -> None:
        send_digests()

    @pytest.mark.django_db(transaction=True)
    def test_comes_once_however_many_write(self, alice: User, memory_queue: MemoryQueue) -> None:
        make_tracker(alice, at=NOW)
        wanted(alice)

        written = at_once(*[lambda: services.digests_send(now=DUE)] * 4)

        assert sorted(written) == [0, 0, 0, 1]
        assert Mail.objects.count() == 1


class TestAsked:
    def test_comes_at_once(
        self, alice: User, tracker: Tracker, memory_queue: MemoryQueue, commits: Any, mailoutbox: list[Any]
    ) -> None:
        with commits():
            services.digest_ask(owner=alice, now=NOW)
        with commits():
            memory_queue.drain("drive")
        memory_queue.drain("drive")

        assert len(mailoutbox) == 1
        assert Digest.objects.get().wanted_at is None

    def test_leaves_the_times_as_they_are(self, alice: User, tracker: Tracker, run: Any) -> None:
        digest = wanted(alice)
        services.digest_ask(owner=alice, now=NOW)

        assert run(NOW) == 1
        digest.refresh_from_db()
        assert digest.next_at == DUE

    def test_is_bounded(self, alice: User, tracker: Tracker) -> None:
        services.digest_ask(owner=alice, now=NOW)

        with pytest.raises(services.AskedTooSoon):
            services.digest_ask(owner=alice, now=NOW + ASKED_EVERY - timedelta(seconds=1))
        services.digest_ask(owner=alice, now=NOW + ASKED_EVERY)

    def test_needs_a_tracker(self, alice: User) -> None:
        with pytest.raises(services.NothingToDigest):
            services.digest_ask(owner=alice, now=NOW)


class TestPage:
    FIELDS = {"frequency": "weekly", "hour": "6"}

    def test_is_ones_own(
        self, alice: User, tracker: Tracker, alices_browser: Client, charlies_browser: Client, nobodys_browser: Client
    ) -> None:
        assert "Coffee &amp; cake" in alices_browser.get("/social/digest/").content.decode()
        assert "Coffee &amp; cake" not in charlies_browser.get("/social/digest/?preview=1").content.decode()
        for ask in (nobodys_browser.get, nobodys_browser.post):
            assert ask("/social/digest/")["Location"].startswith("/accounts/login/")

    def test_saves_when_it_comes(self, alice: User, tracker: Tracker, alices_browser: Client) -> None:
        fields = {**self.FIELDS, "trackers": [str(tracker.pk)]}
        assert alices_browser.post("/social/digest/", fields).status_code == 302

        found = Digest.objects.get(owner=alice)
        assert (found.frequency, found.hour, list(found.trackers.all())) == ("weekly", 6, [tracker])
        assert found.next_at is not None
        assert "Next:" in alices_browser.get("/social/digest/").content.decode()

    @pytest.mark.parametrize("wrong", [{"frequency": "hourly"}, {"hour": "24"}, {"hour": ""}])
    def test_saves_nothing_of_what_is_wrong(self, alices_browser: Client, wrong: dict[str, str]) -> None:
        assert alices_browser.post("/social/digest/", {**self.FIELDS, **wrong}).status_code == 422
        assert not Digest.objects.exists()

    def test_takes_no_tracker_of_somebody_else(self, tracker: Tracker, charlies_browser: Client) -> None:
        fields = {**self.FIELDS, "trackers": [str(tracker.pk)]}

        assert charlies_browser.post("/social/digest/", fields).status_code == 422
        assert not Digest.objects.exists()

    def test_shows_what_it_would_say(self, alice: User, alices_browser: Client) -> None:
        page = alices_browser.get("/social/digest/?preview=1").content.decode()
        assert "You have no trackers yet" in page

        make_tracker(alice, name="Tea")
        assert "Nothing was posted." in alices_browser.get("/social/digest/?preview=1").content.decode()

    def test_sends_one_on_demand_and_not_two(self, tracker: Tracker, alices_browser: Client) -> None:
        pages = [
            alices_browser.post("/social/digest/", {"action": "send"}, follow=True).content.decode() for _ in range(2)
        ]

        assert "on its way to alice@example.org" in pages[0]
        assert "within the last ten minutes" in pages[1]
