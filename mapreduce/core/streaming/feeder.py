"""The pipe to a program's stdin: filled as it empties, or line by line where an earlier attempt has failed."""

import array
import fcntl
import os
import termios
from collections.abc import Iterator
from contextlib import suppress

PIPE_BYTES = 1 << 20
CAREFUL_BYTES = 256 << 10  # more than a program reads ahead
SHOWN_BYTES = 500


def pipe() -> tuple[int, int]:
    """Make a pipe that holds a megabyte, if the system lets us; else what it holds."""
    ends = os.pipe()
    with suppress(PermissionError):  # this user has many pipes: /proc/sys/fs/pipe-user-pages-soft
        fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return ends


def waiting_bytes(fd: int) -> int:
    """Tell how many bytes lie in a pipe."""
    count = array.array("i", [0])
    fcntl.ioctl(fd, termios.FIONREAD, count)
    return count[0]


class Feeder:
    """
    Writes blocks into a pipe whose reading end stays open here too: so what the program left unread can be counted.

    Around `suspect`, the number of bytes that a failed attempt had taken, it writes a line only when all before it
    has been read: the last line taken is the one at which the program fails.
    """

    def __init__(self, blocks: Iterator[bytes], suspect: int | None = None) -> None:
        self.read_end, self._write_end = pipe()
        os.set_blocking(self._write_end, False)
        self.taken_line = b""
        self._line = self._line_before = b""
        self.taken_bytes = 0
        self._blocks = blocks
        self._pending = memoryview(b"")
        self._sent = 0
        self._line_begun = False
        self._careful = range(0) if suspect is None else range(suspect - CAREFUL_BYTES, suspect + CAREFUL_BYTES)

    @property
    def is_done(self) -> bool:
        """Tell whether all has been written."""
        return self._write_end < 0

    @property
    def is_careful(self) -> bool:
        """Tell whether lines are written one by one now."""
        return self._sent in self._careful and not self.is_done

    @property
    def unread_bytes(self) -> int:
        """Tell how much the program has not read of what was written."""
        return waiting_bytes(self.read_end)

    def send(self) -> bool:
        """Write what fits, and tell whether anything did."""
        before = self._sent
        while not self.is_done and self._send_piece():
            pass
        return self._sent > before

    def _send_piece(self) -> bool:
        if not self._pending:
            self._pending = memoryview(next(self._blocks, b""))
            if not self._pending:
                os.close(self._write_end)
                self._write_end = -1
                return False
        piece = self._pending
        if self._sent in self._careful:
            if not self._line_begun and self.unread_bytes:
                return False
            piece = self._next_line(piece)
        elif self._sent < self._careful.start:
            piece = piece[: self._careful.start - self._sent]
        try:
            count = os.write(self._write_end, piece)
        except BlockingIOError:
            return False
        self._line_begun = piece[count - 1] != 10
        self._sent += count
        self._pending = self._pending[count:]
        return True

    def _next_line(self, pending: memoryview) -> memoryview:
        line = pending[: bytes(pending[: 1 << 16]).find(b"\n") + 1 or 1 << 16]
        if not self._line_begun:
            self._line_before, self._line = self._line, bytes(line[:SHOWN_BYTES])
        return line

    def close(self) -> None:
        """Let go of both ends; `taken_bytes` and `taken_line` tell how far the program has read."""
        self.taken_bytes = self._sent - self.unread_bytes
        if self._sent <= self._careful.stop:
            self.taken_line = self._line_before if self.unread_bytes else self._line
        os.close(self.read_end)
        if not self.is_done:
            os.close(self._write_end)
            self._write_end = -1
