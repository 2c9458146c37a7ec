"""Texts from a seed: posts as people write them, and what nobody would write."""

import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from textblob._text import ABBREVIATIONS, EMOTICONS
from textblob.en import sentiment, spelling
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentimentIntensityAnalyzer

SPELLING = Path(spelling.path)  # words and how often they are met; TextBlob leaves the file open
VADER = SentimentIntensityAnalyzer()
FACES = sorted(face for faces in EMOTICONS.values() for face in faces)
ODD = [
    *[
        "not",
        "no",
        "never",
        "don't",
        "isn't",
        "n't",
        "Dn't",
        "really",
        "very",
        "a",
        "is",
        "but",
        "BUT",
        "least",
        "kind",
    ],
    *["kind", "of", "or", "nor", "so", "without", "doubt", "'", "’", "“", "”", "‘", '"', "!", "(!)", "( ! )"],
    *["( !", ")", "("],
    *[":", "D", "x", "o. O", "o.", "O", "o . O", "> . >", "...", "?!", "?", "END-OF-SENTENCE", "\n\n", "\r\n\r\n"],
    *[
        "😀",
        "❤️",
        "👩‍👩‍👧",
        "🇩🇪",
        "İ",
        "ß",
        "ﬁ",
        "é",
        "e\u0301",
        "\u200d",
        "\xa0",
        "\x1c",
        "\x00",
        "\ud800",
        "..!..",
        "U.S.",
    ],
]
LETTERS = "abcxXoODPp 8:;=-^'\"()!.,<>3[]{}/\\_*°♥sScb \n"


def posts(count: int, *, seed: int) -> Iterator[str]:
    """Write posts of 4 to 30 words, common words more often, with marks, tags, mentions, links, faces and emoji."""
    chance = random.Random(seed)
    lines = [line.split() for line in SPELLING.read_text().splitlines() if not line.startswith(";")]
    words, counts = zip(*lines, strict=True)
    weights = list(accumulate(map(int, counts)))
    feelings = sorted(sentiment.keys())
    for _ in range(count):
        text = chance.choices(words, cum_weights=weights, k=chance.randint(4, 30))
        yield " ".join(dressed(word, feelings, chance) for word in text)


def dressed(word: str, feelings: list[str], chance: random.Random) -> str:
    """Put something else in the place of some words, and marks behind others."""
    kind = chance.random()
    if kind < 0.06:
        return chance.choice(feelings)
    if kind < 0.09:
        return f"#{word}"
    if kind < 0.11:
        return f"@{word}{chance.randint(1, 999)}"
    if kind < 0.13:
        return "https://t.co/" + "".join(chance.choices("abcdefghijkmnopXYZ0123", k=10))
    if kind < 0.15:
        return chance.choice("😂❤🔥😍😭🙏") * chance.randint(1, 3)
    if kind < 0.16:
        return chance.choice(FACES)
    if kind < 0.26:
        return word + chance.choice([",", ".", "!", "...", "?", "!!"])
    if kind < 0.30:
        return word.capitalize()
    if kind < 0.32:
        return chance.choice(["don't", "it's", "I'm", "can't", "not", "very"])
    return word


def fuzzed(count: int, *, seed: int) -> Iterator[str]:
    """Throw together what the analysers have rules for, whole and in bits, with and without spaces between."""
    chance = random.Random(seed)
    known = [*sorted(sentiment.keys()), *sorted(VADER.lexicon)[::3], *BOOSTER_DICT, *NEGATE, *SPECIAL_CASES]
    pools = [known, FACES, ODD, sorted(ABBREVIATIONS), list(VADER.emojis)]
    for _ in range(count):
        parts: list[str] = []
        for _ in range(chance.randint(0, 25)):
            letters = "".join(chance.choices(LETTERS, k=chance.randint(1, 6)))
            word = letters if chance.random() < 0.2 else chance.choice(chance.choices(pools, (4, 3, 4, 1, 1))[0])
            parts.append(word.upper() if chance.random() < 0.15 else word)
            parts.append(chance.choice([" ", " ", " ", "", "\n", ", ", ". "]))
        yield "".join(parts)


def without_emoji(text: str) -> str:
    """Take out emoji, of which we make more than VADER does."""
    return "".join(letter for letter in text if letter not in VADER.emojis and letter not in "\ufe0f\u200d")


HOSTILE = {
    name: (letters * 200_000)[:200_000]
    for name, letters in {
        "one letter": "a",
        "exclamation marks": "!",
        "brackets": "(",
        "smileys": "😀",
        "joiners": "\u200d",
        "joined smileys": "😀\u200d",
        "combining marks": "a\u0301\u0316",
        "negations": "not ",
        "good after good": "good a ",
        "but after but": "but good bad ",
        "at signs": "@a.",
        "mail": "a@",
        "hashtags": "#a",
        "digits after a hash": "#1",
        "domains": "a.",
        "dashes": "a-",
        "links": "https://a.b/)",
        "flags": "🇩",
        "tags": "🏴\U000e0067",
        "apostrophes": "a'",
        "abbreviations": "B.!",
        "split faces": ": ",
        "blank lines": "\n",
        "underlines": "_",
        "Chinese": "京",
        "NUL": "\x00",
    }.items()
}
