"""Keeps of a feed what some tracker wants."""

from collections.abc import Callable, Sequence

from socialanalytics.core.post import Deletion, Post
from socialanalytics.core.rules import RuleSet
from socialanalytics.sources.port import Parse, Source, Wanted

WantedOf = Callable[[str], Sequence[Wanted]]  # of a source, by its name


class Filter:
    """Tells which lines go on. Set anew by one thread, asked by another."""

    def __init__(self, source: Source) -> None:
        self._parse: Parse = source.parse
        self._takes_all = source.filters_itself
        self._wanted: tuple[Wanted, ...] = ()
        self._rules = RuleSet({})

    def want(self, wanted: Sequence[Wanted]) -> None:
        """Keep from now on what one of the rules means."""
        if self._wanted != (wanted := tuple(wanted)):
            self._rules = RuleSet({number: each.rule for number, each in enumerate(wanted)})
            self._wanted = wanted

    def look(self, raw: bytes) -> tuple[Post | Deletion | None, bool]:
        """Read the line, and tell whether it goes on: a wanted post, and every deletion."""
        found = self._parse(raw)
        if isinstance(found, Post):
            return found, self._takes_all or bool(self._rules.matching(found))
        return found, found is not None
