"""The port to the post store: posts for a while, aggregates for good."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from socialanalytics.core.post import Batch, Kind, Mention, Mood


class Grain(StrEnum):
    """How finely posts are counted over time; a moment is the UTC start of a minute or of a quarter of an hour."""

    MINUTE = "minute"
    QUARTER = "quarter"


class WrongKey(ValueError):
    """The key names no place in the list of posts; begin without one."""


@dataclass(frozen=True, slots=True)
class Moment:
    """How many posts of a track were made in one minute or quarter of an hour, and how they felt."""

    at: datetime
    positive: int
    neutral: int
    negative: int
    thousandths: int  # the sum of the scores

    @property
    def total(self) -> int:
        """All posts of the moment."""
        return self.positive + self.neutral + self.negative


@dataclass(frozen=True, slots=True)
class Tally:
    """How many posts of a range count under a value, and the sum of their scores."""

    value: str
    posts: int
    thousandths: int


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A mention as it is kept, with the batch it came in (where its raw line lies)."""

    mention: Mention
    batch: str
    key: str  # sorts by time; what `before` of `posts` takes


@dataclass(frozen=True, slots=True)
class Applied:
    """A batch that has been counted."""

    id: str
    source: str
    posts: int  # mentions that were new
    received_at: datetime
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class Query:
    """
    Which posts of a track are meant: `start` <= made < `end`; every one of `terms`, and the mood, where named.
    """

    track: int
    start: datetime
    end: datetime
    terms: tuple[tuple[Kind, str], ...] = ()
    mood: Mood | None = None


class PostStore(Protocol):
    """
    Counts each post of a track once, whatever is delivered twice or dies half way.

    Days and hours of the top lists are those of UTC. All times are aware, in UTC.
    """

    def add(self, batch: Batch, *, now: datetime) -> int:
        """
        Keep the batch's posts and count those that are new, and return how many were.

        Exactly once in its effect: a batch that comes again, a post that came in another batch (even at the same
        time, by another consumer), a death at any line followed by another `add` of the same batch, all count each
        (track, post id) once. A post that was deleted before it came is not kept.
        """

    def applied(self, batch_ids: Collection[str]) -> set[str]:
        """Say which of the batches have been counted to the end (remembered for 15 days)."""

    def recent(self, *, since: datetime) -> list[Applied]:
        """List the batches that were counted since, oldest first; at most the newest thousand."""

    def delete(self, post_ids: Collection[str], *, now: datetime) -> dict[str, set[str]]:
        """
        Forget these posts for good, and any copy that still comes; give the ids by the batch in which each lay.

        What was counted stays counted: numbers are no content. A repeat gives the same again, so that a death before
        the batches' raw lines are cleaned loses none.
        """

    def deleted(self, post_ids: Collection[str]) -> set[str]:
        """Say which of the posts were deleted (remembered for 31 days)."""

    def series(self, track: int, grain: Grain, *, start: datetime, end: datetime) -> list[Moment]:
        """Give the moments with posts, `start` <= at < `end`, in order of time."""

    def top(self, track: int, kind: Kind, *, start: datetime, end: datetime, limit: int) -> list[Tally]:
        """
        Give the values with the most posts, most first, ties by value: exact over whole hours.

        The range is widened to whole hours; to whole days where it begins more than eight days before its end, or
        before the hours that are still kept (eight days back from `now` of the last `expire`).
        """

    def posts(self, query: Query, *, limit: int, before: str | None = None) -> list[StoredPost]:
        """
        Give the newest posts that the query means, newest first; with `before` those that come after the key's post.

        :raises WrongKey: if `before` is not a key.
        """

    def filtered(self, query: Query, *, scan: int) -> "Filtered":
        """Count those of the newest `scan` posts in the query's range that its terms and mood mean."""

    def forget(self, tracks: Collection[int]) -> None:
        """Remove all there is of these tracks; harmless to repeat."""

    def expire(self, *, posts_before: datetime, now: datetime) -> None:
        """Remove posts made before (their counts stay), hours older than eight days, batches older than fifteen."""

    def check(self) -> None:
        """Raise something that says what is wrong, if the store cannot be used."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """Counts made from the posts themselves: `scanned` of them were looked at, back to `since`."""

    scanned: int
    since: datetime | None  # the oldest post that was looked at; None where the whole range was
    moments: Sequence[Moment]  # by the minute
    tops: dict[Kind, list[Tally]]  # the 20 most of each kind
