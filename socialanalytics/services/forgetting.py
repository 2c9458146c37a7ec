"""What nobody wants any more is removed: tracks, old posts, posts that were taken back, old raw posts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from cloudapps.models import Lease
from cloudapps.storage import ObjectNotFound, storage
from socialanalytics.core import raw
from socialanalytics.core.post import Post
from socialanalytics.models import ForgottenTrack, RawRemoval
from socialanalytics.sources import PARSERS, SOURCES
from socialanalytics.store import post_store

LATEST_COUNT = timedelta(minutes=15)  # so long a message may be on its way for a track that is gone
REMOVALS_AT_ONCE = 2000
RAW_DAYS_SWEPT = 14  # beyond the oldest day that is kept, in case nothing ran for a while
LEASE = timedelta(minutes=2)


def tracks_forget(tracks: Sequence[int], *, now: datetime) -> None:
    """Have the post store forget tracks that no tracker has any more, once the transaction has committed."""
    forgotten = [ForgottenTrack(track=track, forgotten_at=now) for track in tracks]
    ForgottenTrack.objects.bulk_create(forgotten, ignore_conflicts=True)
    transaction.on_commit(lambda: post_store().forget(tracks), robust=True)


def posts_expire(*, now: datetime) -> None:
    """Remove posts that are too old, and again what was counted for tracks that are gone."""
    late = list(ForgottenTrack.objects.filter(forgotten_at__lt=now - LATEST_COUNT).values_list("track", flat=True))
    post_store().forget(late)
    ForgottenTrack.objects.filter(track__in=late).delete()
    post_store().expire(posts_before=now - timedelta(days=settings.SOCIAL_POST_DAYS), now=now)


def raw_expire(*, now: datetime) -> None:
    """Delete the raw posts of days that are too old; on S3 a lifecycle rule may have been there first."""
    for days in range(1, RAW_DAYS_SWEPT + 1):
        day = now - timedelta(days=settings.SOCIAL_RAW_DAYS + days)
        for source in SOURCES:
            for info in list(storage().walk(raw.day_prefix(source, day))):
                storage().delete(info.key)


def raw_remove(*, now: datetime) -> int:
    """
    Take posts that were deleted out of the raw objects in which they lie, and return how many there were.

    One worker at a time does that, since two that rewrite one object would undo each other's work.
    """
    holder = uuid4().hex
    if not Lease.objects.hold("social:raw-removals", holder=holder, now=now, duration=LEASE):
        return 0
    try:
        removals = list(RawRemoval.objects.order_by("pk")[:REMOVALS_AT_ONCE])
        by_key: dict[str, set[str]] = defaultdict(set)
        for removal in removals:
            by_key[removal.raw_key].add(removal.post_id)
        for key, post_ids in by_key.items():
            _rewrite(key, post_ids)
        RawRemoval.objects.filter(pk__in=[removal.pk for removal in removals]).delete()
    finally:
        Lease.objects.give_up("social:raw-removals", holder=holder)
    return len(removals)


def _rewrite(key: str, without: Iterable[str]) -> None:
    parse = PARSERS[key.removeprefix(f"{raw.PREFIX}/").partition("/")[0]]
    try:
        with storage().open(key) as body:
            lines = raw.decompress(body.read())
    except ObjectNotFound:
        return
    left = [line for line in lines if not (isinstance(post := parse(line), Post) and post.id in without)]
    if left:
        storage().put(key, BytesIO(raw.compress(left)), content_type=raw.CONTENT_TYPE)
    else:
        storage().delete(key)
