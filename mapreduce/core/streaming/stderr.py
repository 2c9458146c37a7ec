"""What a program says on stderr: counters and a status for the engine, the rest for its owner."""

from mapreduce.core.job import Counters
from mapreduce.core.streaming.errors import AttemptFailed, Hopeless

PREFIX, COUNTER, STATUS = b"reporter:", b"reporter:counter:", b"reporter:status:"
HEAD_BYTES, TAIL_BYTES = 8 << 10, 24 << 10
MAX_LINE = 64 << 10
MAX_COUNTERS = 500


class Reporter:
    """Reads a program's stderr as it comes."""

    def __init__(self, stderr_bytes: int) -> None:
        self.counters: Counters = {}
        self.status = ""
        self._left = stderr_bytes
        self._begun = b""
        self._head = b""
        self._tail = b""
        self._is_cut = False

    def feed(self, chunk: bytes) -> None:
        """
        Take what the program has written.

        :raises AttemptFailed: if it writes without end.
        :raises Hopeless: if it makes up more counters than anybody can read.
        """
        self._left -= len(chunk)
        lines = (self._begun + chunk).split(b"\n")
        self._begun = lines.pop()
        text = [line for line in lines if not (line.startswith(PREFIX) and self._obey(line))]
        if text:
            self._keep(b"\n".join(text) + b"\n")
        if len(self._begun) > MAX_LINE:
            self._keep(self._begun)
            self._begun = b""
        if self._left < 0:
            raise AttemptFailed("It wrote too much to stderr. Write less there: it is for a few words.")

    def finish(self) -> None:
        """Take the last line, if it has no end."""
        if self._begun:
            self.feed(b"\n")

    @property
    def text(self) -> str:
        """Give the beginning and the end of what was written, without the engine's lines."""
        head, tail = self._head.decode(errors="replace"), self._tail.decode(errors="replace")
        return f"{head}\n[…]\n{tail}" if self._is_cut else head + tail

    @property
    def last_words(self) -> str:
        """Give the last line that is not empty: of a Python traceback, the error."""
        lines = (self._head + b"\n"[: self._is_cut] + self._tail).strip().splitlines()
        return lines[-1].decode(errors="replace")[:500] if lines else ""

    def _keep(self, text: bytes) -> None:
        room = HEAD_BYTES - len(self._head)
        self._head += text[:room]
        self._tail += text[max(room, 0) :]
        if len(self._tail) > TAIL_BYTES:
            self._tail, self._is_cut = self._tail[-TAIL_BYTES:], True

    def _obey(self, line: bytes) -> bool:
        """Do what a reporter line says; what cannot be read stays text."""
        words = line.decode(errors="replace").rstrip("\r")
        if line.startswith(STATUS):
            self.status = words[len(STATUS) :].strip()[:500]
            return True
        columns = words[len(COUNTER) :].strip().split(",") if line.startswith(COUNTER) else []
        if len(columns) != 3:
            return False
        try:
            self._count(columns[0][:128], columns[1][:128], int(columns[2]))
        except ValueError:
            return False
        return True

    def _count(self, group: str, name: str, amount: int) -> None:
        names = self.counters.setdefault(group, {})
        names[name] = names.get(name, 0) + amount
        if sum(len(names) for names in self.counters.values()) > MAX_COUNTERS:
            raise Hopeless(f"The program counts under more than {MAX_COUNTERS} names. Count under a few fixed names.")
