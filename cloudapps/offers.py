"""
What the apps offer each other.

An app registers what it offers in the `ready` of its `apps.py`; another asks here. So neither knows the other, and an
app that is left out is simply not asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Generic, Protocol, TypeVar
from uuid import UUID

from cloudapps.problems import NotFound

if TYPE_CHECKING:
    from cloudapps.models import User  # apps.py imports this before there are models

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


class FileNotOffered(NotFound):
    """The owner has no such file, or none that can be used."""


@dataclass(frozen=True)
class OfferedFile:
    """A file of one owner, as it is now."""

    id: UUID
    name: str
    folder: str  # the names of the folders above, with slashes between them; empty at the top
    size_bytes: int
    key: str  # of its bytes in storage; they stay there until the file, or this version of it, is deleted for good
    modified_at: datetime


@dataclass(frozen=True)
class SavedFile:
    """A file that was put into the owner's library."""

    name: str
    url: str  # the path of the page that shows it


class FileLibrary(Protocol):
    """The files of people: to be used elsewhere, and with room for what is made elsewhere."""

    def find(self, *, owner: "User", text: str, limit: int) -> list[OfferedFile]:
        """
        Find the owner's own files by the beginnings of words of their names; without a text, the latest changed first.

        What is in the trash or infected is left out, so it may be fewer than there are.
        """

    def get(self, *, owner: "User", file_id: UUID) -> OfferedFile:
        """Give one of the owner's own files. :raises FileNotOffered:"""

    def save(
        self,
        *,
        owner: "User",
        folder: Sequence[str],
        name: str,
        body: IO[bytes],
        content_type: str,
        now: datetime,
        size_bytes: int | None = None,
    ) -> SavedFile:
        """
        Put a file into a folder, the outermost named first; what is missing of the way there is made.

        Names may be anything: what cannot stand in one is replaced. If the name is taken, both are kept, so what is
        saved twice is there twice.

        :raises QuotaExceeded: if the owner has not so much space left.
        :raises UploadTooLarge: if no file may be that large.
        :raises UploadIncomplete: if the body is not of the promised size.
        :raises NotFound: if somebody deletes the folder meanwhile; then nothing is kept.
        """


files: Offer[FileLibrary] = Offer()
