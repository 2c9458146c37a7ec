"""Another analyser goes over the past: a track is filled from the raw posts, then shown instead of the one before."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from cloudapps import jobs
from cloudapps.storage import ObjectNotFound, storage
from socialanalytics.core import raw
from socialanalytics.core.mentions import mentions_of
from socialanalytics.core.post import Batch, Mention, Post
from socialanalytics.models import Rescoring, Track, Tracker
from socialanalytics.selectors.interests import rules_of
from socialanalytics.services.forgetting import tracks_forget
from socialanalytics.sources import PARSERS
from socialanalytics.store import post_store

SLICE = timedelta(seconds=10)  # then it is the turn of posts that have just come

log = structlog.get_logger(__name__)


def rescoring_begin(tracker: Tracker, *, now: datetime) -> None:
    """Have a consumer fill a track by the tracker's analyser; inside a transaction. One under way is given up."""
    old = list(tracker.tracks.filter(state=Track.State.FILLING).values_list("pk", flat=True))
    tracks_forget(old, now=now)
    tracker.tracks.filter(pk__in=old).delete()
    if tracker.tracks.get(state=Track.State.CURRENT).analyser == tracker.analyser:
        return  # it was changed back before the other had come to its end
    track = tracker.tracks.create(analyser=tracker.analyser, state=Track.State.FILLING, created_at=now)
    rescoring = Rescoring.objects.create(
        owner=tracker.owner,
        track=track,
        created_at=now,
        enqueued_at=now,
        request_id=jobs.current_request_id(),
    )
    jobs.enqueue(rescoring)


def rescoring_run(*, rescoring_id: UUID, now: datetime) -> None:
    """
    Go on for a while, hour by hour of the raw posts, and change the tracks' places at the end.

    Hours that are read twice count once.

    :raises AlreadyClaimed: if another consumer holds it or it is finished.
    """
    with jobs.running(Rescoring, rescoring_id, now=now, failures=()) as rescoring, jobs.keep_alive(rescoring):
        if not rescoring.is_begun:
            hours = [hour for source in rescoring.track.tracker.sources for hour in _hours(source)]
            rescoring.renew(now=timezone.now(), hours=hours, hours_at_start=len(hours), is_begun=True)
        while rescoring.hours and timezone.now() < now + SLICE:
            _read_hour(rescoring, rescoring.hours[0])
            done = rescoring.hours_at_start - len(rescoring.hours) + 1
            progress = 100 * done // rescoring.hours_at_start
            rescoring.renew(now=timezone.now(), hours=rescoring.hours[1:], progress=progress)
        if rescoring.hours:
            jobs.park(rescoring, delay=timedelta(0), now=timezone.now())
        else:
            _show(rescoring)


def _hours(source: str) -> list[str]:
    """List the hours of which raw posts are kept, as `source/2026/11/24/13`."""
    keys = (info.key for info in storage().walk(f"{raw.PREFIX}/{source}/"))
    return sorted({key.removeprefix(f"{raw.PREFIX}/").rpartition("/")[0] for key in keys})


def _read_hour(rescoring: Rescoring, hour: str) -> None:
    source = hour.partition("/")[0]
    begun = rescoring.track.tracker.created_at
    for info in storage().walk(f"{raw.PREFIX}/{hour}/"):
        if info.modified_at < begun:
            continue  # others' posts, from before this tracker
        batch_id = f"{raw.batch_of(info.key)}:{rescoring.track_id}"
        mentions = list(_mentions(rescoring.track, source, info.key))
        batch = Batch(batch_id, f"{source}, again", received_at=info.modified_at, mentions=mentions)
        post_store().add(batch, now=timezone.now())


def _mentions(track: Track, source: str, key: str) -> Iterator[Mention]:
    parse, rules = PARSERS[source], rules_of(track.tracker)
    try:
        with storage().open(key) as body:
            lines = raw.decompress(body.read())
    except ObjectNotFound:
        return  # it was removed meanwhile
    for line in lines:
        post = parse(line)
        if isinstance(post, Post) and any(rule.matches(post) for rule in rules):
            yield from mentions_of(post, [(track.pk, track.analyser)])


def _show(rescoring: Rescoring) -> None:
    tracker, now = rescoring.track.tracker, timezone.now()
    with transaction.atomic():
        rescoring.succeed(now=now)
        old = tracker.tracks.get(state=Track.State.CURRENT)
        tracks_forget([old.pk], now=now)
        old.delete()
        tracker.tracks.filter(pk=rescoring.track_id).update(state=Track.State.CURRENT)
    log.info("rescored", tracker_id=str(tracker.pk), analyser=rescoring.track.analyser)
