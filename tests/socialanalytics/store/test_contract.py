"""What every post store must do."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialanalytics.core.post import Kind, Mention, Mood
from socialanalytics.store.port import Grain, PostStore, Query, WrongKey
from tests.socialanalytics.store.conftest import Death, Dying
from tests.socialanalytics.store.mentions import LATER, NOON, batch, mention, naive_moment, naive_top
from tests.threads import at_once

pytestmark = pytest.mark.django_db

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
START, END = NOON - DAY, NOON + DAY
LONG_AGO = NOON - 1000 * DAY

CASES = ["a", "a ", " a", "A", "é", "e", "É", "e\u0301", "ß", "ss", "ﬀ", "ff"]
SIGNS = ["🎉", "🎊", "👩‍💻", "%", "_", "a%", "a_", "'", '"', "\\", "a\nb", ";--", "\x01", "$x", "a.b", "1a", "4a"]
ODD = CASES + SIGNS


def whole_day(*terms: tuple[Kind, str], track: int = 1, mood: Mood | None = None) -> Query:
    return Query(track, START, END, terms, mood)


def ids(store: PostStore, query: Query) -> list[str]:
    return [found.mention.post.id for found in store.posts(query, limit=100)]


def words(store: PostStore, *, track: int = 1, limit: int = 100) -> list[tuple[str, int]]:
    tallies = store.top(track, Kind.WORD, start=START, end=END, limit=limit)
    return [(tally.value, tally.posts) for tally in tallies]


def assert_counted_once(store: PostStore, mentions: Sequence[Mention]) -> None:
    """Have all these, of one track and made at noon, been counted once, and nothing else?"""
    track = mentions[0].track
    for grain in Grain:
        assert store.series(track, grain, start=START, end=END) == [naive_moment(NOON, mentions)]
    for start, end in ((NOON - HOUR, NOON + 2 * HOUR), (START, END)):
        for kind in Kind:
            assert store.top(track, kind, start=start, end=end, limit=50) == naive_top(mentions, kind)
    assert sorted(ids(store, whole_day(track=track))) == sorted(found.post.id for found in mentions)


class TestAdd:
    def test_counts_each_post_under_all_it_names(self, store: PostStore) -> None:
        mentions = [mention(number, "moon", f"w{number % 4}") for number in range(10)]

        assert store.add(batch(*mentions), now=NOON) == 10

        assert_counted_once(store, mentions)

    def test_counts_a_batch_that_comes_again_once(self, store: PostStore) -> None:
        mentions = [mention(number, "moon") for number in range(3)]
        store.add(batch(*mentions), now=NOON)

        assert store.add(batch(*mentions), now=LATER) == 0

        assert_counted_once(store, mentions)

    def test_counts_a_post_that_comes_in_two_batches_once(self, store: PostStore) -> None:
        mentions = [mention(number, "moon", f"w{number}") for number in range(6)]
        store.add(batch(*mentions[:4], name="a"), now=NOON)

        assert store.add(batch(*mentions[2:], name="b"), now=LATER) == 2

        assert_counted_once(store, mentions)

    def test_counts_a_post_that_comes_twice_in_a_batch_once(self, store: PostStore) -> None:
        assert store.add(batch(mention(1, "moon"), mention(1, "moon")), now=NOON) == 1

        assert_counted_once(store, [mention(1, "moon")])

    def test_counts_a_post_for_each_track(self, store: PostStore) -> None:
        assert store.add(batch(mention(1, "moon", track=1), mention(1, "moon", track=2)), now=NOON) == 2

        for track in (1, 2):
            assert_counted_once(store, [mention(1, "moon", track=track)])

    def test_adds_to_what_was_counted_before(self, store: PostStore) -> None:
        mentions = [mention(number, "moon", f"w{number % 5}") for number in range(40)]
        for number in range(0, 40, 10):
            store.add(batch(*mentions[number : number + 10], name=f"b{number}"), now=NOON)

        assert_counted_once(store, mentions)

    def test_takes_an_empty_batch(self, store: PostStore) -> None:
        assert store.add(batch(name="a"), now=NOON) == 0

        assert store.applied(["a"]) == {"a"}

    @pytest.mark.parametrize("year", [1, 1969, 9998])
    def test_takes_posts_of_any_time(self, store: PostStore, year: int) -> None:
        at = datetime(year, 6, 1, tzinfo=NOON.tzinfo)
        store.add(batch(mention(1, "moon", at=at)), now=NOON)

        assert [found.posts for found in store.top(1, Kind.WORD, start=at, end=at + DAY, limit=5)] == [1]
        assert [found.at for found in store.series(1, Grain.MINUTE, start=at, end=at + DAY)] == [at]
        assert [found.mention.post.created_at for found in store.posts(Query(1, at, at + DAY), limit=5)] == [at]

    def test_never_takes_one_value_for_another(self, store: PostStore) -> None:
        mentions = [mention(number, *ODD[: number + 1]) for number in range(len(ODD))]
        store.add(batch(*mentions[::2], name="a"), now=NOON)
        store.add(batch(*mentions[1::2], name="b"), now=NOON)

        assert_counted_once(store, mentions)

    def test_never_takes_one_id_for_another(self, store: PostStore) -> None:
        names = ["b", "B", "b ", "é", "e"]
        for name in names:
            found = mention(1, "moon")
            store.add(batch(replace(found, post=replace(found.post, id=name)), name=name), now=NOON)

        assert sorted(ids(store, whole_day())) == sorted(names)
        assert store.applied(["b", "B", "b  ", "E"]) == {"b", "B"}


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_counts_a_batch_once(self, store: PostStore) -> None:
        mentions = [mention(number, "moon", f"w{number % 7}") for number in range(30)]

        def add() -> int:
            return store.add(batch(*mentions), now=NOON)

        done = at_once(add, add, add)

        assert sum(done) <= 30
        assert_counted_once(store, mentions)

    def test_counts_batches_that_overlap_once(self, store: PostStore) -> None:
        mentions = [mention(number, "moon", f"w{number % 7}") for number in range(40)]

        def adding(name: str, first: int, *, reverse: bool) -> object:
            part = sorted(mentions[first : first + 25], key=lambda each: each.post.id, reverse=reverse)
            return lambda: store.add(batch(*part, name=name), now=NOON)

        done = at_once(adding("a", 0, reverse=False), adding("b", 15, reverse=True))  # type: ignore[arg-type]

        assert sum(done) == 40
        assert_counted_once(store, mentions)

    def test_keeps_nothing_of_a_post_that_is_deleted_meanwhile(self, store: PostStore) -> None:
        mentions = [mention(number, "moon") for number in range(20)]
        names = [found.post.id for found in mentions]

        done = at_once(lambda: store.add(batch(*mentions), now=NOON), lambda: store.delete(names, now=NOON))

        assert not any(isinstance(found, Exception) for found in done), done
        assert ids(store, whole_day()) == []


class TestADeath:
    @pytest.mark.parametrize("overlap", [False, True])
    def test_at_any_line_of_add_changes_nothing(self, store: PostStore, dying: Dying, overlap: bool) -> None:
        for track in range(1, 100):
            mentions = [mention(number, "moon", f"w{number % 3}", track=track) for number in range(8)]
            if overlap:
                store.add(batch(*mentions[:3], name=f"before {track}"), now=NOON)
            alive = False
            with suppress(Death), dying(track):
                store.add(batch(*mentions, name=f"b{track}"), now=NOON)
                alive = True
            store.add(batch(mention(9, "moon", track=track), name=f"between {track}"), now=NOON)
            store.add(batch(*mentions, name=f"b{track}"), now=LATER)

            assert_counted_once(store, [*mentions, mention(9, "moon", track=track)])
            assert store.applied([f"b{track}"]) == {f"b{track}"}
            if alive:
                assert track > 5
                return
        pytest.fail("it never came to an end")

    def test_at_any_line_of_delete_loses_no_batch(self, store: PostStore, dying: Dying) -> None:
        for number in range(1, 100):
            store.add(batch(mention(number, "moon"), name=f"b{number}"), now=NOON)
            alive = False
            with suppress(Death), dying(number):
                store.delete([f"test:{number}"], now=NOON)
                alive = True

            assert store.delete([f"test:{number}"], now=LATER) == {f"b{number}": {f"test:{number}"}}
            assert ids(store, whole_day()) == []
            if alive:
                assert number > 3
                return
        pytest.fail("it never came to an end")


class TestBatches:
    def test_say_when_they_are_counted(self, store: PostStore) -> None:
        assert store.applied(["a", "b"]) == set()

        store.add(batch(mention(1), name="a"), now=NOON)

        assert store.applied(["a", "b"]) == {"a"}
        assert store.applied([]) == set()

    def test_are_listed_from_the_oldest_on(self, store: PostStore) -> None:
        for minute in range(4):
            now = NOON + minute * MINUTE
            store.add(batch(mention(minute), mention(minute + 1), name=f"b{minute}"), now=now)

        found = store.recent(since=NOON + MINUTE)

        assert [(each.id, each.posts, each.applied_at) for each in found] == [
            (f"b{minute}", 1, NOON + minute * MINUTE) for minute in (1, 2, 3)
        ]
        assert {(each.source, each.received_at) for each in found} == {("test", NOON)}


class TestDelete:
    def test_removes_the_posts_and_says_where_they_lay(self, store: PostStore) -> None:
        store.add(batch(mention(1), mention(2), mention(3), name="a"), now=NOON)
        store.add(batch(mention(1, track=2), mention(4), name="b"), now=NOON)

        found = store.delete(["test:1", "test:4", "test:9"], now=LATER)

        assert found == {"a": {"test:1"}, "b": {"test:1", "test:4"}}
        assert sorted(ids(store, whole_day())) == ["test:2", "test:3"]
        assert ids(store, whole_day(track=2)) == []

    def test_leaves_what_was_counted(self, store: PostStore) -> None:
        mentions = [mention(1, "moon"), mention(2, "moon")]
        store.add(batch(*mentions), now=NOON)

        store.delete(["test:1"], now=LATER)

        assert words(store) == [("moon", 2)]
        assert store.series(1, Grain.MINUTE, start=START, end=END) == [naive_moment(NOON, mentions)]

    def test_is_remembered(self, store: PostStore) -> None:
        store.delete(["test:1", "test:2"], now=LATER)

        assert store.deleted(["test:2", "test:3"]) == {"test:2"}

    def test_refuses_copies_that_still_come(self, store: PostStore) -> None:
        store.delete(["test:1", "test:2"], now=NOON)

        assert store.add(batch(mention(1, "moon"), mention(3, "sun")), now=LATER) == 1

        assert ids(store, whole_day()) == ["test:3"]
        assert words(store) == [("sun", 1)]

    def test_counts_a_post_that_was_counted_no_second_time(self, store: PostStore) -> None:
        store.add(batch(mention(1, "moon"), name="a"), now=NOON)
        store.delete(["test:1"], now=NOON)

        assert store.add(batch(mention(1, "moon"), name="b"), now=LATER) == 0
        assert words(store) == [("moon", 1)]

    def test_does_nothing_without_ids(self, store: PostStore) -> None:
        assert store.delete([], now=NOON) == {}

    def test_is_remembered_for_a_month(self, store: PostStore) -> None:
        store.delete(["test:1"], now=NOON)
        store.expire(posts_before=LONG_AGO, now=NOON + 30 * DAY)

        assert store.add(batch(mention(1)), now=NOON + 30 * DAY) == 0


class TestSeries:
    def test_counts_moods_by_minute_and_quarter(self, store: PostStore) -> None:
        times = [NOON, NOON + timedelta(milliseconds=59_999), NOON + MINUTE, NOON + 15 * MINUTE, NOON - MINUTE]
        mentions = [mention(number, at=at) for number, at in enumerate(times)]
        store.add(batch(*mentions), now=NOON)

        assert store.series(1, Grain.MINUTE, start=START, end=END) == [
            naive_moment(NOON - MINUTE, mentions[4:]),
            naive_moment(NOON, mentions[:2]),
            naive_moment(NOON + MINUTE, mentions[2:3]),
            naive_moment(NOON + 15 * MINUTE, mentions[3:4]),
        ]
        assert store.series(1, Grain.QUARTER, start=START, end=END) == [
            naive_moment(NOON - 15 * MINUTE, mentions[4:]),
            naive_moment(NOON, mentions[:3]),
            naive_moment(NOON + 15 * MINUTE, mentions[3:4]),
        ]

    def test_begins_at_its_start_and_stops_before_its_end(self, store: PostStore) -> None:
        store.add(batch(*(mention(number, at=NOON + number * MINUTE) for number in range(5))), now=NOON)

        found = store.series(1, Grain.MINUTE, start=NOON + MINUTE, end=NOON + 3 * MINUTE)
        later = store.series(1, Grain.MINUTE, start=NOON + timedelta(seconds=1), end=NOON + timedelta(seconds=61))

        assert [each.at for each in found] == [NOON + MINUTE, NOON + 2 * MINUTE]
        assert [each.at for each in later] == [NOON + MINUTE]


class TestTop:
    def test_gives_the_most_first_and_ties_by_value(self, store: PostStore) -> None:
        mentions = [mention(number, *"abcdef"[number % 3 :]) for number in range(9)]
        store.add(batch(*mentions), now=NOON)

        assert words(store, limit=4) == [("c", 9), ("d", 9), ("e", 9), ("f", 9)]
        assert words(store, limit=5)[4:] == [("b", 6)]

    def test_keeps_kinds_and_tracks_apart(self, store: PostStore) -> None:
        store.add(batch(mention(1, "x"), mention(2, "x", kind=Kind.HASHTAG), mention(3, "x", track=2)), now=NOON)

        for track, kind in ((1, Kind.WORD), (1, Kind.HASHTAG), (2, Kind.WORD)):
            assert [found.posts for found in store.top(track, kind, start=START, end=END, limit=5)] == [1]

    def test_widens_to_whole_hours(self, store: PostStore) -> None:
        times = [NOON - MINUTE, NOON, NOON + 59 * MINUTE, NOON + HOUR]
        store.add(batch(*(mention(n, f"w{n}", at=at) for n, at in enumerate(times))), now=NOON)

        found = store.top(1, Kind.WORD, start=NOON + MINUTE, end=NOON + 2 * MINUTE, limit=9)

        assert [each.value for each in found] == ["w1", "w2"]

    def test_widens_a_long_range_to_whole_days(self, store: PostStore) -> None:
        midnight = NOON.replace(hour=0)
        times = [midnight - MINUTE, midnight, midnight + 8 * DAY, midnight + 9 * DAY - MINUTE, midnight + 9 * DAY]
        store.add(batch(*(mention(n, f"w{n}", at=at) for n, at in enumerate(times))), now=NOON)

        exactly = store.top(1, Kind.WORD, start=NOON, end=NOON + 8 * DAY, limit=9)
        longer = store.top(1, Kind.WORD, start=NOON, end=NOON + 8 * DAY + MINUTE, limit=9)

        assert [each.value for each in exactly] == ["w2"]
        assert [each.value for each in longer] == ["w1", "w2", "w3"]

    def test_gives_nothing_of_an_empty_range(self, store: PostStore) -> None:
        store.add(batch(mention(1, "moon")), now=NOON)

        assert store.top(1, Kind.WORD, start=NOON, end=NOON, limit=9) == []
        assert store.top(1, Kind.WORD, start=NOON, end=NOON - DAY, limit=9) == []
        assert store.top(1, Kind.WORD, start=NOON + DAY, end=NOON + 2 * DAY, limit=9) == []

    numbers = count()  # a batch of one name is counted once, though its track was forgotten

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_is_that_of_a_naive_count(self, store: PostStore, data: st.DataObject) -> None:
        track = data.draw(st.integers(1, 10**6), "track")
        store.forget([track])
        hours = st.integers(0, 24 * 12)
        drawn = data.draw(st.lists(st.tuples(hours, st.sets(st.sampled_from("abcdefgh"))), max_size=60))
        mentions = [
            mention(number, *sorted(values), track=track, at=NOON + hour * HOUR)
            for number, (hour, values) in enumerate(drawn)
        ]
        store.add(batch(*mentions, name=f"b{next(self.numbers)}"), now=NOON)
        first, length = data.draw(hours), data.draw(st.integers(1, 24 * 8))
        limit = data.draw(st.integers(1, 4))

        start, end = NOON + first * HOUR, NOON + (first + length) * HOUR
        inside = [found for found in mentions if start <= found.post.created_at < end]
        assert store.top(track, Kind.WORD, start=start, end=end, limit=limit) == naive_top(inside, Kind.WORD)[:limit]


class TestPosts:
    def test_come_back_as_they_were(self, store: PostStore) -> None:
        odd = mention(1, "moon", at=NOON + timedelta(milliseconds=1))
        post = replace(
            odd.post, text='"🎉" \\ é\n\x01', links=("https://x.test/?a=1&b=é", "y"), author="", language="und"
        )
        given_ = replace(odd, post=post, terms=((Kind.LINK, "x.test/é"), *odd.terms))
        store.add(batch(given_, name="a"), now=NOON)

        [found] = store.posts(whole_day(), limit=5)

        assert found.mention == given_
        assert found.batch == "a"

    def test_are_paged_from_the_newest_on(self, store: PostStore) -> None:
        mentions = [mention(number, at=NOON + (number // 4) * MINUTE) for number in range(11)]
        store.add(batch(*mentions[::2], name="a"), now=NOON)
        store.add(batch(*mentions[1::2], name="b"), now=NOON)

        seen, before = [], None
        while page := store.posts(whole_day(), limit=3, before=before):
            seen += page
            before = page[-1].key

        times = [found.mention.post.created_at for found in seen]
        assert times == sorted(times, reverse=True)
        assert sorted(found.mention.post.id for found in seen) == sorted(found.post.id for found in mentions)
        assert len(seen) == 11

    @pytest.mark.parametrize("key", ["x", "1", "1.", ".1", "1.x.y", "9" * 40 + ".1", "'", "\0"])
    def test_refuse_a_key_that_is_none(self, store: PostStore, key: str) -> None:
        with pytest.raises(WrongKey):
            store.posts(whole_day(), limit=3, before=key)

    def test_are_those_of_the_range(self, store: PostStore) -> None:
        store.add(batch(*(mention(number, at=NOON + number * MINUTE) for number in range(4))), now=NOON)

        assert ids(store, Query(1, NOON + MINUTE, NOON + 3 * MINUTE)) == ["test:2", "test:1"]

    def test_have_every_term_and_the_mood(self, store: PostStore) -> None:
        mentions = [
            mention(1, "moon", "sun", mood=Mood.POSITIVE),
            mention(2, "moon", mood=Mood.NEGATIVE),
            mention(3, "sun", kind=Kind.HASHTAG, mood=Mood.POSITIVE),
        ]
        store.add(batch(*mentions), now=NOON)

        assert ids(store, whole_day((Kind.WORD, "sun"))) == ["test:1"]
        assert sorted(ids(store, whole_day((Kind.WORD, "moon")))) == ["test:1", "test:2"]
        assert ids(store, whole_day((Kind.WORD, "moon"), mood=Mood.NEGATIVE)) == ["test:2"]
        assert ids(store, whole_day((Kind.WORD, "moon"), (Kind.WORD, "sun"))) == ["test:1"]
        assert ids(store, whole_day((Kind.WORD, "moon"), (Kind.HASHTAG, "sun"))) == []
        assert sorted(ids(store, whole_day(mood=Mood.POSITIVE))) == ["test:1", "test:3"]

    def test_are_found_by_whole_terms_letter_by_letter(self, store: PostStore) -> None:
        store.add(batch(*(mention(number, value) for number, value in enumerate(ODD))), now=NOON)

        for number, value in enumerate(ODD):
            assert ids(store, whole_day((Kind.WORD, value))) == [f"test:{number}"]


class TestFiltered:
    def test_counts_what_is_meant(self, store: PostStore) -> None:
        mentions = [mention(number, "moon", *"ab"[number % 2 :], at=NOON + number * MINUTE) for number in range(8)]
        store.add(batch(*mentions), now=NOON)

        found = store.filtered(whole_day((Kind.WORD, "a")), scan=100)

        meant = mentions[::2]
        assert (found.scanned, found.since) == (8, None)
        assert list(found.moments) == [naive_moment(each.post.created_at, [each]) for each in meant]
        for kind in Kind:
            assert found.tops[kind] == naive_top(meant, kind)

    def test_looks_at_the_newest_only(self, store: PostStore) -> None:
        mentions = [mention(number, "moon", at=NOON + number * MINUTE) for number in range(8)]
        store.add(batch(*mentions), now=NOON)

        found = store.filtered(whole_day((Kind.WORD, "moon")), scan=3)

        assert (found.scanned, found.since) == (3, NOON + 5 * MINUTE)
        assert [each.at for each in found.moments] == [NOON + number * MINUTE for number in (5, 6, 7)]

    def test_says_when_it_has_looked_at_all(self, store: PostStore) -> None:
        store.add(batch(*(mention(number) for number in range(4))), now=NOON)

        assert store.filtered(whole_day(), scan=4).since is None
        assert store.filtered(whole_day(), scan=3).since == NOON
        assert store.filtered(whole_day(track=2), scan=3).scanned == 0

    def test_gives_twenty_of_each_kind(self, store: PostStore) -> None:
        mentions = [mention(number, *(f"w{other:02}" for other in range(number))) for number in range(25)]
        store.add(batch(*mentions), now=NOON)

        found = store.filtered(whole_day(mood=Mood.NEUTRAL), scan=100)

        meant = [each for each in mentions if each.score.mood is Mood.NEUTRAL]
        assert found.tops[Kind.WORD] == naive_top(meant, Kind.WORD)[:20]
        assert found.tops[Kind.EMOJI] == []


class TestForget:
    def test_removes_all_of_the_tracks(self, store: PostStore) -> None:
        for track in (1, 2, 3):
            store.add(batch(mention(track, "moon", track=track), name=f"b{track}"), now=NOON)

        for _ in range(2):
            store.forget([1, 3, 99])

        for track in (1, 3):
            assert ids(store, whole_day(track=track)) == []
            assert words(store, track=track) == []
            assert store.series(track, Grain.MINUTE, start=START, end=END) == []
        assert_counted_once(store, [mention(2, "moon", track=2)])

    def test_lets_a_track_begin_anew(self, store: PostStore) -> None:
        store.add(batch(mention(1, "moon"), name="a"), now=NOON)
        store.forget([1])

        store.add(batch(mention(1, "moon"), name="b"), now=NOON)

        assert_counted_once(store, [mention(1, "moon")])


class TestExpire:
    def test_removes_old_posts_and_keeps_their_counts(self, store: PostStore) -> None:
        for track in (1, 7):
            times = (NOON - MINUTE, NOON)
            store.add(
                batch(*(mention(n, "moon", track=track, at=at) for n, at in enumerate(times)), name=f"{track}"),
                now=NOON,
            )

        store.expire(posts_before=NOON, now=NOON)

        for track in (1, 7):
            assert ids(store, whole_day(track=track)) == ["test:1"]
            assert words(store, track=track) == [("moon", 2)]
            assert len(store.series(track, Grain.MINUTE, start=START, end=END)) == 2

    def test_leaves_days_where_hours_are_gone(self, store: PostStore) -> None:
        store.add(batch(mention(1, "noon"), mention(2, "eve", at=NOON + 6 * HOUR)), now=NOON)

        def top_of_noon() -> list[str]:
            return [found.value for found in store.top(1, Kind.WORD, start=NOON, end=NOON + HOUR, limit=5)]

        store.expire(posts_before=LONG_AGO, now=NOON + 8 * DAY)
        assert top_of_noon() == ["noon"]

        store.expire(posts_before=LONG_AGO, now=NOON + 8 * DAY + HOUR)
        assert top_of_noon() == ["eve", "noon"]

        store.expire(posts_before=LONG_AGO, now=NOON)  # a clock that went wrong brings no hours back
        assert top_of_noon() == ["eve", "noon"]

    def test_forgets_batches_after_fifteen_days(self, store: PostStore) -> None:
        store.add(batch(mention(1), name="a"), now=NOON)

        store.expire(posts_before=LONG_AGO, now=NOON + 15 * DAY)
        assert store.applied(["a"]) == {"a"}

        store.expire(posts_before=LONG_AGO, now=NOON + 15 * DAY + MINUTE)
        assert store.applied(["a"]) == set()
        assert store.add(batch(mention(1), name="a"), now=NOON + 16 * DAY) == 0

    def test_takes_an_empty_store(self, store: PostStore) -> None:
        store.expire(posts_before=NOON, now=NOON)


def test_a_store_that_works_says_nothing(store: PostStore) -> None:
    store.check()
