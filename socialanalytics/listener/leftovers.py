"""Delivers what listeners left on this disk that nobody starts any more: a file's that was killed, a source's that was dropped."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from threading import Event

from socialanalytics.core.post import Deletion, Post
from socialanalytics.listener.runner import Runner, World
from socialanalytics.sources.port import Arrival, Source, Wanted

LOOK_SECONDS = 30.0


class Nothing:
    """See `Source`: one that has ended, so that only what is in the spool is delivered."""

    title = "Left over"
    filters_itself = False

    def __init__(self, name: str) -> None:
        self.name = name

    def parse(self, raw: bytes) -> Post | Deletion | None:
        return None

    def want(self, wanted: Sequence[Wanted]) -> None:
        """Nothing comes, whatever is wanted."""

    def refused(self) -> dict[str, str]:
        return {}

    def listen(self, cursor: str | None) -> Iterator[Arrival]:
        return iter(())

    def state(self) -> str:
        return "delivers what was left"

    def close(self) -> None:
        """It is."""


def feeds_left(spool_folder: Path, *, but: Collection[str]) -> list[str]:
    """List the feeds with packets on the disk that are none of ours."""
    return sorted(
        folder.name
        for folder in spool_folder.glob("*")
        if folder.name not in but and folder.is_dir() and next(folder.glob("*.json"), None)
    )
