"""A post as rules look at it."""

import re
from functools import cached_property

import regex  # its \w has the vowel signs of India

from socialanalytics.core.post import Post
from socialanalytics.core.rules.words import folded, run_of, words_of

_HASHTAG = regex.compile(r"(?<![\w&/])[#＃](?=[\d_]*+[^\W\d_])(\w+)")  # not of digits alone
_MENTION = regex.compile(r"(?<![\w@/])[@＠](\w(?:[\w.-]*\w)?)")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


class View:
    """What rules ask of a post, each worked out once and only when it is asked for."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.words = words_of(post.text)

    @cached_property
    def run(self) -> str:
        """The words, to find phrases in."""
        return run_of(self.words)

    @cached_property
    def author(self) -> str:
        """The author, as it is compared."""
        return folded(self.post.author)

    @cached_property
    def hashtags(self) -> frozenset[str]:
        """The hashtags without #."""
        return frozenset(_HASHTAG.findall(folded(self.post.text)))

    @cached_property
    def mentions(self) -> frozenset[str]:
        """The mentions without @; of `@alice.example.org` also `alice`."""
        whole = _MENTION.findall(folded(self.post.text))
        return frozenset(whole) | {name.partition(".")[0] for name in whole}

    @cached_property
    def links(self) -> list[list[str]]:
        """The words of each link, those that stand in the text and those told beside it."""
        return [words_of(link) for link in (*self.post.links, *_LINK.findall(self.post.text))]

    @cached_property
    def link_runs(self) -> str:
        """The links, to find parts of addresses in; a line end keeps them apart."""
        return "\n".join(map(run_of, self.links))
