"""What each map task reads: files cut at line ends, compressed ones whole."""

import bz2
import gzip
import io
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mapreduce.core.job import JobFailed
from mapreduce.core.streaming.errors import Hopeless
from mapreduce.core.streaming.lines import BOM, LineEnds
from mapreduce.core.streaming.spec import InputFile, Limits

BLOCK = 1 << 20
SMALLEST_SPLIT = 1 << 20
COMPRESSED = (".gz", ".bz2")


@dataclass(frozen=True)
class Split:
    """The bytes that one map task reads."""

    name: str
    path: Path
    start: int
    length: int

    @property
    def is_compressed(self) -> bool:
        """Tell whether it must be unpacked."""
        return self.name.lower().endswith(COMPRESSED)


def splits_of(inputs: Sequence[InputFile], limits: Limits) -> list[Split]:
    """
    Cut the inputs so that all slots are kept busy; names that begin with `_` or `.` are left out.

    :raises JobFailed: if nothing is left, or a file cannot be read.
    """
    files = [file for file in inputs if not Path(file.name).name.startswith(("_", "."))]
    if not files:
        raise JobFailed("There is no input: names that begin with _ or . are left out. Choose at least one other file.")
    try:
        sizes = [file.path.stat().st_size for file in files]
        target = _split_size(sum(sizes), limits)
        return [split for file, size in zip(files, sizes, strict=True) for split in _cut(file, size, target)]
    except OSError as error:
        raise JobFailed(f"An input cannot be read: {error.strerror}.") from error


def _split_size(total: int, limits: Limits) -> int:
    rounds = -(-total // (limits.slots * limits.split_bytes)) or 1
    return max(-(-total // (rounds * limits.slots)), min(SMALLEST_SPLIT, limits.split_bytes), 1)


def _cut(file: InputFile, size: int, target: int) -> Iterator[Split]:
    whole = Split(file.name, file.path, 0, size)
    count = -(-size // target)
    if count < 2 or whole.is_compressed:
        yield whole
        return
    start = 0
    with file.path.open("rb") as source:
        for number in range(1, count + 1):
            end = size if number == count else _line_end(source, max(start, size * number // count), size)
            if end > start:
                yield Split(file.name, file.path, start, end - start)
            start = end


def _line_end(source: IO[bytes], position: int, size: int) -> int:
    """Find where the line ends in which the byte before `position` lies."""
    position = max(position - 1, 0)
    source.seek(position)
    while chunk := source.read(1 << 16):
        ends = [found for found in (chunk.find(b"\n"), chunk.find(b"\r")) if found >= 0]
        if ends:
            position += min(ends) + 1
            source.seek(position - 1)
            return position + (source.read(2) == b"\r\n")
        position += len(chunk)
    return size


class SplitReader:
    """Reads a split as lines that end LF; `read_bytes` tells how far it is in the file."""

    def __init__(self, split: Split) -> None:
        self._split = split
        self.read_bytes = 0  # of the file

    def blocks(self) -> Iterator[bytes]:
        """
        Read it block by block; the last line is completed.

        :raises Hopeless: if a compressed file is damaged.
        """
        ends, is_first = LineEnds(), self._split.start == 0
        try:
            with self._split.path.open("rb", buffering=0) as raw:
                for chunk in self._chunks(raw):
                    self.read_bytes = raw.tell() - self._split.start
                    if is_first:
                        chunk, is_first = chunk.removeprefix(BOM), False
                    if block := ends.feed(chunk):
                        yield block
        except (EOFError, zlib.error, gzip.BadGzipFile, OSError) as error:
            raise Hopeless(f"The input {self._split.name} is damaged or cannot be read: {error}.") from error
        if rest := ends.finish():
            yield rest

    def _chunks(self, raw: io.FileIO) -> Iterator[bytes]:
        if self._split.is_compressed:
            is_gzip = self._split.name.lower().endswith(".gz")
            with gzip.GzipFile(fileobj=raw) if is_gzip else bz2.BZ2File(raw) as unpacked:
                while chunk := unpacked.read(BLOCK):
                    yield chunk
            return
        raw.seek(self._split.start)
        left = self._split.length
        os.posix_fadvise(raw.fileno(), self._split.start, left, os.POSIX_FADV_SEQUENTIAL)
        while left and (chunk := raw.read(min(BLOCK, left))):
            left -= len(chunk)
            yield chunk
