"""
VADER by its own package, but for two things.

Its rules are shown six words around each word of the lexicon, where they would copy the whole text: that is quicker,
and comes to the same. And more emoji count: also those that stick to a word, ❤️ with its selector, 👍 and others whose
names are no words of the lexicon.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import sqrt
from operator import itemgetter
from typing import Any

from socialanalytics.core.analysers.port import LONGEST_TEXT, score_of, thousandths
from socialanalytics.core.post import Score

# Emoji to whose names VADER's lexicon gives no worth, or a wrong one, by words that it has.
MEANT = {
    **{"👍": "good", "👎": "bad", "👏": "applause", "🙌": "hurrah", "🙏": "thanks", "💪": "strong", "🏆": "winner"},
    **{"💯": "perfect", "🤩": "amazing", "😋": "delicious", "🤝": "agree", "🎊": "celebrate", "🔥": "flame"},
    **{"😡": "furious", "🤬": "furious", "😤": "angry", "🙄": "annoyed", "😒": "annoyed", "🤦": "frustrated"},
    **{"😣": "suffering", "😖": "distress", "💔": "heartbroken", "😷": "sick", "🤢": "disgusting", "🤮": "disgusting"},
    **{"💩": "crap", "🖕": "fuck"},
}
GLUE = dict.fromkeys("\ufe0f\u200d", " ")  # between the letters of one emoji; it would stick to the names
REACH = 3  # words before, and less after, that change what a word is worth
ALPHA = 15  # VADER's: it brings sums between -1 and 1 by s / √(s² + 15)


@dataclass(slots=True)
class Window:
    """A word and what stands around it, in the shape of the package's SentiText."""

    words_and_emoticons: list[str]
    is_cap_diff: bool


class VaderAnalyser:
    """A lexicon and rules made for what people write online."""

    name = "vader"
    title = "VADER"
    description = (
        "Made for short English posts: understands emoji, slang, CAPITALS, exclamation marks and negations, "
        "and is right on 53 of 100 posts (TweetEval: positive, neutral or negative)."
    )

    def score(self, text: str) -> Score:
        """Score a text by VADER's compound value."""
        return score_of(self.compound(text[:LONGEST_TEXT]))

    def compound(self, text: str) -> float:
        """Tell what `polarity_scores(text)["compound"]` is, to the last bit, but for emoji, which count more often."""
        return self._rules.compound(text)

    def reasons(self, text: str) -> list[tuple[str, int]]:
        """Say what each word or emoji adds to the compound value, exclamation marks aside."""
        return self._rules.shares(text[:LONGEST_TEXT])

    @cached_property
    def _rules(self) -> "Rules":
        return Rules()


class Rules:
    """The package's rules and lexicons, loaded."""

    def __init__(self) -> None:
        from vaderSentiment import vaderSentiment

        self._package: Any = vaderSentiment
        self._vader: Any = vaderSentiment.SentimentIntensityAnalyzer()
        names = {letter: name for letter, name in {**self._vader.emojis, **MEANT}.items() if len(letter) == 1}
        self._emoji = frozenset(names)
        self._names = str.maketrans({letter: f" {name} " for letter, name in names.items()} | GLUE)
        self._written = str.maketrans(
            {letter: " " + re.sub(r"\S", letter, name) + " " for letter, name in names.items()} | GLUE
        )  # as many words, of the emoji itself
        self._lexicon = self._vader.lexicon.keys() - vaderSentiment.BOOSTER_DICT.keys()
        self._strip = vaderSentiment.SentiText._strip_punc_if_word

    def compound(self, text: str) -> float:
        """Add up what the words are worth, emphasise it by the punctuation, and bring it between -1 and 1."""
        if not text.isascii():
            text = text.translate(self._names)
        total = float(sum(self._worths([self._strip(word) for word in text.split()])))
        if total == 0:
            return 0.0
        emphasis = self._vader._punctuation_emphasis(text)
        return round(float(self._package.normalize(total + emphasis if total > 0 else total - emphasis)), 4)

    def shares(self, text: str) -> list[tuple[str, int]]:
        """Tell each word's part of the compound value in thousandths; the words of an emoji's name count as one."""
        worths = self._worths([self._strip(word) for word in text.translate(self._names).split()])
        shown = map(self._shortened, text.translate(self._written).split())
        scale = sqrt(sum(worths) ** 2 + ALPHA)
        together = groupby(zip(shown, worths, strict=True), key=itemgetter(0))
        shares = [(word, thousandths(sum(worth for _, worth in parts) / scale)) for word, parts in together]
        return [(word, share) for word, share in shares if share]

    def _shortened(self, word: str) -> str:
        """Show an emoji once, and a word without its punctuation."""
        return word[0] if word[0] in self._emoji else str(self._strip(word))

    def _worths(self, words: list[str]) -> list[float]:
        """Tell what each word is worth, by itself and by what stands around it."""
        lowered = [word.lower() for word in words]
        worths: list[float] = [0] * len(words)
        capitals = self._package.allcap_differential(words)
        for at, word in enumerate(lowered):
            if word in self._lexicon and not (word == "kind" and lowered[at + 1 : at + 2] == ["of"]):
                start = max(0, at - REACH)
                window = Window(words[start : at + REACH], capitals)
                (worths[at],) = self._vader.sentiment_valence(0, window, words[at], at - start, [])
        return list(self._vader._but_check(words, worths)) if "but" in lowered else worths
