"""
The words of the language: each asks one thing of a post.

A term that can stand alone has a `key`: whoever has not this key among `keys_of` a post need not look at it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from socialanalytics.core.rules.view import View
from socialanalytics.core.rules.words import folded, run_of, words_of

RESERVED = {"OR", "AND", "NOT"}


class Term(ABC):
    """Asks one thing of a post."""

    means: ClassVar[str]  # how a sentence introduces it
    means_not: ClassVar[str]

    @abstractmethod
    def matches(self, view: View) -> bool:
        """Tell whether it is so."""

    @abstractmethod
    def written(self) -> str:
        """Write it as a rule."""

    @abstractmethod
    def said(self) -> str:
        """Say what is asked for, without the introduction."""

    @property
    def key(self) -> str | None:
        """What a post surely has if this is so; None if that says too little to stand alone."""
        return None


@dataclass(frozen=True)
class Words(Term):
    """A word, or several side by side, whatever punctuation stands between them."""

    text: str
    means = "with"
    means_not = "without"

    @cached_property
    def run(self) -> str:
        """The words as they are looked for."""
        return run_of(words_of(self.text))

    @property
    def key(self) -> str:
        """The longest word, which is likely the rarest."""
        return max(self.run.split(), key=len)

    def matches(self, view: View) -> bool:
        """Tell whether they stand in the text."""
        return self.run in view.run

    def written(self) -> str:
        """Quote what is more than letters and digits, as X wants it."""
        bare = self.text.isalnum() and self.text not in RESERVED
        return self.text if bare else f'"{self.text}"'

    def said(self) -> str:
        """Quote them."""
        return f"“{self.text}”"


@dataclass(frozen=True)
class Hashtag(Term):
    """This very hashtag."""

    name: str
    means = "with"
    means_not = "without"

    @property
    def key(self) -> str:
        """A word of it: hashtags are in the text."""
        return max(words_of(self.name), key=len)

    def matches(self, view: View) -> bool:
        """Tell whether it stands in the text."""
        return folded(self.name) in view.hashtags

    def written(self) -> str:
        """Write it as in posts."""
        return f"#{self.name}"

    said = written


@dataclass(frozen=True)
class Mentioned(Term):
    """Somebody is spoken of by their handle."""

    handle: str
    means = "mentioning"
    means_not = "not mentioning"

    @property
    def key(self) -> str:
        """A word of it: mentions are in the text."""
        return max(words_of(self.handle), key=len)

    def matches(self, view: View) -> bool:
        """Tell whether the handle stands in the text."""
        return folded(self.handle) in view.mentions

    def written(self) -> str:
        """Write it as in posts."""
        return f"@{self.handle}"

    said = written


@dataclass(frozen=True)
class From(Term):
    """Somebody wrote it: a handle, or a `did:` where the source tells no handles."""

    author: str
    means = "by"
    means_not = "not by"

    @property
    def key(self) -> str:
        """The author."""
        return f"from:{folded(self.author)}"

    def matches(self, view: View) -> bool:
        """Tell whether it was them."""
        return folded(self.author) == view.author

    def written(self) -> str:
        """Write it as X does."""
        return f"from:{self.author}"

    def said(self) -> str:
        """Give the handle."""
        return self.author if self.author.startswith("did:") else f"@{self.author}"


@dataclass(frozen=True)
class Url(Term):
    """A link has this in it: whole words of the address, side by side, as X looks for it."""

    part: str
    means = "linking to"
    means_not = "not linking to"

    @cached_property
    def run(self) -> str:
        """The words as they are looked for."""
        return run_of(words_of(self.part))

    @property
    def key(self) -> str:
        """The longest word of it."""
        return f"url:{max(self.run.split(), key=len)}"

    def matches(self, view: View) -> bool:
        """Tell whether there is such a link."""
        return self.run in view.link_runs

    def written(self) -> str:
        """Quote it, as X wants it."""
        return f'url:"{self.part}"'

    def said(self) -> str:
        """Quote it."""
        return f"“{self.part}”"


def keys_of(view: View) -> set[str]:
    """Give the keys of all terms that may be so."""
    links = [f"url:{word}" for link in view.links for word in link]
    return {f"from:{view.author}", *links, *view.words}
