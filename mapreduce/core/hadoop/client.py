"""Hadoop's client: a process whose lines are heard, and that takes all below it along when it is killed."""

import os
import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mapreduce.core.streaming.children import kill_tree

BEAT_SECONDS = 0.5
LONGEST_LINE = 64 * 1024
END = b""
# In local mode the programs inherit this, so it holds none of this site's secrets.
PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "TZ", "JAVA_HOME")
PASSED_ON_FROM = ("HADOOP_", "HDFS_", "YARN_", "MAPRED_", "KRB5")


class Client:
    """Runs the commands of one job, one after the other; `scratch` is where they work."""

    def __init__(self, command: Sequence[str], scratch: Path) -> None:
        self._command = [*command]
        self._scratch = scratch
        self._process: subprocess.Popen[bytes] | None = None
        self._is_killed = False
        self.status = 0  # of the last command

    def lines(self, *arguments: str) -> Iterator[str | None]:
        """
        Run `hadoop ARGUMENT…`, and give each line that it says; None when it says nothing for a while.

        :raises OSError: if there is no such program.
        """
        process = self._start(arguments)
        heard: queue.Queue[bytes] = queue.Queue(maxsize=1000)
        listener = threading.Thread(target=_listen, args=(process, heard), daemon=True)
        listener.start()
        try:
            while (line := _next(heard)) != END:
                yield None if line is None else line.decode(errors="replace").rstrip("\r\n")
            self.status = process.wait()
        finally:
            kill_tree(process)
            while listener.is_alive():  # it may wait for a place in the queue
                _next(heard)

    def kill(self) -> None:
        """Kill the command that runs, from any thread; none can be started after it."""
        self._is_killed = True
        if self._process:
            kill_tree(self._process)

    def _start(self, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
        self._process = process = subprocess.Popen(  # noqa: S603 - the settings name it
            [*self._command, *arguments],
            cwd=self._scratch,
            env=client_environment(os.environ, self._scratch),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if self._is_killed:
            kill_tree(process)
        return process


def client_environment(environment: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Give what the client may know. Arguments that are not ASCII come through only in a UTF-8 locale."""
    known = {name: value for name, value in environment.items() if name in PASSED_ON or name.startswith(PASSED_ON_FROM)}
    return known | {"LC_ALL": "C.UTF-8", "TMPDIR": str(scratch)}


def _listen(process: "subprocess.Popen[bytes]", heard: "queue.Queue[bytes]") -> None:
    assert process.stdout  # noqa: S101 - for mypy
    with process.stdout:
        while line := process.stdout.readline(LONGEST_LINE):
            heard.put(line)
    heard.put(END)


def _next(heard: "queue.Queue[bytes]") -> bytes | None:
    try:
        return heard.get(timeout=BEAT_SECONDS)
    except queue.Empty:
        return None
