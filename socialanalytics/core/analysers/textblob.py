"""
TextBlob's default analyser: its own lexicon and tokenizer, remembering what each piece of a text came to.

A text falls into pieces at its whitespace, and TextBlob's tokenizer treats each for itself but for emoticons that are
written with spaces (`: )`): a text that may hold one goes through the tokenizer whole. So the polarity is TextBlob's to
the last bit.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import chain
from threading import Lock
from typing import Any

from socialanalytics.core.analysers.assessments import NOTHING, PLAIN, Token, polarity_of
from socialanalytics.core.analysers.port import LONGEST_TEXT, score_of, thousandths
from socialanalytics.core.analysers.wording import Wording
from socialanalytics.core.post import Score

REMEMBERED = 50_000  # pieces, of at most LONGEST_PIECE letters
LONGEST_PIECE = 40
PARAGRAPH = "END-OF-SENTENCE"  # what the tokenizer puts between paragraphs, and takes out again
IRONY = "(!)"
LONGEST_FACE = 5  # letters of an emoticon, to TextBlob
USUAL = (PLAIN,)  # what most pieces come to
QUOTES = frozenset("'\"“”‘’")
LOADING = Lock()  # TextBlob's lexicon fills itself when it is first read, and a second thread would see half of it


class TextBlobAnalyser:
    """A word's worth from a lexicon of 2,860 words, averaged."""

    name = "textblob"
    title = "TextBlob"
    description = (
        "Averages the worth of English adjectives and adverbs; knows emoticons like :) but no emoji, "
        "and is right on 48 of 100 posts (TweetEval: positive, neutral or negative)."
    )

    def score(self, text: str) -> Score:
        """Score a text by TextBlob's polarity."""
        return score_of(self.polarity(text[:LONGEST_TEXT]))

    def polarity(self, text: str) -> float:
        """Tell what `TextBlob(text).sentiment.polarity` is, to the last bit."""
        return polarity_of(self._pieces.tokens(text))

    def reasons(self, text: str) -> list[tuple[str, int]]:
        """Say what each assessed word adds to the average."""
        text = text[:LONGEST_TEXT]
        assessed = self._pieces.lexicon(text).assessments
        wording = Wording(text)
        return [(wording.of(words), thousandths(polarity / len(assessed))) for words, polarity, *_ in assessed]

    @cached_property
    def _pieces(self) -> "Pieces":
        with LOADING:
            return Pieces()


class Pieces(dict[str, tuple[Token, ...]]):
    """What the pieces that were met came to; begins anew when it is full, so that its memory stays."""

    def __init__(self) -> None:
        super().__init__()
        from textblob import _text  # pulls nltk: only where texts are scored
        from textblob.en import sentiment

        self.lexicon = sentiment
        self._known = {word: known(word, worth, sentiment) for word, worth in sentiment.items() if None in worth}
        self._tokenizer: Any = _text
        self._marks: str = _text.PUNCTUATION.replace(".", "")
        self._moods = {face.lower(): mood for (_, mood), faces in reversed(_text.EMOTICONS.items()) for face in faces}
        self._split_face = split_face([IRONY, *chain(*_text.EMOTICONS.values())])

    def tokens(self, text: str) -> Iterable[Token]:
        """Read a text."""
        if self._split_face.search(text) or PARAGRAPH in text:
            return map(self._token, self._split(text))
        return chain.from_iterable(map(self.__getitem__, text.split()))

    def __missing__(self, piece: str) -> tuple[Token, ...]:
        words = [piece] if piece.isalnum() else self._plainly_split(piece) or self._split(piece)
        tokens = tuple(token for token in map(self._token, words) if token is not NOTHING)
        if tokens and all(token is PLAIN for token in tokens):
            tokens = USUAL
        if len(piece) <= LONGEST_PIECE:
            if len(self) >= REMEMBERED:
                self.clear()
            self[piece] = tokens
        return tokens

    def _split(self, text: str) -> list[str]:
        return " ".join(self._tokenizer.find_tokens(text)).split()

    def _plainly_split(self, piece: str) -> list[str]:
        """Split marks off a word, which is quicker than TextBlob's tokenizer; nothing where there is more to it."""
        inner = piece.lstrip(self._marks)
        word = inner.rstrip(self._marks)
        stop = word.endswith(".")
        bare = word.removesuffix(".")
        words = [*piece[: len(piece) - len(inner)], bare, *word[len(bare) :], *inner[len(word) :]]
        odd = not bare or PARAGRAPH in piece or not QUOTES.isdisjoint(piece)
        if odd or (stop and self._stays(bare, word)) or self._split_face.search(" ".join(words)):
            return []
        return words

    def _stays(self, bare: str, word: str) -> bool:
        """Tell whether a full stop may belong to its word: e.g., U.S., Mr."""
        rules = self._tokenizer.RE_ABBR1, self._tokenizer.RE_ABBR2, self._tokenizer.RE_ABBR3
        return (
            not bare[-1].isalnum()
            or word in self._tokenizer.ABBREVIATIONS
            or any(rule.match(word) is not None for rule in rules)
        )

    def _token(self, word: str) -> Token:
        word = word.lower()
        if word in self._known:
            return self._known[word]
        if len(word) == 1 and word in self._marks and word != "!":
            return NOTHING
        negates = word in self.lexicon.negations
        if not negates and (len(word) > LONGEST_FACE or (len(word) > 2 and word.isalpha())):
            return PLAIN
        mood = self._mood(word)
        token = Token(
            felt=mood is not None,
            polarity=mood or 0.0,
            negates=negates,
            ends_negation=len(word.strip("'")) > 1 and not negates,
            ends_modifier=len(word) > 2,
            shouts=word == "!",
        )
        return next((usual for usual in (PLAIN, NOTHING) if token == usual), token)

    def _mood(self, word: str) -> float | None:
        if word == IRONY:
            return 0.0
        if word.isalpha() or len(word) > LONGEST_FACE or word in self._tokenizer.PUNCTUATION:
            return None
        return self._moods.get(word)


def known(word: str, worth: dict[str | None, tuple[float, float, float]], lexicon: Any) -> Token:
    """Say what a word of TextBlob's lexicon does; its worth there is kept by parts of speech, None for all."""
    polarity, _, intensity = worth[None]
    return Token(
        known=True,
        polarity=polarity,
        intensity=intensity,
        modifies=any(part in worth for part in lexicon.modifiers),
        softens=lexicon.modifier(word),
        negates=word in lexicon.negations,
    )


def split_face(faces: Iterable[str]) -> re.Pattern[str]:
    """Find where a text may hold one of the emoticons with whitespace between its letters."""
    endings = defaultdict[str, set[str]](set)
    for face in faces:
        for cut in range(1, len(face)):
            whole = r"(?!(?!n't)[^\W_])" if face[-1].isalnum() else ""  # the D of `: D` and `: Dn't`, not of `: Dear`
            endings[face[cut - 1]].add(re.escape(face[cut:]) + whole)
    starts = re.escape("".join(sorted(endings)))
    each = "|".join(rf"{re.escape(start)}\s+(?:{'|'.join(sorted(ends))})" for start, ends in sorted(endings.items()))
    return re.compile(rf"(?=[{starts}]\s)(?:{each})")
