"""The rows of Social Media Analytics."""

from socialanalytics.models.alert import Alert, AlertEvent
from socialanalytics.models.digest import Digest
from socialanalytics.models.fill import ForgottenTrack, RawRemoval, Rescoring
from socialanalytics.models.tracker import Track, Tracker

__all__ = ["Alert", "AlertEvent", "Digest", "ForgottenTrack", "RawRemoval", "Rescoring", "Track", "Tracker"]
