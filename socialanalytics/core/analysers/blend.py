"""VADER and TextBlob together: more often right than either."""

from socialanalytics.core.analysers.port import LONGEST_TEXT, score_of
from socialanalytics.core.analysers.textblob import TextBlobAnalyser
from socialanalytics.core.analysers.vader import VaderAnalyser
from socialanalytics.core.post import Score

OF_VADER, OF_TEXTBLOB = 0.7, 0.3

# With two opinions fewer values are zero, and both lexicons lean to the positive. Chosen on the 4,200 posts that people
# rated for VADER's authors: wider would be right more often, but one smiling emoji (0.25) shall count.
POSITIVE, NEGATIVE = 0.25, -0.2


class BlendAnalyser:
    """Seven parts of VADER, three of TextBlob."""

    name = "blend"
    title = "Blend of both"
    description = (
        "Seven parts VADER and three parts TextBlob: understands what either does, emoji too, "
        "and is right more often than either: on 59 of 100 posts where it is fitted to such posts (TweetEval)."
    )

    def __init__(self, textblob: TextBlobAnalyser, vader: VaderAnalyser) -> None:
        self._textblob, self._vader = textblob, vader

    def score(self, text: str) -> Score:
        """Score a text by the weighted sum of both values."""
        text = text[:LONGEST_TEXT]
        value = OF_VADER * self._vader.compound(text) + OF_TEXTBLOB * self._textblob.polarity(text)
        return score_of(value, positive=POSITIVE, negative=NEGATIVE)

    def reasons(self, text: str) -> list[tuple[str, int]]:
        """Say what each word adds by either; a word that both know counts once, with the sum."""
        parts = [(word, OF_VADER * share) for word, share in self._vader.reasons(text)]
        parts += [(word, OF_TEXTBLOB * share) for word, share in self._textblob.reasons(text)]
        added: dict[str, float] = {}
        for word, share in parts:
            added[word] = added.get(word, 0) + share
        return [(word, round(share)) for word, share in added.items() if round(share)]
