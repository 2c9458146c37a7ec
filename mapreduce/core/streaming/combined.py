"""What a combiner writes: a run as it is while it stays in order, else sorted again."""

from pathlib import Path
from types import TracebackType

from mapreduce.core.streaming.records import RecordFormat
from mapreduce.core.streaming.runs import Run, Sorter


class CombinedRuns:
    """Takes a combiner's records for one reducer; the blocks that break the order become runs of their own."""

    def __init__(self, reducer: int, folder: Path) -> None:
        self._reducer, self._folder = reducer, folder
        self._format = RecordFormat()
        self._path = folder / f"c{reducer}.run"
        self._file = self._path.open("wb")
        self._size_bytes = 0
        self._is_escaped = False
        self._last = b""
        self._sorter = Sorter(folder)
        self.runs: list[Run] = []

    def write(self, block: bytes) -> None:
        """Add whole lines."""
        block, escaped = self._format.encode(block)
        lines = block[:-1].split(b"\n")
        if self._last > lines[0] or lines != sorted(lines):
            path = self._folder / f"c{self._reducer}.{len(self.runs)}.run"
            self._sorter.sort([block], path)
            self.runs.append(Run(self._reducer, path, len(block), escaped=escaped))
            return
        self._last = lines[-1]
        self._is_escaped |= escaped
        self._size_bytes += self._file.write(block)

    def __enter__(self) -> "CombinedRuns":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if not kind:
            self._sorter.finish()
        if self._size_bytes:
            self.runs.append(Run(self._reducer, self._path, self._size_bytes, escaped=self._is_escaped))
