"""Trackers, and what each has cost this month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from cloudapps.models import User
from cloudapps.paging import Page, page_by_id
from cloudapps.problems import NotFound
from socialanalytics.core.post import Kind
from socialanalytics.models import Track, Tracker
from socialanalytics.store import post_store

X_USD_PER_POST = Decimal("0.005")  # X API, pay per use, August 2026
State = Literal["live", "paused", "capped"]


class TrackerNotFound(NotFound):
    """There is no such tracker, or not for you."""


@dataclass(frozen=True)
class Usage:
    """What a tracker has taken in since the first of the month (UTC)."""

    posts: int
    posts_of_x: int

    @property
    def cost_usd(self) -> Decimal:
        """What X bills for its posts, if no other tracker wants them too."""
        return self.posts_of_x * X_USD_PER_POST


def tracker_list(*, owner: User, before: UUID | None = None) -> Page[Tracker]:
    """Give one page of the owner's trackers, newest first."""
    return page_by_id(_trackers(owner), before=before)


def tracker_get(*, owner: User, tracker_id: UUID) -> Tracker:
    """Give one of the owner's trackers. :raises TrackerNotFound:"""
    found = _trackers(owner).filter(pk=tracker_id).first()
    if found is None:
        raise TrackerNotFound("There is no such tracker.")
    return found


def trackers_named(*, owner: User, tracker_ids: Iterable[UUID]) -> list[Tracker]:
    """Give these of the owner's trackers, in the order in which they are named. :raises TrackerNotFound:"""
    return [tracker_get(owner=owner, tracker_id=tracker_id) for tracker_id in dict.fromkeys(tracker_ids)]


def current_track(tracker: Tracker) -> Track:
    """Give the track that the tracker shows."""
    return next(track for track in tracker.tracks.all() if track.state == Track.State.CURRENT)


def filling_track(tracker: Tracker) -> Track | None:
    """Give the track that is being filled with the scores of another analyser, if one is."""
    return next((track for track in tracker.tracks.all() if track.state == Track.State.FILLING), None)


def state_of(tracker: Tracker, *, now: datetime) -> State:
    """Say whether the tracker takes posts in."""
    if tracker.paused_at is not None:
        return "paused"
    return "capped" if tracker.capped_until is not None and tracker.capped_until > now else "live"


def usage_of(tracker: Tracker, *, now: datetime) -> Usage:
    """Count what the tracker has taken in this month."""
    tallies = post_store().top(
        current_track(tracker).pk, Kind.SOURCE, start=month_start(now), end=month_end(now), limit=10
    )
    return Usage(sum(tally.posts for tally in tallies), sum(t.posts for t in tallies if t.value == "x"))


def month_start(now: datetime) -> datetime:
    """Give the start of the month, in UTC as X counts it."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_end(now: datetime) -> datetime:
    """Give the start of the month after."""
    year, month = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
    return month_start(now).replace(year=year, month=month)


def _trackers(owner: User) -> "QuerySet[Tracker]":
    tracks = Prefetch("tracks", Track.objects.select_related("rescoring"))
    return Tracker.objects.filter(owner=owner).prefetch_related(tracks)
