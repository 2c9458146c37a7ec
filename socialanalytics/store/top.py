"""
The values with the most posts over many buckets, without adding up all values of all buckets.

The three phases of TPUT (Cao and Wang, "Efficient Top-K Query Calculation in Distributed Networks", 2004): the heads
of all buckets give a number of posts that the wanted values have at least; a value that is below its share of this
number in every bucket cannot be wanted; the few others are added up. What is given is exact.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import nsmallest
from typing import Protocol

from socialanalytics.store.deltas import Values, add_values
from socialanalytics.store.port import Tally

Row = tuple[int, str, int, int]  # bucket, value, posts, thousandths

EXTRA = 2  # heads are read this many times as deep as is asked for: cheaper than to come again


class Tallies(Protocol):
    """What an adapter must be able to read."""

    def heads(self, buckets: Sequence[int], limit: int) -> Iterable[Row]:
        """Give up to `limit` values of each bucket, those with the most posts, in any order."""

    def at_least(self, posts: Mapping[int, int]) -> Iterable[Row]:
        """Give all values of these buckets that have at least so many posts there."""

    def of_values(self, buckets: Sequence[int], values: Collection[str]) -> Iterable[Row]:
        """Give what there is of these values in these buckets."""


def top(tallies: Tallies, buckets: Sequence[int], limit: int, beside: Values | None = None) -> list[Tally]:
    """
    Give the values with the most posts over all buckets together, most first, ties by value.

    `beside`: posts and thousandths by value, all of them, to be added to those of the buckets.
    """
    if not buckets or limit < 1:
        return []
    seen = _Seen(limit * EXTRA, beside or {})
    seen.add(tallies.heads(buckets, seen.depth))
    cut = seen.cut()
    if cut:
        shares = seen.shares(limit)
        if deeper := {bucket: shares[bucket] for bucket in cut if seen.last(bucket) >= shares[bucket]}:
            seen.add(tallies.at_least(deeper))
        wanted = seen.candidates(limit, shares, cut)
        if unsure := [value for value in wanted if any(value not in seen.buckets[bucket] for bucket in cut)]:
            seen.add(tallies.of_values(cut, unsure))
        return seen.top(limit, wanted)
    return seen.top(limit, None)


BESIDE = -1


class _Seen:
    """What has been read: bucket by bucket the posts and thousandths of its values."""

    def __init__(self, depth: int, beside: Values) -> None:
        self.depth = depth  # a bucket that shows fewer values has no others
        self.buckets: dict[int, Values] = {BESIDE: beside} if beside else {}
        self.sums: Values = {value: [*counts] for value, counts in beside.items()}  # what is known of each value

    def add(self, rows: Iterable[Row]) -> None:
        """Take note of rows; one may come twice."""
        for bucket, value, posts, thousandths in rows:
            known = self.buckets.setdefault(bucket, {})
            if value not in known:
                known[value] = [posts, thousandths]
                add_values(self.sums, {value: known[value]})

    def cut(self) -> list[int]:
        """Name the buckets that may have more values than those that were read."""
        return [name for name, values in self.buckets.items() if name != BESIDE and len(values) >= self.depth]

    def last(self, bucket: int) -> int:
        """Give the posts of the last value that was read of a bucket."""
        return min(posts for posts, _ in self.buckets[bucket].values())

    def shares(self, limit: int) -> dict[int, int]:
        """
        Divide what a wanted value has at least among the buckets.

        A value that has in each of them less than its share has too few posts in all. Large buckets get large shares,
        in the proportion of their values at the limit, so that few values are larger than their share.
        """
        least = _least(self.sums, limit)
        weights = {
            name: sorted((posts for posts, _ in values.values()), reverse=True)[:limit][-1]
            for name, values in self.buckets.items()
        }
        whole = sum(weights.values())
        return {name: (least - 1) * weight // whole + 1 for name, weight in weights.items()}

    def candidates(self, limit: int, shares: Mapping[int, int], cut: Collection[int]) -> set[str]:
        """Name the values that have their share somewhere, and enough posts if nearly so wherever none were seen."""
        sums, least = self.sums, _least(self.sums, limit)
        unseen = {name: shares[name] - 1 for name in cut}
        most = sum(unseen.values())
        found: set[str] = set()
        for name, values in self.buckets.items():
            found.update(value for value, (posts, _) in values.items() if posts >= shares[name])
        return {
            value
            for value in found
            if sums[value][0] + most - sum(unseen[name] for name in cut if value in self.buckets[name]) >= least
        }

    def top(self, limit: int, among: Collection[str] | None) -> list[Tally]:
        """Give the values with the most posts as far as they are known, ties by value; all values, or some."""
        sums = self.sums
        best = nsmallest(limit, sums if among is None else among, key=lambda value: (-sums[value][0], value))
        return [Tally(value, *sums[value]) for value in best]


def _least(sums: Values, limit: int) -> int:
    """Give a number of posts which each of the wanted values reaches: that of the last by what is known."""
    return sorted((posts for posts, _ in sums.values()), reverse=True)[:limit][-1]
