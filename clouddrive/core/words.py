"""Words by which a name is found."""

import re
import unicodedata

WORD_LENGTH = 64
MAX_WORDS = 24
RUN = re.compile(r"[^\W_]+")
PIECE = re.compile(r"[0-9]+|[^\W\d_]+|[^\W_]")


def words_of(name: str) -> set[str]:
    """
    List the words under which a name can be looked up: its runs of letters and digits, and the pieces of these.

    >>> sorted(words_of("IMG2024_Holiday.jpg"))
    ['2024', 'holiday', 'img', 'img2024', 'jpg']
    """
    words: dict[str, None] = {}
    for run in RUN.findall(_folded(name)):
        for word in (run, *PIECE.findall(run)):
            words.setdefault(word[:WORD_LENGTH])
    return set(list(words)[:MAX_WORDS])


def words_asked_for(text: str) -> list[str]:
    """
    Split what somebody types into words, each of which must begin a word of the name.

    >>> words_asked_for("holi 2024.jp")
    ['holi', '2024', 'jp']
    """
    return list(dict.fromkeys(run[:WORD_LENGTH] for run in RUN.findall(_folded(text))))[:MAX_WORDS]


def _folded(text: str) -> str:
    """Lay aside case and accents: "Café" is found by "cafe"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
