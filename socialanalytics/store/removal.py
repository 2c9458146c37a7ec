"""What leaves the post store in the Django database: deleted posts, old ones, and tracks nobody follows any more."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet

from cloudapps.writers import write_in_turn
from socialanalytics.models import (
    StoredBatch,
    StoredDeletion,
    StoredDelta,
    StoredMark,
    StoredMention,
    StoredMoment,
    StoredTally,
)
from socialanalytics.store.buckets import LONGEST_BY_HOURS, hour_of, of_track, old_hours, track_of
from socialanalytics.store.deltas import MINUTES
from socialanalytics.store.rows import milliseconds

PART = 2000  # rows that leave in one transaction, at least: others want to write too
BATCHES_FOR, DELETIONS_FOR = timedelta(days=15), timedelta(days=31)


def delete(post_ids: Sequence[bytes], *, now: datetime) -> dict[bytes, set[bytes]]:
    """Refuse these posts from now on, remove them, and give the batches in which each lay."""
    with write_in_turn():  # seen by others before anything is removed: see `_keep` in database.py
        rows = [StoredDeletion(post_id=post_id, at=now) for post_id in post_ids]
        StoredDeletion.objects.bulk_create(rows, ignore_conflicts=True)
    with write_in_turn():
        lain = _remove(post_ids)
        deletions = list(StoredDeletion.objects.filter(pk__in=post_ids))
        for deletion in deletions:
            known = set(bytes(deletion.batches).split(b"\0")[:-1])
            lain[deletion.post_id] = known | lain.get(deletion.post_id, set())
            deletion.batches = b"".join(name + b"\0" for name in sorted(lain[deletion.post_id]))
        StoredDeletion.objects.bulk_update(deletions, ["batches"])
    return lain


def _remove(post_ids: Sequence[bytes]) -> dict[bytes, set[bytes]]:
    """Remove the mentions of these posts, those too that are just being inserted."""
    found = StoredMention.objects.filter(post_id__in=post_ids).select_for_update()
    lain: dict[bytes, set[bytes]] = {}
    ids = []
    for row_id, post_id, batch in found.values_list("id", "post_id", "batch"):
        ids.append(row_id)
        lain.setdefault(bytes(post_id), set()).add(bytes(batch))
    StoredMention.objects.filter(pk__in=ids).delete()
    return lain


def forget(track: int) -> None:
    """Remove all there is of a track."""
    _in_parts(StoredMention.objects.filter(track=track), "made")
    for grain in MINUTES.values():
        _in_parts(StoredMoment.objects.filter(track=track, grain=grain), "minute")
    _in_parts(StoredDelta.objects.filter(track=track), "id")
    _in_parts(_tallies_in(of_track(track)), "bucket")


def expire(*, posts_before: datetime, now: datetime) -> None:
    """Remove mentions made before, hours older than eight days, and batches and deletions that nobody asks for."""
    kept_from = hour_of(now - LONGEST_BY_HOURS)
    with write_in_turn():
        mark, _ = StoredMark.objects.get_or_create(pk=1, defaults={"kept_from": kept_from})
        if mark.kept_from < kept_from:
            StoredMark.objects.filter(pk=1).update(kept_from=kept_from)
    for track in _tracks_with_mentions():
        _in_parts(StoredMention.objects.filter(track=track, made__lt=milliseconds(posts_before)), "made")
    for track in _tracks_with_tallies():
        for buckets in old_hours(track, kept_from):
            _in_parts(_tallies_in(buckets), "bucket")
    _in_parts(StoredBatch.objects.filter(applied_at__lt=now - BATCHES_FOR), "applied_at")
    _in_parts(StoredDeletion.objects.filter(at__lt=now - DELETIONS_FOR), "at")


def _in_parts(rows: "QuerySet[Any]", column: str) -> None:
    """Delete rows in the order of a column, a part in each transaction."""
    while True:
        edge = rows.order_by(column).values_list(column, flat=True)[PART : PART + 1].first()
        part = rows if edge is None else rows.filter(**{f"{column}__lte": edge})
        with write_in_turn():
            part.delete()
        if edge is None:
            return


def _tallies_in(buckets: range) -> "QuerySet[StoredTally]":
    return StoredTally.objects.filter(bucket__gte=buckets.start, bucket__lt=buckets.stop)


def _tracks_with_mentions() -> Iterator[int]:
    """Step from track to track by the index."""
    track = 0
    while track is not None:
        track = StoredMention.objects.filter(track__gt=track).aggregate(least=Min("track"))["least"]
        if track is not None:
            yield track


def _tracks_with_tallies() -> Iterator[int]:
    """Step from track to track by the primary key."""
    track = 0
    while True:
        least = StoredTally.objects.filter(bucket__gte=of_track(track).stop).aggregate(least=Min("bucket"))["least"]
        if least is None:
            return
        track = track_of(least)
        yield track
