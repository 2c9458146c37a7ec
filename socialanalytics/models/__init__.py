"""The rows of Social Media Analytics."""

from socialanalytics.models.alert import Alert, AlertEvent
from socialanalytics.models.digest import Digest
from socialanalytics.models.feed import Feed
from socialanalytics.models.fill import ForgottenTrack, RawRemoval, Rescoring
from socialanalytics.models.stored import (
    StoredBatch,
    StoredDeletion,
    StoredDelta,
    StoredMark,
    StoredMention,
    StoredMoment,
    StoredTally,
)
from socialanalytics.models.tracker import Track, Tracker

__all__ = [
    "Alert",
    "AlertEvent",
    "Digest",
    "Feed",
    "ForgottenTrack",
    "RawRemoval",
    "Rescoring",
    "StoredBatch",
    "StoredDeletion",
    "StoredDelta",
    "StoredMark",
    "StoredMention",
    "StoredMoment",
    "StoredTally",
    "Track",
    "Tracker",
]
