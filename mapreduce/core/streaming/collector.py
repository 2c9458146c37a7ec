"""
What a mapper writes, on its way into sorted runs, at least one for each reducer that gets anything.

Two ways. Where lines repeat, as in a word count, they are counted while they come, and each goes through sort and merge
once. Where they do not, they are cut by reducer into chunks, which `sort` sorts: small ones, as a chunk that fits into
the processor's cache takes two thirds of the time, and merging is cheap. The first lines tell which it is.
"""

from collections import Counter
from pathlib import Path

from mapreduce.core.job import StreamingJob
from mapreduce.core.streaming.partitioner import Partitioner
from mapreduce.core.streaming.records import RecordFormat
from mapreduce.core.streaming.runs import Run, Sorter

SAMPLE_LINES = 50_000
PAYS_BELOW = 0.6  # distinct lines of all
MAX_DISTINCT = 400_000
MAX_BLOCK = 8 << 20
CHUNK_BYTES = 4 << 20
BUFFERS_BYTES = 128 << 20  # of all reducers' chunks


class Collector:
    """Takes a mapper's lines, and gives runs. `folder` is this attempt's own."""

    def __init__(self, job: StreamingJob, folder: Path) -> None:
        self._format = RecordFormat(job.separator, job.key_fields)
        self._partitioner = Partitioner(job.reduce_tasks, job.partition_fields, job.separator)
        self._folder = folder
        self._counts: Counter[bytes] = Counter()
        self._counted_lines = 0
        self._is_counting = True
        self._chunks: dict[int, _Chunk] = {}
        self._chunk_bytes = min(CHUNK_BYTES, BUFFERS_BYTES // max(job.reduce_tasks, 1))
        self._sorter = Sorter(folder)
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
        for reducer in list(self._chunks):
            self._sort_chunk(reducer)
        self._sorter.finish()
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
        encoded, escaped = self._format.encode(block, adds_tabs=False)
        for reducer, part in self._partitioner.cut(encoded, escaped):
            chunk = self._chunks.setdefault(reducer, _Chunk())
            chunk.add(part, escaped)
            if chunk.size_bytes >= self._chunk_bytes:
                self._sort_chunk(reducer)

    def _sort_chunk(self, reducer: int) -> None:
        chunk, path = self._chunks.pop(reducer), self._new_path(reducer)
        self._sorter.sort(chunk.parts, path)
        self._runs.append(Run(reducer, path, chunk.size_bytes, escaped=chunk.escaped))

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


class _Chunk:
    """Records for one reducer that are not sorted yet."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size_bytes = 0
        self.escaped = False

    def add(self, part: bytes, escaped: bool) -> None:
        self.parts.append(part)
        self.size_bytes += len(part)
        self.escaped |= escaped
