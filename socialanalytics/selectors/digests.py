"""What a digest says of each tracker."""

from collections.abc import Sequence
from dataclasses import dataclass

from cloudapps.models import User
from socialanalytics.core.periods import Period
from socialanalytics.core.post import Kind, Mood
from socialanalytics.models import Digest, Tracker
from socialanalytics.selectors.summary import Narrowing, Totals, moments_of, posts, sum_of, top
from socialanalytics.selectors.trackers import current_track
from socialanalytics.store.port import Moment, StoredPost, Tally

MOST_SECTIONS = 20  # a mail that is longer nobody reads
MOST_TALLIES = 5
SAMPLE_SCAN = 200  # of the newest posts of a mood are looked at for the strongest


@dataclass(frozen=True)
class Section:
    """One tracker in a digest: its numbers, what it was about, and how the strongest posts sound."""

    tracker: Tracker
    totals: Totals
    before: Totals
    moments: Sequence[Moment]
    hashtags: Sequence[Tally]
    words: Sequence[Tally]
    best: StoredPost | None
    worst: StoredPost | None

    @property
    def change(self) -> str:
        """Say how much more or less was posted than in the period before."""
        if self.totals.total == self.before.total:
            return "as many as before"
        if not self.before.total:
            return "none before"
        percent = 100 * (self.totals.total - self.before.total) / self.before.total
        return f"{abs(percent):,.0f}\N{NO-BREAK SPACE}% {'more' if percent > 0 else 'fewer'} than before"

    @property
    def mood_change(self) -> str:
        """Say how the share of negative posts has moved; empty where one of the periods has no posts."""
        if not self.totals.total or not self.before.total:
            return ""
        now, before = self._negative(self.totals), self._negative(self.before)
        return f"{now:.0f}\N{NO-BREAK SPACE}% negative, {before:.0f}\N{NO-BREAK SPACE}% before"

    @property
    def in_words(self) -> str:
        """Say what the chart shows."""
        totals = self.totals
        return f"{totals.positive:,} positive, {totals.neutral:,} neutral, {totals.negative:,} negative."

    @staticmethod
    def _negative(totals: Totals) -> float:
        return 100 * totals.negative / totals.total


def trackers_all(*, owner: User) -> list[Tracker]:
    """List all of the owner's trackers, newest first; there are a hundred at most."""
    return list(Tracker.objects.filter(owner=owner).prefetch_related("tracks"))


def digest_trackers(digest: Digest) -> list[Tracker]:
    """List the trackers that the digest is about, newest first."""
    chosen = set(digest.trackers.values_list("pk", flat=True)) if digest.pk else set()
    return [tracker for tracker in trackers_all(owner=digest.owner) if not chosen or tracker.pk in chosen]


def digest_get(*, owner: User) -> Digest:
    """Give the owner's digest; one that was never set is not in the database, and off."""
    return Digest.objects.filter(owner=owner).first() or Digest(owner=owner)


def section_of(tracker: Tracker, period: Period) -> Section:
    """Sum a tracker up for a digest."""
    track = current_track(tracker).pk
    moments = moments_of(track, period)
    return Section(
        tracker=tracker,
        totals=sum_of(moments),
        before=sum_of(moments_of(track, period.before)),
        moments=moments,
        hashtags=top(track, Kind.HASHTAG, period, limit=MOST_TALLIES),
        words=top(track, Kind.WORD, period, limit=MOST_TALLIES),
        best=_strongest(tracker, period, Mood.POSITIVE),
        worst=_strongest(tracker, period, Mood.NEGATIVE),
    )


def _strongest(tracker: Tracker, period: Period, mood: Mood) -> StoredPost | None:
    found = posts(tracker, period, Narrowing(mood=mood), limit=SAMPLE_SCAN)
    return max(found, key=lambda stored: abs(stored.mention.score.thousandths), default=None)
