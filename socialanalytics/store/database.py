"""The post store in the Django database: SQLite or MySQL."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction

from cloudapps.writers import write_in_turn
from socialanalytics.core.post import Batch, Kind, Mention, Score
from socialanalytics.models import StoredBatch, StoredDeletion, StoredMark, StoredMention, StoredMoment
from socialanalytics.store import removal
from socialanalytics.store.buckets import bucket, hours_of, stretches
from socialanalytics.store.deltas import EPOCH, MINUTE, MINUTES, MOODS, deltas
from socialanalytics.store.filtering import counted
from socialanalytics.store.folding import due, fold, leave, still_waiting, waiting
from socialanalytics.store.port import Applied, Filtered, Grain, Moment, Query, StoredPost, Tally
from socialanalytics.store.reading import SqlTallies, before_place, down_to_place, find_by_post, in_range, meant
from socialanalytics.store.rows import MentionRow, moment, place_of, row_of, stored_of, unpack_terms
from socialanalytics.store.top import top
from socialanalytics.store.upserts import add_up, chunks, insert_new, persistently

MOST_RECENT = 1000
SUMS_OF_MOMENTS = ("positive", "neutral", "negative", "thousandths")


class DatabaseStore:
    """
    Posts, aggregates and batches in the tables of `models/stored.py`.

    A batch is counted in one transaction: its row is inserted first, and whoever finds it there counts nothing.
    """

    def __init__(self, fold_at: int = 50_000) -> None:
        self.fold_at = fold_at  # how many numbers of a track may wait beside the tallies

    def add(self, batch: Batch, *, now: datetime) -> int:
        """Insert the batch, its mentions, and what those that are new add to the aggregates, all or nothing."""
        new = persistently(lambda: self._add(batch, now))
        for some in chunks({mention.track for mention in batch.mentions}):
            for track in due(some, self.fold_at):
                persistently(partial(fold, track))
        return new

    def _add(self, batch: Batch, now: datetime) -> int:
        with write_in_turn():
            try:
                with transaction.atomic():
                    row = StoredBatch.objects.create(
                        id=batch.id.encode(), source=batch.source, received_at=batch.received_at, applied_at=now
                    )
            except IntegrityError:
                return 0
            kept = _keep(batch)
            added = deltas(kept)
            moments = sorted((*key, *counts) for key, counts in added.moments.items())
            add_up(StoredMoment, ("track", "grain", "minute"), SUMS_OF_MOMENTS, moments)
            leave(added)
            StoredBatch.objects.filter(pk=row.pk).update(posts=len(kept))
        return len(kept)

    def applied(self, batch_ids: Collection[str]) -> set[str]:
        """Look for the batches' rows, which are there once they are counted."""
        found: set[str] = set()
        for some in chunks(batch_ids):
            rows = StoredBatch.objects.filter(pk__in=[name.encode() for name in some])
            found.update(bytes(name).decode() for name in rows.values_list("pk", flat=True))
        return found

    def recent(self, *, since: datetime) -> list[Applied]:
        """List the newest batches, the oldest of them first."""
        rows = StoredBatch.objects.filter(applied_at__gte=since).order_by("-applied_at", "-pk")[:MOST_RECENT]
        return [
            Applied(bytes(row.pk).decode(), row.source, row.posts, row.received_at, row.applied_at)
            for row in reversed(rows)
        ]

    def delete(self, post_ids: Collection[str], *, now: datetime) -> dict[str, set[str]]:
        """Write down that they are deleted, then remove them."""
        found: dict[str, set[str]] = {}
        for some in chunks(sorted({post_id.encode() for post_id in post_ids})):
            lain = persistently(partial(removal.delete, some, now=now))
            for post_id, batches in lain.items():
                for batch_id in batches:
                    found.setdefault(batch_id.decode(), set()).add(post_id.decode())
        return found

    def deleted(self, post_ids: Collection[str]) -> set[str]:
        """Look for the rows of deletions."""
        found: set[str] = set()
        if not StoredDeletion.objects.exists():
            return found  # as on most sources, most of the time
        for some in chunks(post_ids):
            rows = StoredDeletion.objects.filter(pk__in=[post_id.encode() for post_id in some])
            found.update(bytes(post_id).decode() for post_id in rows.values_list("pk", flat=True))
        return found

    def series(self, track: int, grain: Grain, *, start: datetime, end: datetime) -> list[Moment]:
        """Read the moments by the primary key."""
        rows = StoredMoment.objects.filter(
            track=track,
            grain=MINUTES[grain],
            minute__gte=-((EPOCH - start) // MINUTE),
            minute__lt=-((EPOCH - end) // MINUTE),
        )
        found = rows.order_by("minute").values_list("minute", *SUMS_OF_MOMENTS)
        return [Moment(EPOCH + minute * MINUTE, *counts) for minute, *counts in found]

    def top(self, track: int, kind: Kind, *, start: datetime, end: datetime, limit: int) -> list[Tally]:
        """Ask the fewest hours and days that make up the range."""
        kept_from = StoredMark.objects.values_list("kept_from", flat=True).first() or 0
        covering = stretches(start, end, kept_from=kept_from)
        if not covering:
            return []
        buckets = [bucket(track, kind, stretch) for stretch in covering]
        while True:
            ids, beside = waiting(track, kind, hours_of(covering))
            found = top(SqlTallies(), buckets, limit, beside)
            if still_waiting(ids):
                return found

    def posts(self, query: Query, *, limit: int, before: str | None = None) -> list[StoredPost]:
        """Walk back in time by the index, and keep what has the terms and the mood."""
        rows = in_range(query)
        if before:
            rows = rows.filter(before_place(*place_of(before)))
        found = rows.filter(meant(query)).values_list("id", *MentionRow._fields)[:limit]
        return [stored_of(row_id, row) for row_id, *row in found]

    def filtered(self, query: Query, *, scan: int) -> Filtered:
        """Read what is meant among the newest, and count it here."""
        rows = in_range(query)
        edge = list(rows.values_list("made", "id")[max(scan - 1, 0) : scan + 1])  # the last to look at, and one more
        whole = len(edge) < 2
        looked_at = rows if whole else rows.filter(down_to_place(*edge[0]))
        found = looked_at.filter(meant(query)).values_list("made", "mood", "thousandths", "terms")
        return counted(
            (
                (moment(made), Score(thousandths, MOODS[mood]), unpack_terms(bytes(terms)))
                for made, mood, thousandths, terms in found
            ),
            scanned=rows.count() if whole else scan,
            since=None if whole else moment(edge[0][0]),
        )

    def forget(self, tracks: Collection[int]) -> None:
        """Remove mentions, moments and tallies, a part at a time."""
        for track in tracks:
            removal.forget(track)

    def expire(self, *, posts_before: datetime, now: datetime) -> None:
        """Remove what is old, a part at a time; hours are not read any more before they go."""
        removal.expire(posts_before=posts_before, now=now)

    def check(self) -> None:
        """Look for a batch, which needs the table and the right to read it."""
        StoredBatch.objects.exists()


def _keep(batch: Batch) -> list[Mention]:
    """
    Insert the batch's mentions, and give those that are new and stay.

    Deletions are looked for after the insert: whoever deletes writes that down first, and removes then. So one of the
    two sees the other, whichever comes first.
    """
    batch_id = batch.id.encode()
    mentions: dict[tuple[bytes, int], Mention] = {}
    for mention in batch.mentions:
        mentions.setdefault((mention.post.id.encode(), mention.track), mention)
    post_ids = sorted({post_id for post_id, _ in mentions})
    before = _lying_in(batch_id, post_ids)  # counted long ago, when the batch was still remembered
    insert_new(StoredMention, MentionRow._fields, [row_of(mentions[key], batch_id) for key in sorted(mentions)])
    if deleted := find_by_post(StoredDeletion, "post_id", post_ids):
        StoredMention.objects.filter(post_id__in=[post_id for (post_id,) in deleted], batch=batch_id).delete()
    new = _lying_in(batch_id, post_ids) - before
    return [mention for key, mention in mentions.items() if key in new]


def _lying_in(batch_id: bytes, post_ids: list[bytes]) -> set[tuple[bytes, int]]:
    """Say which mentions of these posts lie in the batch, by post and track."""
    rows = find_by_post(StoredMention, "post_id, track, batch", post_ids)
    return {(post_id, track) for post_id, track, batch in rows if batch == batch_id}
