"""The words of a text that say something."""

from collections.abc import Iterator
from functools import cache

import regex

LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl")
SAID_EVERYWHERE = frozenset(("rt", "amp", "via"))
LONGEST_WORD = 40  # longer ones are laughter or keys

WORD = regex.compile(r"\w+(?:'\w+)*")
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
RUNS = regex.compile(rf"[{UNSPACED}]+")  # of writing without spaces
WORDS_OF_RUNS = regex.compile(  # what changes its script, or is short; longer runs are sentences
    r"(?<!\p{Han})\p{Han}{2,5}+(?!\p{Han})"
    r"|(?<![\p{Katakana}ー])[\p{Katakana}ー]{2,12}+(?![\p{Katakana}ー])"
    r"|(?<![\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{2,12}+"
    r"(?![\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])"
)

# The package takes these for stop words in English too, but people mean something by them.
TELLING = frozenset(
    """
    act area bad best better big bill billion bottom buy call certain clear close computer cry date detail different
    early eight empty face facts fill fire five free front full general good got great greater greatest group hello help
    high higher highest home hundred important information interest interested interesting interests invention kind last
    late latest least less long low mad made member members microsoft million mine miss money near need new newer newest
    nine novel number off old older oldest open opened opening order orders page parts past poorly present problem
    problems promptly proud research right room rooms sad save second sensible serious seriously seven shell show
    significant sincere site six small smaller smallest sorry state states stop strong strongly successfully system ten
    test text thank thanks thanx thick thin think three top trillion trying turn two unfortunately useful usefulness
    value want web webpage website welcome wish wonder wonderful work worked working works world wrong year years young
    younger youngest zero
    """.split()  # noqa: SIM905
)


def words_of(text: str, language: str) -> Iterator[str]:
    """Give the words of a text in lower case, without numbers, single letters and stop words."""
    text = text.lower()
    if not text.isascii():
        text = text.replace("’", "'")
        yield from WORDS_OF_RUNS.findall(text)
        text = RUNS.sub(" ", text)
    stops = stop_words(language if language in LANGUAGES else "und")
    for word in WORD.findall(text):
        if word not in stops:
            word = word.removesuffix("'s").strip("_")
            if 1 < len(word) <= LONGEST_WORD and word not in stops and not word.isdecimal():
                yield word


@cache
def stop_words(language: str) -> frozenset[str]:
    """Give the words of a language that say nothing by themselves, and those of English; of all languages for `und`."""
    from stop_words import get_stop_words

    languages = LANGUAGES if language == "und" else {language, "en"}
    of_english = frozenset(get_stop_words("en")) - TELLING
    others = (word.lower() for name in languages if name != "en" for word in get_stop_words(name))
    return of_english.union(others, SAID_EVERYWHERE)
