"""Writes: trackers are kept, posts counted, the past scored again, what nobody wants removed."""

from socialanalytics.services.counting import packet_take
from socialanalytics.services.demo import demo_create
from socialanalytics.services.forgetting import posts_expire, raw_expire, raw_remove
from socialanalytics.services.owners import owner_export, owner_forget
from socialanalytics.services.rescoring import rescoring_run
from socialanalytics.services.trackers import (
    TooManyTrackers,
    TrackerRefused,
    tracker_change,
    tracker_create,
    tracker_delete,
)

__all__ = [
    "TooManyTrackers",
    "TrackerRefused",
    "demo_create",
    "owner_export",
    "owner_forget",
    "packet_take",
    "posts_expire",
    "raw_expire",
    "raw_remove",
    "rescoring_run",
    "tracker_change",
    "tracker_create",
    "tracker_delete",
]
