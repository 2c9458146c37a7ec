"""
A user's program at work: fed with records, listened to, and watched, by one loop in one thread.

The loop looks at its pipes every few milliseconds instead of being woken for every 8 KB that a program reads or
writes: the pipes hold a megabyte, and the program keeps its core meanwhile.
"""

import os
import select
import signal
import time
from collections.abc import Callable, Mapping

from mapreduce.core.streaming import children
from mapreduce.core.streaming.errors import AttemptFailed, Hopeless
from mapreduce.core.streaming.feeder import PIPE_BYTES, Feeder, pipe
from mapreduce.core.streaming.launch import Launcher
from mapreduce.core.streaming.stderr import Reporter

LOOK_SECONDS = 0.004
TICK_SECONDS = 0.25


class Program:
    """One attempt's mapper, combiner or reducer."""

    def __init__(
        self,
        role: str,
        command: str,
        environment: Mapping[str, str],
        *,
        launcher: Launcher,
        feeder: Feeder,
        reporter: Reporter,
        tick: Callable[[], None],
    ) -> None:
        self._role, self._limits, self._tick = role, launcher.limits, tick
        self._feeder, self._reporter = feeder, reporter
        self._stdout, stdout = pipe()
        self._stderr, stderr = pipe()
        self._open = {self._stdout, self._stderr}
        for fd in self._open:
            os.set_blocking(fd, False)
        try:
            self._process = launcher.start(command, environment, stdin=feeder.read_end, stdout=stdout, stderr=stderr)
        finally:
            os.close(stdout)
            os.close(stderr)
        self._moved_at = self._ticked_at = time.monotonic()

    def run(self, take: Callable[[bytes], None]) -> None:
        """
        Feed it all there is, and hand on what it writes, until it ends.

        :raises AttemptFailed: if it fails, or takes too much.
        :raises Hopeless: if it does nothing for too long.
        """
        try:
            self._work(take)
            self._reporter.finish()
            self._judge()
        except AttemptFailed as error:
            error.role = self._role
            raise
        finally:
            self._close()

    def _work(self, take: Callable[[bytes], None]) -> None:
        ended = select.poll()
        pidfd = os.pidfd_open(self._process.pid)
        ended.register(pidfd, select.POLLIN)
        try:
            pause = 0.0
            while not ended.poll(0 if self._feeder.is_careful else pause * 1000):
                pause = self._look(take)
        finally:
            os.close(pidfd)
        self._process.wait()
        children.kill_strays()  # what has daemonised itself; of the sandbox nothing is left
        while self._open:
            self._listen(take)

    def _look(self, take: Callable[[bytes], None]) -> float:
        """Serve all pipes once, and tell how long they can be left alone."""
        has_fed = self._feeder.send()
        heard = self._listen(take)
        now = time.monotonic()
        if has_fed or heard:
            self._moved_at = now
        if now - self._ticked_at >= TICK_SECONDS:
            self._ticked_at = now
            self._watch(now)
        return 0 if heard > PIPE_BYTES // 2 else LOOK_SECONDS

    def _listen(self, take: Callable[[bytes], None]) -> int:
        return self._drain(self._stdout, take) + self._drain(self._stderr, self._reporter.feed)

    def _drain(self, fd: int, take: Callable[[bytes], None]) -> int:
        if fd not in self._open:
            return 0
        try:
            chunk = os.read(fd, PIPE_BYTES)
        except BlockingIOError:
            return 0
        if not chunk:
            self._open.remove(fd)
        else:
            take(chunk)
        return len(chunk)

    def _watch(self, now: float) -> None:
        self._tick()
        if now - self._moved_at > self._limits.idle_seconds:
            raise Hopeless(
                f"The {self._role} neither read nor wrote anything for {self._limits.idle_seconds:.0f} seconds. "
                "Look for an endless loop, or write “reporter:status:…” to stderr now and then."
            )
        if children.takes_more_than(self._limits.task_memory_bytes, self._process.pid):
            limit = self._limits.task_memory_bytes >> 20
            raise AttemptFailed(f"It took more than {limit} MB of memory. Keep less at a time.")

    def _judge(self) -> None:
        status = self._process.returncode
        words = self._reporter.last_words
        said = f"Its last words: {words}" if words else "It said nothing on stderr."
        if status < 0 or status > 128:
            number = -status if status < 0 else status - 128
            raise AttemptFailed(f"It was killed by signal {number} ({_signal_name(number)}). {said}")
        if status:
            raise AttemptFailed(said if words else f"It ended with exit status {status}. {said}")
        if not self._feeder.is_done or self._feeder.unread_bytes:
            raise AttemptFailed(f"It ended before it had read all its input (Broken pipe). {said}")

    def _close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
            children.kill_strays()
        for fd in (self._stdout, self._stderr):
            os.close(fd)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"
