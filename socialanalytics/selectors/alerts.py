"""Alerts of a tracker, and the surges that there were."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from cloudapps.paging import Page, page_by_id
from socialanalytics.models import Alert, AlertEvent, Tracker


def alerts_of(tracker: Tracker) -> list[Alert]:
    """Give the tracker's alert of each kind; those that nobody has set are not in the database, and off."""
    found = {alert.kind: alert for alert in Alert.objects.filter(tracker=tracker)}
    return [found.get(kind) or Alert(tracker=tracker, kind=kind, enabled=False) for kind in Alert.Kind.values]


def alert_events(tracker: Tracker, *, before: UUID | None = None) -> Page[AlertEvent]:
    """Give one page of the tracker's surges, newest first."""
    return page_by_id(_events(tracker), before=before)


def alert_events_between(tracker: Tracker, *, start: datetime, end: datetime) -> "QuerySet[AlertEvent]":
    """Give the surges that were told between two times, oldest first: marks for a chart."""
    return _events(tracker).filter(at__gte=start, at__lt=end).order_by("at", "pk")


def _events(tracker: Tracker) -> "QuerySet[AlertEvent]":
    return AlertEvent.objects.filter(alert__tracker=tracker).select_related("alert")
