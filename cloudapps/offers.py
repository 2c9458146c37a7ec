"""
What the apps offer each other.

An app registers what it offers in the `ready` of its `apps.py`; another asks here. So neither knows the other, and an
app that is left out is simply not asked.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


class Offer(Generic[T]):
    """A place for one thing that one app gives and others use."""

    def __init__(self) -> None:
        self._given: T | None = None

    def register(self, given: T) -> None:
        """Offer it, in place of what was offered before."""
        self._given = given

    def get(self) -> T | None:
        """Give what is offered, or None."""
        return self._given


class PictureUnusable(Exception):
    """The file is no picture, broken, or too large; `str(error)` tells its owner."""


@dataclass(frozen=True)
class Thumbnail:
    """A picture that we encoded; sides in pixels."""

    content_type: str
    width: int
    height: int


class Thumbnailer(Protocol):
    """Makes small pictures of large ones."""

    def __call__(self, *, source: Path, target: Path, side: int) -> Thumbnail:
        """
        Write the picture, at most `side` px wide and high, for a browser; only in a worker, since files are hostile.

        :raises PictureUnusable: if it cannot be read.
        """


thumbnailer: Offer[Thumbnailer] = Offer()
