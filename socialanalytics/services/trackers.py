"""Trackers are made, changed and deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from cloudapps.models import User
from cloudapps.problems import Invalid, TooMany
from socialanalytics import selectors
from socialanalytics.core.analysers import ANALYSERS
from socialanalytics.core.rules import RuleRefused
from socialanalytics.models import Track, Tracker
from socialanalytics.selectors.interests import narrowed
from socialanalytics.services.alerts import alerts_begin_anew
from socialanalytics.services.forgetting import tracks_forget
from socialanalytics.services.rescoring import rescoring_begin
from socialanalytics.sources import SOURCES

MOST_TRACKERS = 100
MEANING = {"keywords", "sources", "languages", "analyser", "paused"}  # what changes the numbers


class TrackerRefused(Invalid):
    """A tracker cannot be like this."""


class TooManyTrackers(TooMany):
    """The owner has as many trackers as one may have."""


def tracker_create(
    *,
    owner: User,
    name: str,
    keywords: Sequence[str],
    sources: Sequence[str],
    languages: Sequence[str] = (),
    analyser: str = "textblob",
    monthly_cap: int | None = None,
    now: datetime,
) -> Tracker:
    """
    Begin to follow keywords, from now on.

    :raises TrackerRefused: if a keyword is no rule, or something else is wrong.
    :raises TooManyTrackers: if there are too many already.
    """
    if Tracker.objects.filter(owner=owner).count() >= MOST_TRACKERS:
        raise TooManyTrackers(f"You have {MOST_TRACKERS} trackers. Delete one that you do not need.")
    tracker = Tracker(
        owner=owner,
        name=name,
        keywords=_distinct(keywords),
        sources=_distinct(sources),
        languages=_distinct(languages),
        analyser=analyser,
        monthly_cap=monthly_cap,
        created_at=now,
    )
    _check(tracker)
    with transaction.atomic():
        tracker.save(force_insert=True)
        tracker.tracks.create(analyser=analyser, state=Track.State.CURRENT, created_at=now)
    return tracker


def tracker_change(*, owner: User, tracker_id: UUID, changes: dict[str, Any], now: datetime) -> Tracker:
    """
    Change some of name, keywords, sources, languages, analyser, monthly_cap, paused.

    Keywords, sources and languages count from now on. Another analyser scores what is kept of the past again.

    :raises TrackerNotFound: if there is no such tracker.
    :raises TrackerRefused: if it cannot be like this.
    """
    with transaction.atomic():
        Tracker.objects.select_for_update().filter(pk=tracker_id).first()  # one change after the other
        tracker = selectors.tracker_get(owner=owner, tracker_id=tracker_id)
        was = tracker.analyser
        _take(tracker, changes, now=now)
        _check(tracker)
        tracker.save()
        if MEANING & changes.keys():
            alerts_begin_anew(tracker, now=now)
        if tracker.analyser != was:
            rescoring_begin(tracker, now=now)
    return selectors.tracker_get(owner=owner, tracker_id=tracker_id)


def tracker_delete(*, owner: User, tracker_id: UUID, now: datetime) -> None:
    """Delete a tracker with all that was counted for it. :raises TrackerNotFound:"""
    with transaction.atomic():
        trackers_drop([selectors.tracker_get(owner=owner, tracker_id=tracker_id)], now=now)


def trackers_drop(trackers: Sequence[Tracker], *, now: datetime) -> None:
    """Delete trackers; inside a transaction. What consumers count for them meanwhile is swept."""
    tracks = list(Track.objects.filter(tracker__in=trackers).values_list("pk", flat=True))
    tracks_forget(tracks, now=now)
    Tracker.objects.filter(pk__in=[tracker.pk for tracker in trackers]).delete()


def _take(tracker: Tracker, changes: dict[str, Any], *, now: datetime) -> None:
    for field in ("name", "analyser", "monthly_cap"):
        if field in changes:
            setattr(tracker, field, changes[field])
    for field in ("keywords", "sources", "languages"):
        if field in changes:
            setattr(tracker, field, _distinct(changes[field]))
    if "monthly_cap" in changes:
        tracker.capped_until = None
    if "paused" in changes:
        tracker.paused_at = (tracker.paused_at or now) if changes["paused"] else None


def _check(tracker: Tracker) -> None:
    for number, keyword in enumerate(tracker.keywords, start=1):
        _check_keyword(number, keyword, tracker)
    unknown = [name for name in tracker.sources if name not in SOURCES]
    if not tracker.keywords or not tracker.sources or unknown:
        raise TrackerRefused(f"Name at least one keyword, and sources among {', '.join(SOURCES)}.")
    if tracker.analyser not in ANALYSERS:
        raise TrackerRefused(f"There is no analyser {tracker.analyser}. Choose one of {', '.join(ANALYSERS)}.")


def _check_keyword(number: int, keyword: str, tracker: Tracker) -> None:
    try:
        rule = narrowed(keyword, tuple(tracker.languages))
        if "x" in tracker.sources:
            rule.for_x()
    except RuleRefused as error:
        raise TrackerRefused(f"Keyword {number}: {error}", keyword=number) from None


def _distinct(values: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(values))
