"""Makes terms of what is written, or says why it is none."""

import re
from collections.abc import Callable

import regex  # its \w has the vowel signs of India

from socialanalytics.core.languages import UNKNOWN, language_code
from socialanalytics.core.rules.conditions import KINDS, Has, Language
from socialanalytics.core.rules.refusal import RuleRefused
from socialanalytics.core.rules.terms import From, Hashtag, Mentioned, Term, Url, Words
from socialanalytics.core.rules.words import words_of

_NAME = regex.compile(r"[\d_]*+[^\W\d_]\w*")
_HANDLE = re.compile(r"\w(?:[\w.-]{0,251}\w)?", re.ASCII)
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,200}")


def words_term(text: str, place: int) -> Term:
    """Take words of the text. :raises RuleRefused: if there is none."""
    if not words_of(text):
        raise RuleRefused(
            f"“{text}” (letter {place}) has no letter, digit or emoji to look for: write a word, or delete it."
        )
    return Words(" ".join(text.split()))


def bare_term(text: str, place: int) -> Term:
    """Take a word, hashtag or mention that stands without quotes. :raises RuleRefused:"""
    if text[0] in "#＃":
        return _hashtag(text[1:], place)
    if text[0] in "@＠":
        return Mentioned(_handle(text[1:], f"“{text}” (letter {place}) is no mention: write it like @alice."))
    if text[-1] in ",;" and len(text) > 1:
        raise RuleRefused(
            f"“{text}” (letter {place}) ends with a comma: put OR between words of which one is enough, a space between"
            " words that must all be there."
        )
    if "*" in text:
        raise RuleRefused(f"“{text}” (letter {place}): a * stands for nothing here; write each form: cat OR cats.")
    return words_term(text, place)


def operator_term(name: str, value: str, place: int) -> Term:
    """Take a term like from:alice. :raises RuleRefused:"""
    if name.lower() in ("http", "https"):
        raise RuleRefused(f'A link (letter {place}) is looked for by a part of it: write url:"example.org".')
    if name.lower() not in _OPERATORS:
        raise RuleRefused(
            f"“{name}:” (letter {place}) is not known here, only from:, lang:, has: and url: are; to look for it as"
            f' words, put quotes around it: "{name}:{value}".'
        )
    if not value:
        raise RuleRefused(
            f"“{name}:” (letter {place}) needs something right after it, as in {_EXAMPLES[name.lower()]}."
        )
    return _OPERATORS[name.lower()](value, place)


def _hashtag(name: str, place: int) -> Term:
    if not _NAME.fullmatch(name):
        raise RuleRefused(
            f"“#{name}” (letter {place}) is no hashtag: it has letters, digits and _ only, and one letter at least,"
            " like #coffee."
        )
    return Hashtag(name)


def _handle(name: str, refusal: str) -> str:
    if not _HANDLE.fullmatch(name) or not words_of(name):
        raise RuleRefused(refusal)
    return name


def _from(value: str, place: int) -> Term:
    if _DID.fullmatch(value):
        return From(value)
    return From(
        _handle(value.removeprefix("@"), f"“{value}” (letter {place}) is no account: write it like from:alice.")
    )


def _language(value: str, place: int) -> Term:
    code = language_code(value)
    if code == UNKNOWN != value.lower():
        raise RuleRefused(f"“{value}” (letter {place}) is no language: write its code of two letters, like lang:en.")
    return Language(code)


def _has(value: str, place: int) -> Term:
    if value.lower() not in KINDS:
        raise RuleRefused(
            f"“has:{value}” (letter {place}) is not told by every source: choose of has:{', has:'.join(KINDS)}."
        )
    return Has(value.lower())


def _url(value: str, place: int) -> Term:
    if not words_of(value):
        raise RuleRefused(f'“{value}” (letter {place}) is no part of a link: write it like url:"example.org".')
    return Url(" ".join(value.split()))


_OPERATORS: dict[str, Callable[[str, int], Term]] = {"from": _from, "lang": _language, "has": _has, "url": _url}
_EXAMPLES = {"from": "from:alice", "lang": "lang:en", "has": "has:links", "url": 'url:"example.org"'}
