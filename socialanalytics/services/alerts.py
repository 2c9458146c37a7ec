"""Alerts: each minute surges are looked for, and the tracker's owner hears of each once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from cloudapps.mailing import mail_later
from cloudapps.models import User
from socialanalytics import selectors
from socialanalytics.core.charts import chart
from socialanalytics.core.surges import HISTORY, LEVELS, MOOD_WINDOW, Surge, SurgeKind, negative_surge, spike
from socialanalytics.models import Alert, AlertEvent, Tracker
from socialanalytics.store import post_store
from socialanalytics.store.port import Grain, Moment

COOL_DOWN_HOURS = 6  # after an alert, in which it does not come again
COOL_DOWN = timedelta(hours=COOL_DOWN_HOURS)
CHARTED = timedelta(days=1)
LOOK = {SurgeKind.SPIKE: spike, SurgeKind.NEGATIVE: negative_surge}

log = structlog.get_logger(__name__)


def alert_set(*, owner: User, tracker_id: UUID, kind: str, sensitivity: str, enabled: bool, now: datetime) -> Alert:
    """Say whether the owner wants to hear of this kind of surge, and how small a one. :raises TrackerNotFound:"""
    tracker = selectors.tracker_get(owner=owner, tracker_id=tracker_id)
    wanted = {"sensitivity": sensitivity, "enabled": enabled}
    first = {**wanted, "since": tracker.created_at, "created_at": now}
    alert, _ = Alert.objects.update_or_create(tracker=tracker, kind=kind, defaults=wanted, create_defaults=first)
    return alert


def alerts_begin_anew(tracker: Tracker, *, now: datetime) -> None:
    """Compare with nothing that was counted before now: the tracker means something else, or was paused for long."""
    Alert.objects.filter(tracker=tracker).update(since=now)


def alerts_check(*, now: datetime) -> int:
    """
    Look for surges of all trackers that somebody watches, tell their owners, and return how many were told.

    Each is told once, however many ask at the same time.
    """
    told = 0
    for _, alerts in groupby(_watched(now), key=lambda alert: alert.tracker_id):
        try:
            told += _check(list(alerts), now=now)
        except Exception:  # one that fails must not keep the others
            log.exception("alerts_not_checked")
    return told


def _watched(now: datetime) -> list[Alert]:
    cool = Q(fired_at=None) | Q(fired_at__lte=now - COOL_DOWN)
    alerts = Alert.objects.filter(cool, enabled=True, tracker__paused_at=None, tracker__owner__is_active=True)
    return list(alerts.select_related("tracker__owner").prefetch_related("tracker__tracks").order_by("tracker", "pk"))


def _check(alerts: Sequence[Alert], *, now: datetime) -> int:
    """Check the alerts of one tracker; where hardly anything is posted, one small question to the store is all."""
    track = selectors.current_track(alerts[0].tracker).pk
    minutes = post_store().series(track, Grain.MINUTE, start=now - MOOD_WINDOW - timedelta(minutes=1), end=now)
    if sum(minute.total for minute in minutes) < min(LEVELS[alert.sensitivity].fewest_posts for alert in alerts):
        return 0
    quarters = post_store().series(track, Grain.QUARTER, start=now - HISTORY, end=now)
    told = 0
    for alert in alerts:
        look, level = LOOK[SurgeKind(alert.kind)], LEVELS[alert.sensitivity]
        if surge := look(minutes, quarters, since=alert.since, now=now, level=level):
            told += _tell(alert, surge, quarters, now=now)
    return told


def _tell(alert: Alert, surge: Surge, quarters: Sequence[Moment], *, now: datetime) -> bool:
    """Note the surge and mail it, unless somebody else was quicker, or the owner no longer wants to hear of it."""
    zone = alert.tracker.owner.zone()
    picture = chart(quarters, start=surge.end - CHARTED, end=surge.end, zone=zone, marked=surge.start)
    with transaction.atomic():
        same = Alert.objects.filter(pk=alert.pk, enabled=True, sensitivity=alert.sensitivity, fired_at=alert.fired_at)
        if not same.update(fired_at=now):
            return False
        event = AlertEvent.objects.create(
            alert=alert, at=now, start=surge.start, end=surge.end, words=surge.words, numbers=surge.numbers
        )
        _mail(alert, event, quarters, picture, now=now)
    return True


def _mail(alert: Alert, event: AlertEvent, quarters: Sequence[Moment], picture: bytes, *, now: datetime) -> None:
    tracker = alert.tracker
    context = {
        "tracker": tracker,
        "alert": alert,
        "event": event,
        "charted": selectors.sum_of([moment for moment in quarters if moment.at >= event.end - CHARTED]),
        "cool_down_hours": COOL_DOWN_HOURS,
        "site_url": settings.SITE_URL,
        "url": f"{settings.SITE_URL}{tracker.get_absolute_url()}",
        "alerts_url": f"{settings.SITE_URL}{reverse('socialanalytics:alerts', args=(tracker.pk,))}",
    }
    with timezone.override(tracker.owner.zone()), translation.override(tracker.owner.language):
        text = render_to_string("socialanalytics/mail/alert.txt", context)
        html = render_to_string("socialanalytics/mail/alert.html", context)
    mail_later(
        to=tracker.owner,
        key=f"social-alert-{event.pk}",
        subject=f"“{tracker.name}”: {alert.headline}",
        text=text,
        html=html,
        pictures={"chart": picture},
        now=now,
    )
