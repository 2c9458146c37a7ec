"""Rows of social media analytics."""

from socialanalytics.models.stored import (
    StoredBatch,
    StoredDeletion,
    StoredMark,
    StoredMention,
    StoredMoment,
    StoredTally,
)

__all__ = ["StoredBatch", "StoredDeletion", "StoredMark", "StoredMention", "StoredMoment", "StoredTally"]
