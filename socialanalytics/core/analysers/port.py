"""The port to what scores a text."""

from typing import Protocol

from socialanalytics.core.post import Mood, Score

LONGEST_TEXT = 10_000  # letters that are scored: the longest post of any network has 25,000, and nobody reads on
NEUTRAL_BAND = 0.05  # on both sides of zero, as VADER's authors have it


class Analyser(Protocol):
    """Scores texts; deterministic, so that the same text is scored alike by every consumer and every year."""

    name: str  # as trackers keep it: textblob, vader, blend
    title: str
    description: str  # one sentence: what it is good at, and how often it is right

    def score(self, text: str) -> Score:
        """Score any text, however odd; one without an opinion is neutral."""

    def reasons(self, text: str) -> list[tuple[str, int]]:
        """Say which words (as written in the text) made the score, and how many thousandths each is worth."""


def thousandths(value: float) -> int:
    """Turn a value from -1 to 1 into whole thousandths; halves go to the even neighbour."""
    return round(value * 1000)


def score_of(value: float, *, band: float = NEUTRAL_BAND) -> Score:
    """Turn a value from -1 to 1 into a score, whose mood is neutral within less than `band` of zero."""
    if value >= band:
        return Score(thousandths(value), Mood.POSITIVE)
    if value <= -band:
        return Score(thousandths(value), Mood.NEGATIVE)
    return Score(thousandths(value), Mood.NEUTRAL)
