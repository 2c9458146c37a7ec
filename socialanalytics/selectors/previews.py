"""What keywords would mean, before anybody follows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from cloudapps.problems import Invalid
from socialanalytics.core.post import Post
from socialanalytics.core.rules import Rule, RuleRefused
from socialanalytics.models import Feed
from socialanalytics.selectors.interests import narrowed
from socialanalytics.sources import PARSERS

SHOWN = 5


class KeywordRefused(Invalid):
    """A keyword is no rule."""


@dataclass(frozen=True)
class Preview:
    """What each keyword means in words, and which of the posts that lately came would have counted."""

    descriptions: Sequence[str]
    looked_at: int
    matched: Sequence[Post]


def preview(*, keywords: Sequence[str], sources: Sequence[str], languages: Sequence[str]) -> Preview:
    """
    Try keywords on the posts that the sources' listeners saw last, whether somebody wanted them or not.

    :raises KeywordRefused: if one is no rule.
    """
    rules = [_rule(number, keyword, tuple(languages)) for number, keyword in enumerate(keywords, start=1)]
    posts = _samples(sources)
    matched = [post for post in posts if any(rule.matches(post) for rule in rules)]
    return Preview([rule.describe() for rule in rules], len(posts), matched)


def _rule(number: int, keyword: str, languages: tuple[str, ...]) -> Rule:
    try:
        return narrowed(keyword, languages)
    except RuleRefused as error:
        raise KeywordRefused(f"Keyword {number}: {error}", keyword=number) from None


def _samples(sources: Sequence[str]) -> list[Post]:
    """Give the posts of the feeds' samples, newest first."""
    posts: dict[str, Post] = {}
    for feed in Feed.objects.filter(source__in=sources):
        parse = PARSERS[feed.source]
        found = (parse(line.encode()) for line in feed.sample.splitlines())
        posts.update((post.id, post) for post in found if isinstance(post, Post))
    return sorted(posts.values(), key=lambda post: post.created_at, reverse=True)
