"""Terms that say too little to stand alone: nearly half of all posts are in English."""

from collections.abc import Callable
from dataclasses import dataclass

from socialanalytics.core.languages import name_of, x_code
from socialanalytics.core.rules.terms import Term
from socialanalytics.core.rules.view import View


@dataclass(frozen=True)
class Language(Term):
    """The source says that it is written in this language."""

    code: str
    means = "in"
    means_not = "not in"

    def matches(self, view: View) -> bool:
        """Tell whether it is."""
        return self.code == view.post.language

    def written(self) -> str:
        """Write it as X does, which keeps some old codes."""
        return f"lang:{x_code(self.code)}"

    def said(self) -> str:
        """Name it."""
        return name_of(self.code)


@dataclass(frozen=True)
class Has(Term):
    """There is at least one of a kind."""

    what: str
    means = "with"
    means_not = "without"

    def matches(self, view: View) -> bool:
        """Tell whether there is."""
        return KINDS[self.what](view)

    def written(self) -> str:
        """Write it as X does."""
        return f"has:{self.what}"

    def said(self) -> str:
        """Give one of them."""
        return f"a {self.what.removesuffix('s')}"


KINDS: dict[str, Callable[[View], bool]] = {
    "links": lambda view: bool(view.links),
    "hashtags": lambda view: bool(view.hashtags),
    "mentions": lambda view: bool(view.mentions),
}
