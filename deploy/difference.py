"""How two sets of properties differ, property by property."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.resource import Properties

LONGEST = 100  # characters of a value in a plan
ABSENT = "(none)"
OPEN = {"Tags"}  # others may add to these: only what we want is compared


@dataclass(frozen=True)
class Change:
    """One property that is not as it should be."""

    path: str
    was: Any
    will: Any

    def __str__(self) -> str:
        return f"{self.path}: {_short(self.was)} → {_short(self.will)}"


def changed(wanted: Properties, found: Properties) -> Properties:
    """Give those wanted properties which differ from what was found."""
    return {key: value for key, value in wanted.items() if any(_changes(key, found.get(key, ABSENT), value))}


def changes(wanted: Properties, found: Properties) -> list[Change]:
    """Name each property that differs, down to the innermost."""
    return [change for key, value in wanted.items() for change in _changes(key, found.get(key, ABSENT), value)]


def _changes(path: str, was: Any, will: Any) -> Iterator[Change]:
    if isinstance(was, dict) and isinstance(will, dict):
        extra = [] if path in OPEN else [key for key in was if key not in will]
        for key in (*will, *extra):
            yield from _changes(f"{path}.{key}", was.get(key, ABSENT), will.get(key, ABSENT))
    elif was != will:
        yield Change(path, was, will)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
