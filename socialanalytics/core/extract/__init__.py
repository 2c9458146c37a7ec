"""Reads out of a text what it talks about."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from unicodedata import normalize

from socialanalytics.core.extract import patterns
from socialanalytics.core.extract.links import shortened_links
from socialanalytics.core.extract.words import words_of
from socialanalytics.core.post import LONGEST_VALUE, Kind, Post, Terms

LONGEST_TEXT = 10_000  # letters that are read
MOST_HASHTAGS, MOST_MENTIONS, MOST_LINKS, MOST_WORDS, MOST_EMOJI = 20, 20, 10, 50, 10  # of one post


def terms_of(post: Post) -> Terms:
    """Give the hashtags, mentions, links, words and emoji of a post."""
    text = post.text[:LONGEST_TEXT]
    mention = patterns.MENTION if post.source == "x" else patterns.LONG_MENTION
    links, text = taken(patterns.LINK, text) if "." in text else ([], text)
    mentions: list[str] = []
    if "@" in text:
        text = patterns.MAIL.sub(" ", text)
        mentions, text = taken(mention, text)
    hashtags, text = taken(patterns.HASHTAG, text) if "#" in text or "＃" in text else ([], text)
    emoji, text = ([], text) if text.isascii() else taken(patterns.EMOJI, text)
    return Terms(
        hashtags=each_once(map(str.lower, hashtags), MOST_HASHTAGS),
        mentions=each_once(map(str.lower, mentions), MOST_MENTIONS),
        links=each_once(shortened_links(post.links, links), MOST_LINKS),
        words=each_once(words_of(text, post.language), MOST_WORDS),
        emoji=each_once(map(patterns.coloured, emoji), MOST_EMOJI),
    )


def counted_under(post: Post) -> tuple[tuple[Kind, str], ...]:
    """Give everything the post is counted under: its terms, author, language and source, each once."""
    return tuple(pairs(post, terms_of(post)))


def pairs(post: Post, terms: Terms) -> Iterator[tuple[Kind, str]]:
    """Name each value's kind."""
    found = (
        (Kind.HASHTAG, terms.hashtags),
        (Kind.MENTION, terms.mentions),
        (Kind.LINK, terms.links),
        (Kind.WORD, terms.words),
        (Kind.EMOJI, terms.emoji),
        (Kind.AUTHOR, each_once([printable(post.author)], 1)),
        (Kind.LANGUAGE, each_once([printable(post.language)], 1)),
        (Kind.SOURCE, each_once([printable(post.source)], 1)),
    )
    return chain.from_iterable(((kind, value) for value in values) for kind, values in found)


def taken(pattern: patterns.Pattern, text: str) -> tuple[list[str], str]:
    """Find all there are of a pattern, and give the text without them."""
    found = pattern.findall(text)
    return found, pattern.sub(" ", text) if found else text


def each_once(values: Iterable[str], most: int) -> tuple[str, ...]:
    """Give the first values, each once, not empty and not too long; composed letters are one letter."""
    return tuple(islice(dict.fromkeys(filter(None, map(tidy, values))), most))


def tidy(value: str) -> str:
    """Cut a value, and compose its letters, so that é is é however it was typed."""
    value = value[:LONGEST_VALUE]
    return value if value.isascii() else normalize("NFC", value)[:LONGEST_VALUE]


def printable(value: str) -> str:
    """Leave out control characters and the like."""
    return value if value.isprintable() else "".join(filter(str.isprintable, value))
