"""Reads of Social Media Analytics."""

from socialanalytics.core.rules import parse_rule
from socialanalytics.models import Tracker
from socialanalytics.sources.port import Wanted


def wanted_rules(source: str) -> list[Wanted]:
    """Give what the trackers want of a source now."""
    trackers = Tracker.objects.filter(paused_at=None).only("pk", "keywords", "sources")
    return [
        Wanted(f"{tracker.pk}/{number}", parse_rule(keyword))
        for tracker in trackers
        if source in tracker.sources
        for number, keyword in enumerate(tracker.keywords)
    ]
