"""The port to what scores a text."""

from typing import Protocol

from socialanalytics.core.post import Mood, Score

LONGEST_TEXT = 10_000  # letters that are scored: the longest post of any network has 25,000, and nobody reads on
OPINION = 0.05  # a value this far from zero is one, as VADER's authors have it


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


def score_of(value: float, *, positive: float = OPINION, negative: float = -OPINION) -> Score:
    """Turn a value from -1 to 1 into a score that is positive, or negative, from these values on."""
    if value >= positive:
        return Score(thousandths(value), Mood.POSITIVE)
    if value <= negative:
        return Score(thousandths(value), Mood.NEGATIVE)
    return Score(thousandths(value), Mood.NEUTRAL)
