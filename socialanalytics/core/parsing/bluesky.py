"""Reads what Bluesky's Jetstream sends."""

from socialanalytics.core.post import Deletion, Post


def parse_bluesky(raw: bytes, *, source: str = "bluesky") -> Post | Deletion | None:
    """Read one event; None if it is neither a post that was made nor one that was deleted. Never raises."""
    raise NotImplementedError
