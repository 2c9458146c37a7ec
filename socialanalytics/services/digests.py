"""Digests: mails that come each day or week and say how the trackers did, each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from cloudapps.mailing import mail_later
from cloudapps.models import User
from cloudapps.problems import Invalid, TooMany
from cloudapps.queue import QueueUnavailable, queue
from socialanalytics import selectors
from socialanalytics.core.charts import chart
from socialanalytics.core.due import due_around
from socialanalytics.core.periods import Period, period_last
from socialanalytics.models import Digest
from socialanalytics.selectors import Section

DUE_AT_ONCE = 30  # so that one run is over before the next begins
ASKED_EVERY = timedelta(minutes=10)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Part:
    """A section as it stands in a mail: the address of its dashboard, and the name of its picture there."""

    section: Section
    url: str
    cid: str


class NothingToDigest(Invalid):
    """There is no tracker to write about."""


class AskedTooSoon(TooMany):
    """A digest was sent only a moment ago."""


def digest_set(*, owner: User, frequency: str, hour: int, tracker_ids: Sequence[UUID], now: datetime) -> Digest:
    """
    Say how often the owner gets a digest, at which hour, and of which trackers (all, if none is named).

    :raises TrackerNotFound: if there is no such tracker.
    """
    trackers = selectors.trackers_named(owner=owner, tracker_ids=tracker_ids)
    with transaction.atomic():
        digest, _ = Digest.objects.update_or_create(owner=owner, defaults={"frequency": frequency, "hour": hour})
        digest.trackers.set(trackers)
        digest.next_at = _due(digest, now=now)[1] if digest.is_on else None
        digest.save(update_fields=["next_at"])
    return digest


def digest_ask(*, owner: User, now: datetime) -> None:
    """
    Have a worker send one digest at once.

    :raises NothingToDigest: if there is no tracker.
    :raises AskedTooSoon: if one was asked for within ten minutes.
    """
    with transaction.atomic():
        digest, _ = Digest.objects.get_or_create(owner=owner)
        if not selectors.digest_trackers(digest):
            raise NothingToDigest("You have no trackers yet. Make one, and the digest tells you how it does.")
        free = Q(asked_at=None) | Q(asked_at__lte=now - ASKED_EVERY)
        if not Digest.objects.filter(free, pk=digest.pk).update(asked_at=now, wanted_at=now):
            raise AskedTooSoon(
                "You asked for one within the last ten minutes. Look into your mail, or ask again later."
            )
        transaction.on_commit(_hurry, robust=True)


def digests_send(*, now: datetime) -> int:
    """
    Write the digests that are due or asked for, and return how many mails that makes.

    Each comes once, however many ask at the same time. What was missed while nothing ran is made up for by one.
    """
    wanted = Q(next_at__lte=now) | Q(wanted_at__lte=now)
    due = Digest.objects.filter(wanted, owner__is_active=True).select_related("owner")
    sent = 0
    for digest in due.order_by("?")[:DUE_AT_ONCE]:  # so that those which always fail keep nobody out
        try:
            sent += _send_due(digest, now=now) + _send_wanted(digest, now=now)
        except Exception:  # one that fails must not keep the others
            log.exception("digest_not_sent", digest_id=digest.pk)
    return sent


def digest_period(digest: Digest, *, now: datetime) -> Period:
    """Give the time that a digest is about if it is written now."""
    return period_last(digest.every, now=now)


def _send_due(digest: Digest, *, now: datetime) -> bool:
    if digest.next_at is None or digest.next_at > now:
        return False
    last, following = _due(digest, now=now)
    same = Digest.objects.filter(pk=digest.pk, next_at=digest.next_at)
    return _send(
        digest, Period(last - digest.every, last), same, {"next_at": following}, f"{last:%Y%m%dT%H%M}", now=now
    )


def _send_wanted(digest: Digest, *, now: datetime) -> bool:
    if digest.wanted_at is None:
        return False
    same, period = Digest.objects.filter(pk=digest.pk, wanted_at=digest.wanted_at), digest_period(digest, now=now)
    return _send(digest, period, same, {"wanted_at": None}, f"asked-{digest.wanted_at:%Y%m%dT%H%M%S}", now=now)


def _due(digest: Digest, *, now: datetime) -> tuple[datetime, datetime]:
    return due_around(digest.every, digest.hour, digest.owner.zone(), now=now)


def _send(
    digest: Digest, period: Period, same: "QuerySet[Digest]", done: dict[str, object], reason: str, *, now: datetime
) -> bool:
    """Write a digest and mail it, unless somebody else was quicker: then the row is no longer the `same`."""
    trackers = selectors.digest_trackers(digest)
    shown = trackers[: selectors.MOST_SECTIONS]
    parts = [
        Part(selectors.section_of(tracker, period), f"{settings.SITE_URL}{tracker.get_absolute_url()}", f"chart-{n}")
        for n, tracker in enumerate(shown, start=1)
    ]
    pictures = {part.cid: _picture(part.section, period, digest) for part in parts if part.section.totals.total}
    with transaction.atomic():
        if not same.update(**done):
            return False
        if parts:
            _mail(
                digest,
                period,
                parts,
                len(trackers) - len(shown),
                pictures,
                key=f"social-digest-{digest.pk}-{reason}",
                now=now,
            )
    return bool(parts)


def _picture(section: Section, period: Period, digest: Digest) -> bytes:
    return chart(section.moments, start=period.start, end=period.end, zone=digest.owner.zone())


def _mail(
    digest: Digest,
    period: Period,
    parts: Sequence[Part],
    left_out: int,
    pictures: dict[str, bytes],
    *,
    key: str,
    now: datetime,
) -> None:
    owner, site = digest.owner, settings.SITE_URL
    length = "week" if period.length > timedelta(days=1) else "day"
    context = {
        "period": period,
        "length": length,
        "parts": parts,
        "left_out": left_out,
        "site_url": site,
        "list_url": f"{site}{reverse('socialanalytics:tracker-list')}",
        "digest_url": f"{site}{reverse('socialanalytics:digest')}",
    }
    with timezone.override(owner.zone()), translation.override(owner.language):
        text = render_to_string("socialanalytics/mail/digest.txt", context)
        html = render_to_string("socialanalytics/mail/digest.html", context)
    posts = sum(part.section.totals.total for part in parts)
    subject = f"Your {length} on social media: {posts:,} posts"
    mail_later(to=owner, key=key, subject=subject, text=text, html=html, pictures=pictures, now=now)


def _hurry() -> None:
    try:
        queue().send("socialanalytics.send_digests", {}, queue="drive")
    except QueueUnavailable:  # beat finds it within a minute
        log.warning("digest_not_hurried")
