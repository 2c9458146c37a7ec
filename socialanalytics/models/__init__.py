"""Rows of social media analytics."""

from socialanalytics.models.stored import (
    StoredBatch,
    StoredDeletion,
    StoredDelta,
    StoredMark,
    StoredMention,
    StoredMoment,
    StoredTally,
)

__all__ = ["StoredBatch", "StoredDeletion", "StoredDelta", "StoredMark", "StoredMention", "StoredMoment", "StoredTally"]
