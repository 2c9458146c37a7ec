from datetime import timedelta

import pytest

from cloudapps.storage import storage
from socialanalytics import selectors, services
from socialanalytics.core import raw
from socialanalytics.core.periods import DAY, period_last
from socialanalytics.core.post import Batch, Kind
from socialanalytics.models import RawRemoval, Rescoring, Track, Tracker
from socialanalytics.services import counting
from socialanalytics.store import post_store
from tests.socialanalytics.factories import NOW, deletion_line, make_tracker, packet_of, take, x_line

LATER = NOW + timedelta(seconds=2)
LOVED, HATED = "I love this great coffee #morning", "The worst coffee ever, horrible @bob"


def total(tracker, *, now=NOW):
    tracker = Tracker.objects.prefetch_related("tracks").get(pk=tracker.pk)
    return selectors.totals_of(tracker, period_last(DAY, now=now)).total


def raw_lines():
    lines = []
    for info in storage().walk(raw.PREFIX):
        with storage().open(info.key) as body:
            lines += raw.decompress(body.read())
    return lines


class TestPacketTake:
    def test_counts_what_the_keyword_means(self, alice):
        tracker = make_tracker(alice)

        added = take([x_line(1, LOVED), x_line(2, HATED), x_line(3, "tea")])

        found = selectors.totals_of(tracker, period_last(DAY, now=NOW))
        assert (added, found.positive, found.negative) == (2, 1, 1)
        assert [
            tally.value for tally in selectors.top(tracker.tracks.get().pk, Kind.HASHTAG, period_last(DAY, now=NOW))
        ] == ["morning"]

    def test_counts_a_packet_that_comes_again_once(self, alice):
        tracker, packet = make_tracker(alice), packet_of([x_line(1, LOVED)])

        counted = [services.packet_take(packet, now=NOW) for _ in range(2)]

        assert counted == [1, 0]
        assert total(tracker) == 1

    def test_counts_a_post_that_comes_in_two_packets_once(self, alice):
        tracker = make_tracker(alice)

        take([x_line(1, LOVED), x_line(1, LOVED)])
        take([x_line(1, LOVED), x_line(2, HATED)])

        assert total(tracker) == 2

    def test_counts_what_is_played_again_for_a_tracker_that_is_new(self, alice):
        lines = [x_line(1, LOVED)]
        first = make_tracker(alice)
        take(lines)
        second = make_tracker(alice, "love")
        counting.forget_what_was_wanted()

        take(lines, at=LATER)

        assert [total(first), total(second)] == [1, 1]

    def test_keeps_the_raw_lines_of_each_batch_in_one_object(self, alice):
        make_tracker(alice)
        line = x_line(1, LOVED)

        take([line, b"garbage"])

        (info,) = storage().walk(raw.PREFIX)
        assert info.key.startswith("social/raw/replay/2026/11/24/12/")
        assert raw_lines() == [line]

    def test_counts_a_post_for_everybody_who_wants_it(self, alice, bob):
        trackers = [make_tracker(alice), make_tracker(bob, "love"), make_tracker(bob, "tea")]

        take([x_line(1, LOVED)])

        assert [total(tracker) for tracker in trackers] == [1, 1, 0]

    def test_counts_nothing_for_a_tracker_that_is_paused(self, alice):
        tracker = make_tracker(alice)
        services.tracker_change(owner=alice, tracker_id=tracker.pk, changes={"paused": True}, now=NOW)

        take([x_line(1, LOVED)])

        assert total(tracker) == 0

    def test_stops_at_the_cap_of_the_month(self, alice):
        tracker = make_tracker(alice, monthly_cap=2)

        take([x_line(number, LOVED) for number in range(3)])
        counting.forget_what_was_wanted()
        take([x_line(9, LOVED)])  # it is found out here
        counting.forget_what_was_wanted()
        take([x_line(10, LOVED)])

        tracker.refresh_from_db()
        assert total(tracker) == 4
        assert selectors.state_of(tracker, now=NOW) == "capped"
        assert tracker.capped_until == NOW.replace(month=12, day=1, hour=0)


class TestDeletion:
    def test_takes_the_post_out_of_samples_and_raw_objects(self, alice):
        tracker = make_tracker(alice)
        take([x_line(1, LOVED), x_line(2, HATED)])

        take([deletion_line(1)], at=LATER)
        removed = services.raw_remove(now=LATER)

        posts = selectors.posts(tracker, period_last(DAY, now=NOW), selectors.Narrowing())
        assert [stored.mention.post.id for stored in posts] == ["replay:2"]
        assert (removed, raw_lines()) == (1, [x_line(2, HATED)])
        assert total(tracker) == 2  # numbers are no content

    def test_that_comes_before_the_post_keeps_it_out(self, alice):
        tracker = make_tracker(alice)
        take([deletion_line(1)])

        take([x_line(1, LOVED), x_line(2, HATED)], at=LATER)
        services.raw_remove(now=LATER)

        assert total(tracker) == 1
        assert raw_lines() == [x_line(2, HATED)]

    def test_is_honoured_by_the_next_consumer_when_one_died_right_after_it_counted(self, alice):
        tracker = make_tracker(alice)
        take([x_line(1, LOVED), x_line(2, HATED)])
        packet = packet_of([deletion_line(1), x_line(3, LOVED)], at=LATER)
        post_store().add(Batch(packet.id, "replay", LATER), now=LATER)  # and no line further

        services.packet_take(packet, now=LATER)
        services.raw_remove(now=LATER)

        posts = selectors.posts(tracker, period_last(DAY, now=NOW), selectors.Narrowing())
        assert [stored.mention.post.id for stored in posts] == ["replay:2"]
        assert raw_lines() == [x_line(2, HATED)]

    def test_removes_an_object_of_which_nothing_is_left(self, alice):
        make_tracker(alice)
        take([x_line(1, LOVED)])

        take([deletion_line(1)], at=LATER)
        services.raw_remove(now=LATER)

        assert list(storage().walk(raw.PREFIX)) == []
        assert not RawRemoval.objects.exists()


class TestRescoring:
    @pytest.fixture
    def tracker(self, alice):
        tracker = make_tracker(alice)
        take([x_line(1, LOVED), x_line(2, "meh 😡 coffee"), x_line(3, "tea")])
        return tracker

    def change(self, tracker, analyser, commits):
        with commits():
            changes = {"analyser": analyser}
            return services.tracker_change(owner=tracker.owner, tracker_id=tracker.pk, changes=changes, now=NOW)

    def test_scores_the_past_again(self, tracker, memory_queue, commits):
        Tracker.objects.update(created_at="2020-01-01T00:00:00Z")
        before = selectors.totals_of(tracker, period_last(DAY, now=NOW))
        self.change(tracker, "vader", commits)
        take([x_line(4, LOVED)], at=LATER)
        counting.forget_what_was_wanted()
        take([x_line(5, LOVED)], at=LATER)

        with commits():
            memory_queue.drain("posts")

        tracker = selectors.tracker_get(owner=tracker.owner, tracker_id=tracker.pk)
        after = selectors.totals_of(tracker, period_last(DAY, now=NOW))
        assert (before.negative, after.negative) == (0, 1)  # only VADER understands emoji
        assert after.total == 4
        assert selectors.current_track(tracker).analyser == "vader"
        assert Track.objects.count() == 1

    def test_is_given_up_when_the_analyser_is_changed_back(self, tracker, memory_queue, commits):
        self.change(tracker, "vader", commits)
        self.change(tracker, "textblob", commits)
        memory_queue.drain("posts")

        assert [track.analyser for track in Track.objects.all()] == ["textblob"]
        assert not Rescoring.objects.exists()

    def test_leaves_nothing_of_the_track_before(self, tracker, memory_queue, commits):
        old = tracker.tracks.get().pk
        self.change(tracker, "blend", commits)

        with commits():
            memory_queue.drain("posts")

        found = post_store().top(old, Kind.SOURCE, start=NOW - DAY, end=NOW + DAY, limit=1)
        assert found == []


class TestTrackerDelete:
    def test_forgets_what_was_counted(self, alice, commits):
        tracker = make_tracker(alice)
        track = tracker.tracks.get().pk
        take([x_line(1, LOVED)])

        with commits():
            services.tracker_delete(owner=alice, tracker_id=tracker.pk, now=NOW)
        take([x_line(2, LOVED)])  # by a consumer that does not know it yet
        services.posts_expire(now=NOW + timedelta(hours=1))

        assert post_store().top(track, Kind.SOURCE, start=NOW - DAY, end=NOW + DAY, limit=1) == []


class TestOwner:
    def test_takes_trackers_counts_and_posts_along(self, alice):
        make_tracker(alice)
        take([x_line(1, LOVED)])

        files = {file.path: b"".join(file.blocks) for file in services.owner_export(owner=alice, now=LATER)}

        assert set(files) == {"trackers.json", "coffee/counts.json", "coffee/posts.jsonl"}
        assert LOVED in files["coffee/posts.jsonl"].decode()

    def test_leaves_nothing_behind(self, alice, commits):
        track = make_tracker(alice).tracks.get().pk
        take([x_line(1, LOVED)])

        with commits():
            services.owner_forget(owner=alice, now=NOW)

        assert not Tracker.objects.exists()
        assert post_store().top(track, Kind.SOURCE, start=NOW - DAY, end=NOW + DAY, limit=1) == []


class TestDemo:
    def test_gives_something_to_look_at(self, alice, monkeypatch):
        monkeypatch.setattr("socialanalytics.services.demo.DEMO_POSTS", 400)

        trackers = services.demo_create(owner=alice, now=NOW)

        assert all(total(tracker) for tracker in trackers)
