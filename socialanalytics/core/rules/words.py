"""
Cuts texts into words, alike for rules and for posts.

As X does it (docs.x.com, "Build a rule"): punctuation and symbols part words, accents count, case does not. So a
keyword means its hashtag too (`coffee` means `#coffee`), and `coca-cola` is the phrase of two words.
"""

import re
import unicodedata

# The standard library's has no classes of scripts, and parts words at the vowel signs of India.
import regex

# Scripts that write no spaces, or (Korean) glue particles to words: each letter is a word, so that a keyword means its
# letters wherever they stand side by side.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー〆ｰﾞﾟ\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORDS = regex.compile(
    rf"""
      [\p{{L}}\p{{N}}--[{_UNSPACED}]] [\p{{L}}\p{{N}}\p{{M}}--[{_UNSPACED}]]*
    | [[{_UNSPACED}]&&[\p{{L}}\p{{N}}]] \p{{M}}*
    | \p{{Regional_Indicator}}{{2}}                                   # a flag
    | [\p{{Extended_Pictographic}}\p{{Emoji_Modifier}}--[©®™\p{{N}}]]
    """,
    regex.V1 | regex.VERBOSE,
)
# Most posts need none of that, and are cut five times as quickly.
_BEYOND_PLAIN = re.compile("[^\0-\u02ff\u0400-\u0481\u048a-\u052f\u2010-\u2027]")
_PLAIN_WORDS = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Give the text as it is compared: without case, accents written in one way."""
    return unicodedata.normalize("NFC", text.casefold())


def words_of(text: str) -> list[str]:
    """Give the words of a text in their order; emoji are words."""
    text = folded(text)
    if _BEYOND_PLAIN.search(text) is None:
        return _PLAIN_WORDS.findall(text)
    words: list[str] = _WORDS.findall(text)
    return words


def run_of(words: list[str]) -> str:
    """Write words such that a run of them is found in another by `in`."""
    return f" {' '.join(words)} "
