"""The rows of Social Media Analytics."""

from socialanalytics.models.tracker import Track, Tracker

__all__ = ["Track", "Tracker"]
