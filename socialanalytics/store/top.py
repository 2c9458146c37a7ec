"""
The values with the most posts over many buckets, without adding up all values of all buckets.

The three phases of TPUT (Cao and Wang, "Efficient Top-K Query Calculation in Distributed Networks", 2004): the heads
of all buckets give a number of posts that the wanted values have at least; a value that is below its share of this
number in every bucket cannot be wanted; the few others are added up. What is given is exact.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

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


def top(tallies: Tallies, buckets: Sequence[int], limit: int) -> list[Tally]:
    """Give the values with the most posts over all buckets together, most first, ties by value."""
    if not buckets or limit < 1:
        return []
    seen = _Seen(limit * EXTRA)
    seen.add(tallies.heads(buckets, seen.depth))
    if seen.cut():
        shares = seen.shares(seen.least(limit), limit)
        deeper = {bucket: share for bucket, share in shares.items() if seen.last(bucket) >= share}
        if deeper:
            seen.add(tallies.at_least(deeper))
        wanted = seen.candidates(seen.least(limit), shares)
        seen = _Seen(limit)
        seen.add(tallies.of_values(buckets, wanted))
    return seen.tallies()[:limit]


@dataclass
class _Seen:
    """What has been read: bucket by bucket the posts and thousandths of its values."""

    depth: int  # a bucket that shows fewer values has no others
    buckets: dict[int, dict[str, tuple[int, int]]] = field(default_factory=dict)

    def add(self, rows: Iterable[Row]) -> None:
        """Take note of rows; one may come twice."""
        for bucket, value, posts, thousandths in rows:
            self.buckets.setdefault(bucket, {})[value] = (posts, thousandths)

    def cut(self) -> list[int]:
        """Name the buckets that may have more values."""
        return [bucket for bucket, values in self.buckets.items() if len(values) >= self.depth]

    def last(self, bucket: int) -> int:
        """Give the posts of the last value that is known of a bucket."""
        return min(posts for posts, _ in self.buckets[bucket].values())

    def sums(self) -> dict[str, int]:
        """Add up the posts of each value, as far as they are known."""
        sums: dict[str, int] = {}
        for values in self.buckets.values():
            for value, (posts, _) in values.items():
                sums[value] = sums.get(value, 0) + posts
        return sums

    def least(self, limit: int) -> int:
        """Give a number of posts which each of the wanted values reaches: that of the last by what is known."""
        best = sorted(self.sums().values(), reverse=True)[:limit]
        return best[-1]

    def shares(self, least: int, limit: int) -> dict[int, int]:
        """
        Divide what a wanted value has at least among the buckets that have more values.

        A value that has in each of them less than its share has fewer than `least` posts in all. Large buckets get
        large shares, in the proportion of their values at the limit, so that few are larger than their share.
        """
        weights = {}
        for bucket in self.cut():
            known = sorted((posts for posts, _ in self.buckets[bucket].values()), reverse=True)
            weights[bucket] = known[limit - 1]
        whole = sum(weights.values())
        return {bucket: (least - 1) * weight // whole + 1 for bucket, weight in weights.items()}

    def candidates(self, least: int, shares: Mapping[int, int]) -> set[str]:
        """Name the values that reach `least` if they have nearly their share wherever they have not been seen."""
        unseen = sum(shares.values()) - len(shares)
        missing = {value: least - unseen - posts for value, posts in self.sums().items()}
        for bucket, share in shares.items():
            for value in self.buckets[bucket]:
                missing[value] += share - 1
        return {value for value, posts in missing.items() if posts <= 0}

    def tallies(self) -> list[Tally]:
        """Add up, most posts first, ties by value."""
        sums: dict[str, tuple[int, int]] = {}
        for values in self.buckets.values():
            for value, (posts, thousandths) in values.items():
                before = sums.get(value, (0, 0))
                sums[value] = (before[0] + posts, before[1] + thousandths)
        found = [Tally(value, posts, thousandths) for value, (posts, thousandths) in sums.items()]
        return sorted(found, key=lambda tally: (-tally.posts, tally.value))
