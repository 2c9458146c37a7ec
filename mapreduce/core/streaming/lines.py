"""Bytes into whole lines: CR, LF and CRLF end a line, a missing last one is completed."""

from mapreduce.core.streaming.errors import Hopeless

MAX_LINE = 256 << 20
BOM = b"\xef\xbb\xbf"


class LineEnds:
    """Makes every line end LF, chunk by chunk."""

    def __init__(self) -> None:
        self._held = b""  # a CR that may be half a CRLF
        self._complete = True

    def feed(self, chunk: bytes) -> bytes:
        """Give the chunk with its line ends made LF."""
        if self._held or b"\r" in chunk:
            chunk = self._held + chunk
            self._held = b"\r" if chunk.endswith(b"\r") else b""
            chunk = chunk[: len(chunk) - len(self._held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if chunk:
            self._complete = chunk.endswith(b"\n")
        return chunk

    def finish(self) -> bytes:
        """Give what is left, with the last line completed."""
        if self._held or not self._complete:
            self._held, self._complete = b"", True
            return b"\n"
        return b""


class WholeLines:
    """Cuts what a program writes into blocks of whole lines."""

    def __init__(self, max_line: int = MAX_LINE) -> None:
        self._ends = LineEnds()
        self._begun: list[bytes] = []
        self._begun_bytes = 0
        self._max_line = max_line

    def feed(self, chunk: bytes) -> bytes:
        """Give the lines that are complete now. :raises Hopeless: if one grows beyond all bounds."""
        return self._cut(self._ends.feed(chunk))

    def finish(self) -> bytes:
        """Give the last line, if it has no end."""
        return self._cut(self._ends.finish())

    def _cut(self, chunk: bytes) -> bytes:
        end = chunk.rfind(b"\n") + 1
        if not end:
            self._keep(chunk)
            return b""
        block = b"".join([*self._begun, chunk[:end]]) if self._begun else chunk[:end]
        self._begun, self._begun_bytes = [], 0
        self._keep(chunk[end:])
        return block

    def _keep(self, rest: bytes) -> None:
        if not rest:
            return
        self._begun.append(rest)
        self._begun_bytes += len(rest)
        if self._begun_bytes > self._max_line:
            limit = f"{self._max_line >> 20} MB"
            raise Hopeless(f"The program wrote more than {limit} without a line end. End each record with one.")
