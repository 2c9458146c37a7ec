"""
What a mapper writes, on its way into sorted runs, at least one for each reducer that gets anything.

Two ways. Where lines repeat, as in a word count, they are counted while they come, and each goes through sort and merge
once. Where they do not, blocks are cut by reducer into files, which `sort` sorts. The first lines tell which it is.
"""

from collections import Counter
from pathlib import Path
from typing import IO

from mapreduce.core.job import StreamingJob
from mapreduce.core.streaming.partitioner import Partitioner
from mapreduce.core.streaming.records import RecordFormat
from mapreduce.core.streaming.runs import Run, sort_file

SAMPLE_LINES = 50_000
PAYS_BELOW = 0.6  # distinct lines of all
MAX_DISTINCT = 400_000
MAX_BLOCK = 8 << 20
LOOSE_BYTES = 64 << 20  # of a file that is sorted at once


class Collector:
    """Takes a mapper's lines, and gives runs. `folder` is this attempt's own."""

    def __init__(self, job: StreamingJob, folder: Path) -> None:
        self._format = RecordFormat(job.separator, job.key_fields)
        self._partitioner = Partitioner(job.reduce_tasks, job.partition_fields)
        self._folder = folder
        self._counts: Counter[bytes] = Counter()
        self._counted_lines = 0
        self._is_counting = True
        self._loose: dict[int, _Loose] = {}
        self._closed: list[_Loose] = []
        self._runs: list[Run] = []
        self._paths = 0
        self.records = 0

    def take(self, block: bytes) -> None:
        """Take whole lines."""
        count = block.count(b"\n")
        self.records += count
        if self._is_counting and len(block) < MAX_BLOCK and b"\0" not in block:
            self._count(block, count)
        elif block:
            self._put(block)

    def finish(self) -> list[Run]:
        """Sort what was taken."""
        self._flush()
        for loose in [*self._closed, *self._loose.values()]:
            loose.file.close()
            path = self._new_path(loose.reducer)
            sort_file(loose.path, path, self._folder)
            self._runs.append(Run(loose.reducer, path, loose.size_bytes, escaped=loose.escaped))
        return self._runs

    def _count(self, block: bytes, count: int) -> None:
        lines = block.split(b"\n")
        lines.pop()
        self._counts.update(lines)
        self._counted_lines += count
        if self._counted_lines > SAMPLE_LINES and len(self._counts) > PAYS_BELOW * self._counted_lines:
            self._is_counting = False
            self._put(b"".join((line + b"\n") * times for line, times in self._counts.items()))
            self._counts.clear()
        elif len(self._counts) > MAX_DISTINCT:
            self._flush()

    def _put(self, block: bytes) -> None:
        encoded, escaped = self._format.encode(block)
        for reducer, part in self._partitioner.cut(encoded, escaped):
            loose = self._loose.get(reducer) or self._loose.setdefault(
                reducer, _Loose(reducer, self._new_path(reducer))
            )
            loose.write(part, escaped)
            if loose.size_bytes > LOOSE_BYTES:
                loose.file.close()
                self._closed.append(self._loose.pop(reducer))

    def _flush(self) -> None:
        """Write the lines that were counted as sorted runs."""
        if not self._counts:
            return
        block, escaped = self._format.encode(b"\n".join(self._counts) + b"\n")
        reducers = self._partitioner.reducers_of(block, escaped)
        lines: dict[int, list[bytes]] = {}
        for line, times, reducer in zip(block[:-1].split(b"\n"), self._counts.values(), reducers, strict=True):
            lines.setdefault(reducer, []).append(b"%s\0%d" % (line, times) if times > 1 else line)
        for reducer, mine in lines.items():
            mine.sort()
            path = self._new_path(reducer)
            size = path.write_bytes(b"\n".join(mine) + b"\n")
            self._runs.append(Run(reducer, path, size, counted=True, escaped=escaped))
        self._counts.clear()
        self._counted_lines = 0

    def _new_path(self, reducer: int) -> Path:
        self._paths += 1
        return self._folder / f"{self._paths}.r{reducer}"


class _Loose:
    """A file of records for one reducer that is not sorted yet."""

    def __init__(self, reducer: int, path: Path) -> None:
        self.reducer, self.path = reducer, path
        self.file: IO[bytes] = path.open("wb", buffering=0)
        self.size_bytes = 0
        self.escaped = False

    def write(self, part: bytes, escaped: bool) -> None:
        view = memoryview(part)
        while view:
            view = view[self.file.write(view) :]
        self.size_bytes += len(part)
        self.escaped |= escaped
