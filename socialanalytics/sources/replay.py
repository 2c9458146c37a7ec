"""Recorded posts from a file, at the pace at which they were made, at another one, or as fast as can be."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import BinaryIO

from socialanalytics.core.parsing.bluesky import parse_bluesky
from socialanalytics.core.parsing.x import parse_x
from socialanalytics.core.post import Deletion, Post
from socialanalytics.core.wire import LONGEST_LINE_BYTES
from socialanalytics.sources.clock import Clock, SystemClock
from socialanalytics.sources.pace import Pace, Speed
from socialanalytics.sources.port import Arrival, SourceTrouble, Wanted


def parse_replay(raw: bytes) -> Post | Deletion | None:
    """Read a line of either network; None if it is neither's."""
    return parse_x(raw, source="replay") or parse_bluesky(raw, source="replay")


class ReplaySource:
    """
    See `Source`. A JSONL file of X v2 objects or Bluesky events, from its beginning to its end.

    The cursor names the file (so that another one under the same name begins anew) and the byte after the line.
    """

    name = "replay"
    title = "Replay"
    filters_itself = False

    def __init__(self, path: Path, *, speed: Speed = "real", clock: Clock | None = None) -> None:
        self.path = path
        self.speed = speed
        self._clock = clock or SystemClock()
        self._closed = Event()
        self._state = "not started"

    def parse(self, raw: bytes) -> Post | Deletion | None:
        return parse_replay(raw)

    def want(self, wanted: Sequence[Wanted]) -> None:
        """A file cannot be asked for less than all it holds."""

    def refused(self) -> dict[str, str]:
        return {}

    def listen(self, cursor: str | None) -> Iterator[Arrival]:
        try:
            with self.path.open("rb") as file:
                identity = identity_of(file)
                file.seek(resume_at(file, identity, cursor))
                self._state = f"reads {self.path.name}"
                yield from self._arrivals(file, identity)
        except OSError as error:
            raise SourceTrouble(f"{self.path} cannot be read: {error.strerror}.") from error
        self._state = "at the end of the file"

    def state(self) -> str:
        return self._state

    def close(self) -> None:
        self._closed.set()

    def _arrivals(self, file: BinaryIO, identity: str) -> Iterator[Arrival]:
        pace = Pace(self.speed, clock=self._clock, stop=self._closed)
        for line, end in whole_lines(file):
            for _ in pace.until_due(lambda line=line: self._made_at(line)):  # type: ignore[misc]
                yield Arrival(b"", self._clock.now())
            if self._closed.is_set():
                return
            yield Arrival(line, self._clock.now(), f"{identity}:{end}")

    def _made_at(self, line: bytes) -> datetime | None:
        found = self.parse(line)
        return found.created_at if isinstance(found, Post) else None


def whole_lines(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Give each line without its end, and the position after it; those that are too long for a post are left out."""
    position = file.tell()
    while line := file.readline(LONGEST_LINE_BYTES + 1):
        position += len(line)
        too_long = len(line) > LONGEST_LINE_BYTES
        while len(line) > LONGEST_LINE_BYTES and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE_BYTES + 1)
            position += len(line)
        if not too_long and (line := line.strip()):
            yield line, position


def identity_of(file: BinaryIO) -> str:
    """Name the file by its place on the disk and its first line, which stay when lines are added."""
    file.seek(0)
    first = file.readline(LONGEST_LINE_BYTES)
    return f"{os.fstat(file.fileno()).st_ino}-{hashlib.sha256(first).hexdigest()[:16]}"


def resume_at(file: BinaryIO, identity: str, cursor: str | None) -> int:
    """Say where to go on; at the beginning, where the cursor is of another file or does not stand after a line."""
    name, _, digits = (cursor or "").rpartition(":")
    offset = int(digits) if digits.isdecimal() else 0
    size = os.fstat(file.fileno()).st_size
    if name != identity or not 0 < offset <= size:
        return 0
    file.seek(offset - 1)
    return offset if offset == size or file.read(1) == b"\n" else 0
