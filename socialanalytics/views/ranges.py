"""The ranges of time that a dashboard offers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """The last so many seconds, in words for its button, and for the period before."""

    seconds: int
    title: str
    short: str
    before: str


RANGES = (
    Range(900, "15 minutes", "15 min", "the 15 minutes before"),
    Range(3600, "1 hour", "1 h", "the hour before"),
    Range(86_400, "24 hours", "24 h", "the 24 hours before"),
    Range(7 * 86_400, "7 days", "7 d", "the 7 days before"),
    Range(30 * 86_400, "30 days", "30 d", "the 30 days before"),
)
