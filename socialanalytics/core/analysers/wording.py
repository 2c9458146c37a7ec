"""Finds the words that an analyser names again in the text, to show them as they were written."""

import re
from collections.abc import Sequence

FARTHEST = 60  # letters between two words that belong together: "not a very good"


class Wording:
    """A text that is read once, from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def of(self, words: Sequence[str]) -> str:
        """Give what stands in the text from the first of these words to the last; the words if they are not there."""
        start, end = None, self._at
        for word in words:
            found = pattern(word).search(self._text, end, len(self._text) if start is None else end + FARTHEST)
            if found is None:
                return " ".join(words)
            start, end = found.start() if start is None else start, found.end()
        self._at = end
        return " ".join(self._text[start:end].split())


def pattern(word: str) -> re.Pattern[str]:
    """Match a word in any case, and an emoticon with or without spaces in it."""
    if word.isalnum():
        return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    return re.compile(r"\s*".join(map(re.escape, word)), re.IGNORECASE)
