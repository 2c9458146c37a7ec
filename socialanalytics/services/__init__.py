"""Writes: trackers are kept, posts counted, the past scored again, what nobody wants removed."""

from socialanalytics.services.alerts import COOL_DOWN_HOURS, alert_set, alerts_begin_anew, alerts_check
from socialanalytics.services.counting import packet_take
from socialanalytics.services.demo import demo_create
from socialanalytics.services.digests import (
    AskedTooSoon,
    NothingToDigest,
    digest_ask,
    digest_period,
    digest_set,
    digests_send,
)
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
    "COOL_DOWN_HOURS",
    "AskedTooSoon",
    "NothingToDigest",
    "TooManyTrackers",
    "TrackerRefused",
    "alert_set",
    "alerts_begin_anew",
    "alerts_check",
    "demo_create",
    "digest_ask",
    "digest_period",
    "digest_set",
    "digests_send",
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
