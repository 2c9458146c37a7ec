"""The port to what scores a text."""

from typing import Protocol

from socialanalytics.core.post import Score


class Analyser(Protocol):
    """Scores texts; deterministic, so that the same text is scored alike by every consumer and every year."""

    name: str  # as trackers keep it: textblob, vader, blend
    title: str
    description: str  # one sentence: what it is good at, and how often it is right

    def score(self, text: str) -> Score:
        """Score any text, however odd; one without an opinion is neutral."""

    def reasons(self, text: str) -> list[tuple[str, int]]:
        """Say which words (as written in the text) made the score, and how many thousandths each is worth."""
