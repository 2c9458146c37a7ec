"""One file of the result: written beside its place, and put there when it is whole."""

import gzip
from pathlib import Path
from types import TracebackType
from typing import IO


class PartFile:
    """A context manager; the file is there only if the block ends well. Compressed bytes are the same each time."""

    def __init__(self, output: Path, number: int, attempt: int, compress: bool) -> None:
        self.name = f"part-{number:05}" + (".gz" if compress else "")
        self._path = output / self.name
        self._begun = output / f"._{self.name}.{attempt}"
        self._raw: IO[bytes] = self._begun.open("wb", buffering=1 << 20)
        self._file: IO[bytes] | gzip.GzipFile = self._raw
        if compress:
            self._file = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=self._raw, mtime=0)

    def write(self, block: bytes) -> None:
        """Add records."""
        self._file.write(block)

    def __enter__(self) -> "PartFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not self._raw:
            self._file.close()
        self._raw.close()
        if kind:
            self._begun.unlink(missing_ok=True)
        else:
            self._begun.rename(self._path)
