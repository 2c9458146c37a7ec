"""Sorted files of records: made, merged, and read as what a reducer takes."""

import os
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mapreduce.core.streaming.children import die_with_parent
from mapreduce.core.streaming.errors import Hopeless
from mapreduce.core.streaming.records import decode

BLOCK_BYTES = 1 << 20
SORT_MEMORY = "64M"  # at most; it takes what a chunk needs
IN_MEMORY_BYTES = 256 << 10  # a smaller chunk is sorted here: starting `sort` costs more
MERGED_AT_ONCE = 256
MAX_BUSY = 2


@dataclass(frozen=True)
class Run:
    """Records for one reducer, sorted."""

    reducer: int
    path: Path
    size_bytes: int
    counted: bool = False  # a line that repeats stands once, with NUL and how often
    escaped: bool = False  # rare bytes are replaced: see records.py


class Sorter:
    """Sorts chunks of records into files, by `sort` processes that work while the next chunk comes."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._busy: deque[subprocess.Popen[bytes]] = deque()

    def sort(self, parts: Sequence[bytes], target: Path) -> None:
        """
        Sort whole lines into a file.

        :raises Hopeless: if it or one before could not be sorted.
        """
        if sum(map(len, parts)) < IN_MEMORY_BYTES:
            lines = b"".join(parts)[:-1].split(b"\n")
            lines.sort()
            target.write_bytes(b"\n".join(lines) + b"\n")
            return
        if len(self._busy) >= MAX_BUSY:
            _judge(self._busy.popleft())
        process = _sort(["-S", SORT_MEMORY, "-o", str(target)], self._scratch)
        self._busy.append(process)
        assert process.stdin  # noqa: S101 - for mypy
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.writelines(parts)

    def finish(self) -> None:
        """Wait for all. :raises Hopeless: if one could not be sorted."""
        while self._busy:
            _judge(self._busy.popleft())


def records(runs: Sequence[Run], scratch: Path, tell: Callable[[int], None] | None = None) -> Iterator[bytes]:
    """Merge runs, and give blocks of records in order, as a reducer reads them; `tell` hears how many bytes it took."""
    counted, escaped = any(run.counted for run in runs), any(run.escaped for run in runs)
    for block in whole_lines(merged(runs, scratch)) if counted or escaped else merged(runs, scratch):
        if tell:
            tell(len(block))
        yield from expanded(block, escaped) if counted and b"\0" in block else [decode(block) if escaped else block]


def merged(runs: Sequence[Run], scratch: Path) -> Iterator[bytes]:
    """Give the bytes of all runs, in order. :raises Hopeless: if the disk is full."""
    if len(runs) == 1:
        with runs[0].path.open("rb", buffering=0) as source:
            yield from _chunks(source)
        return
    if not runs:
        return
    with _sort(["-m", f"--batch-size={MERGED_AT_ONCE}", "--files0-from=-"], scratch) as process:
        assert process.stdin  # noqa: S101 - for mypy
        assert process.stdout  # noqa: S101
        with process.stdin:
            process.stdin.write(b"\0".join(os.fsencode(run.path) for run in runs))
        yield from _chunks(process.stdout)
        _judge(process)


def whole_lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut at line ends."""
    begun: list[bytes] = []
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        if end:
            yield b"".join([*begun, chunk[:end]])
            begun = []
        if end < len(chunk):
            begun.append(chunk[end:])


def expanded(block: bytes, escaped: bool) -> Iterator[bytes]:
    """Repeat each line as often as its count says; blocks stay small."""
    out: list[bytes] = []
    size = 0
    for line in block[:-1].split(b"\n"):
        text, _, count = line.partition(b"\0")
        text = decode(text + b"\n") if escaped else text + b"\n"
        left = int(count or 1)
        while left:
            times = min(left, max(BLOCK_BYTES // len(text), 1))
            left -= times
            out.append(text * times)
            size += len(text) * times
            if size >= BLOCK_BYTES:
                yield b"".join(out)
                out, size = [], 0
    if out:
        yield b"".join(out)


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(BLOCK_BYTES):
        yield chunk


def _sort(arguments: list[str], scratch: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own words
        ["/usr/bin/sort", "--parallel=1", "-T", str(scratch), *arguments],
        env={"LC_ALL": "C"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if "-m" in arguments else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pipesize=BLOCK_BYTES,
        # A chunk's sort ends by itself when nobody writes any more, and starts faster so; a merge could go on for long.
        preexec_fn=die_with_parent if "-m" in arguments else None,
    )


def _judge(process: "subprocess.Popen[bytes]") -> None:
    assert process.stderr  # noqa: S101 - for mypy
    with process.stderr:
        words = process.stderr.read().decode(errors="replace").strip()
    if process.wait():
        raise Hopeless(f"The records could not be sorted: {words or 'sort was killed'}. Is the disk full?")
