"""The rows of Social Media Analytics."""

from socialanalytics.models.feed import Feed
from socialanalytics.models.tracker import Track, Tracker

__all__ = ["Feed", "Track", "Tracker"]
