"""The consumer's work: the posts of one message are scored, matched, kept and counted."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from time import monotonic

from django.db.models import F

from cloudapps.storage import storage
from socialanalytics import selectors
from socialanalytics.core import raw
from socialanalytics.core.mentions import mentions_of
from socialanalytics.core.post import Batch, Deletion, Mention, Post
from socialanalytics.core.wire import Packet
from socialanalytics.models import RawRemoval, Tracker
from socialanalytics.selectors.interests import Interest, Interests
from socialanalytics.sources import PARSERS
from socialanalytics.store import post_store

LOOK_AGAIN_SECONDS = 1.0  # what is wanted, and what a cap allows, may be that old

_wanted: dict[str, tuple[float, Interests]] = {}
_cap_checked: dict[object, float] = {}


def packet_take(packet: Packet, *, now: datetime) -> int:
    """
    Keep the raw posts, score and count them, and return how many mentions were new.

    Each step is harmless to repeat, and `PostStore.add` counts once; so a consumer may die anywhere, and the same
    packet may be with two of them. Deletions come first: once the batch is counted, nobody may bring it again.
    """
    posts, deletions = _read(packet)
    if deletions:
        _take_back(packet.source, [deletion.post_id for deletion in deletions], now=now)
    added = 0 if post_store().applied([packet.id]) else _count(packet, posts, now=now)
    _remove_what_was_deleted(packet, [post.id for _, post in posts])
    return added


def batch_of(batch_id: str, source: str, received_at: datetime, posts: Iterable[Post], *, now: datetime) -> Batch:
    """Say which posts count where, as what is wanted of the source now."""
    wanted = _interests(source, now=now)
    mentions: list[Mention] = []
    capped: set[Interest] = set()
    for post in posts:
        interests = wanted.wanting(post)
        mentions += mentions_of(post, [track for interest in interests for track in interest.tracks])
        capped.update(interest for interest in interests if interest.is_capped)
    for interest in capped:
        _watch_cap(interest, now=now)
    return Batch(batch_id, source, received_at, mentions)


def _read(packet: Packet) -> tuple[list[tuple[bytes, Post]], list[Deletion]]:
    parse = PARSERS[packet.source]
    posts: dict[str, tuple[bytes, Post]] = {}
    deletions = []
    for line in packet.lines():
        found = parse(line)
        if isinstance(found, Post):
            posts[found.id] = (line, found)
        elif isinstance(found, Deletion):
            deletions.append(found)
    return list(posts.values()), deletions


def _count(packet: Packet, posts: Sequence[tuple[bytes, Post]], *, now: datetime) -> int:
    if posts:
        _keep_raw(packet, [line for line, _ in posts])
    batch = batch_of(packet.id, packet.source, packet.arrived(), (post for _, post in posts), now=now)
    return post_store().add(batch, now=now)


def _keep_raw(packet: Packet, lines: Sequence[bytes]) -> None:
    key = raw.raw_key(packet.source, packet.id)
    storage().put(key, BytesIO(raw.compress(lines)), content_type=raw.CONTENT_TYPE)


def _remove_what_was_deleted(packet: Packet, post_ids: Sequence[str]) -> None:
    """Whoever deletes writes that down first, then looks for the post: so one of us sees what the other wrote."""
    gone = post_store().deleted(post_ids)
    _remove_raw(raw.raw_key(packet.source, packet.id), gone)


def _take_back(source: str, post_ids: Sequence[str], *, now: datetime) -> None:
    for batch_id, ids in post_store().delete(post_ids, now=now).items():
        _remove_raw(raw.raw_key(source, batch_id.partition(":")[0]), ids)


def _remove_raw(key: str, post_ids: Iterable[str]) -> None:
    removals = [RawRemoval(raw_key=key, post_id=post_id) for post_id in post_ids]
    RawRemoval.objects.bulk_create(removals, ignore_conflicts=True)


def _interests(source: str, *, now: datetime) -> Interests:
    read_at, found = _wanted.get(source, (0.0, None))
    if found is None or monotonic() - read_at > LOOK_AGAIN_SECONDS:
        found = selectors.interests(source, now=now)
        _wanted[source] = (monotonic(), found)
    return found


def _watch_cap(interest: Interest, *, now: datetime) -> None:
    """Stop a tracker that has had what it may have this month; it may be over by what comes within a second."""
    if monotonic() - _cap_checked.get(interest.tracker_id, 0.0) < LOOK_AGAIN_SECONDS:
        return
    _cap_checked[interest.tracker_id] = monotonic()
    tracker = Tracker.objects.prefetch_related("tracks").filter(pk=interest.tracker_id).first()
    if tracker and tracker.monthly_cap and selectors.usage_of(tracker, now=now).posts >= tracker.monthly_cap:
        Tracker.objects.filter(pk=tracker.pk, monthly_cap=F("monthly_cap")).update(
            capped_until=selectors.month_end(now)
        )


def forget_what_was_wanted() -> None:
    """Ask anew what is wanted, at once."""
    _wanted.clear()
    _cap_checked.clear()
