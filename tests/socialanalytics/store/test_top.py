"""The top lists over many buckets, beside adding up everything."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from socialanalytics.store.deltas import Values, add_values
from socialanalytics.store.port import Tally
from socialanalytics.store.top import Row, top

values = st.dictionaries(st.sampled_from("abcdefghijklmnopqrst"), st.tuples(st.integers(1, 12), st.integers(-50, 50)))
some_buckets = st.lists(values.map(lambda found: {value: list(counts) for value, counts in found.items()}), max_size=8)


class Buckets:
    """Buckets in memory, which notice how many rows are read."""

    def __init__(self, buckets: Sequence[Values]) -> None:
        self.buckets = buckets
        self.read = 0

    def rows(self, bucket: int, wanted: Iterable[str]) -> Iterator[Row]:
        for value in wanted:
            self.read += 1
            posts, thousandths = self.buckets[bucket][value]
            yield bucket, value, posts, thousandths

    def heads(self, buckets: Sequence[int], limit: int) -> Iterator[Row]:
        for name in buckets:
            yield from self.rows(name, sorted(self.buckets[name], key=lambda v: -self.buckets[name][v][0])[:limit])

    def at_least(self, posts: Mapping[int, int]) -> Iterator[Row]:
        for name, least in posts.items():
            yield from self.rows(name, [value for value, counts in self.buckets[name].items() if counts[0] >= least])

    def of_values(self, buckets: Sequence[int], values: Collection[str]) -> Iterator[Row]:
        for name in buckets:
            yield from self.rows(name, [value for value in values if value in self.buckets[name]])


def naive(found: Iterable[Values], limit: int) -> list[Tally]:
    sums: Values = {}
    for each in found:
        add_values(sums, each)
    tallies = [Tally(value, posts, thousandths) for value, (posts, thousandths) in sums.items()]
    return sorted(tallies, key=lambda tally: (-tally.posts, tally.value))[:limit]


@settings(max_examples=400)
@given(found=some_buckets, beside=some_buckets.map(lambda each: each[0] if each else {}), limit=st.integers(1, 6))
def test_is_what_adding_up_everything_gives(found: list[Values], beside: Values, limit: int) -> None:
    numbers = range(len(found))

    expected = naive([*found, beside], limit) if found else []
    assert top(Buckets(found), numbers, limit, beside) == expected


def test_reads_few_rows_where_few_values_are_frequent() -> None:
    day: Values = {f"w{rank}": [100_000 // rank, 0] for rank in range(1, 5001)}
    days = Buckets([day] * 30)

    assert [tally.value for tally in top(days, range(30), 10)] == [f"w{rank}" for rank in range(1, 11)]
    assert days.read < 3000, "of 150,000"


def test_is_empty_where_nothing_is_asked_for() -> None:
    assert top(Buckets([]), [], 5) == []
    assert top(Buckets([{"a": [1, 0]}]), [0], 0) == []
