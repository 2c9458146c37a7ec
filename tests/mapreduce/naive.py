"""Hadoop Streaming as its documentation tells it, small and slow: what a program does to whole inputs in memory."""

import io
import os
import random
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from decimal import Context, localcontext
from functools import cache
from pathlib import Path
from types import CodeType
from unittest.mock import patch

from mapreduce.core.job import StreamingJob

Pair = tuple[bytes, bytes]


class ProgramFailed(Exception):
    """A program ended with a status that is not 0; `str(error)` is what it said on stderr."""


@dataclass
class Naive:
    """
    Runs a job whose programs lie in `folder`.

    `order` gives the values of one key an order of its own, as Hadoop may; without it they are sorted. `in_process`
    runs a script inside this one, which is a hundred times as fast.
    """

    job: StreamingJob
    folder: Path
    splits: int = 1
    order: random.Random | None = None
    in_process: bool = True
    counters: Counter[str] = field(default_factory=Counter)

    def run(self, inputs: Mapping[str, bytes]) -> dict[str, bytes]:
        """Give the parts that come out."""
        parts: list[list[Pair]] = [[] for _ in range(self.job.reduce_tasks)]
        for name, body in inputs.items():
            for start, lines in _cut(body, self.splits):
                for part, pairs in zip(parts, self._map(name, start, lines), strict=True):
                    part += pairs
        return {f"part-{number:05}": self._reduce(pairs) for number, pairs in enumerate(parts)}

    def _map(self, name: str, start: int, lines: bytes) -> list[list[Pair]]:
        told = {"mapreduce_map_input_file": f"file:/in/{name}", "mapreduce_map_input_start": str(start)}
        parts: list[list[Pair]] = [[] for _ in range(self.job.reduce_tasks)]
        for pair in self._pairs(self._start(self.job.mapper, lines, told)):
            parts[partition(self.job, pair[0])].append(pair)
        return [self._combine(pairs) if self.job.combiner else pairs for pairs in parts]

    def _combine(self, pairs: list[Pair]) -> list[Pair]:
        assert self.job.combiner
        return self._pairs(self._start(self.job.combiner, self._sorted(pairs))) if pairs else []

    def _reduce(self, pairs: list[Pair]) -> bytes:
        assert self.job.reducer
        if not pairs:
            return b""
        written = self._start(self.job.reducer, self._sorted(pairs))
        return b"".join(line if b"\t" in line else line[:-1] + b"\t\n" for line in written.splitlines(keepends=True))

    def _sorted(self, pairs: list[Pair]) -> bytes:
        if self.order is None:
            pairs = sorted(pairs)
        else:
            pairs = sorted(self.order.sample(pairs, len(pairs)), key=lambda pair: pair[0])
        return b"".join(b"%s\t%s\n" % pair for pair in pairs)

    def _pairs(self, written: bytes) -> list[Pair]:
        return [self._pair(line) for line in re.split(rb"\r\n|\r|\n", written)[:-1]]

    def _pair(self, line: bytes) -> Pair:
        separator = self.job.separator.encode()
        fields = line.split(separator, self.job.key_fields)
        value = fields.pop() if len(fields) > self.job.key_fields else b""
        return separator.join(fields), value

    def _start(self, command: str, stdin: bytes, told: Mapping[str, str] | None = None) -> bytes:
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **(told or {}), **self.job.environment}
        start = start_inside if self.in_process else start_process
        stdout, stderr = start(self.folder, command, stdin, environment)
        for group, name, amount in re.findall(rb"^reporter:counter:(\w+),(\w+),(\d+)$", stderr, re.MULTILINE):
            self.counters[f"{group.decode()}.{name.decode()}"] += int(amount)
        return stdout


def partition(job: StreamingJob, key: bytes) -> int:
    """Give the number of the reducer that gets a key, as Hadoop does."""
    if job.partition_fields:
        separator = job.separator.encode()
        first, last = job.partition_fields
        return (_hash(separator.join(key.split(separator)[first - 1 : last]), 0) & 0x7FFFFFFF) % job.reduce_tasks
    return (_hash(key, 1) & 0x7FFFFFFF) % job.reduce_tasks


def _hash(key: bytes, start: int) -> int:
    found = start
    for byte in key:
        found = (31 * found + (byte - 256 if byte > 127 else byte)) & 0xFFFFFFFF
    return found


def _cut(body: bytes, splits: int) -> Iterable[tuple[int, bytes]]:
    """Cut a file at line ends into so many pieces, whose lines end as a program sees them; each with its place."""
    lines = re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", body)
    for number in range(splits):
        first, last = (len(lines) * edge // splits for edge in (number, number + 1))
        if first < last:
            yield sum(map(len, lines[:first])), b"".join(line.rstrip(b"\r\n") + b"\n" for line in lines[first:last])


def start_process(folder: Path, command: str, stdin: bytes, environment: Mapping[str, str]) -> tuple[bytes, bytes]:
    """Run a command as an engine does, and give its stdout and stderr. :raises ProgramFailed:"""
    python, *arguments = shlex.split(command)
    assert python == "python3"
    ended = subprocess.run(
        [sys.executable, *arguments], input=stdin, cwd=folder, env=dict(environment), capture_output=True, check=False
    )
    if ended.returncode:
        raise ProgramFailed(ended.stderr.decode())
    return ended.stdout, ended.stderr


def start_inside(folder: Path, command: str, stdin: bytes, environment: Mapping[str, str]) -> tuple[bytes, bytes]:
    """Run a script in this process, and give its stdout and stderr. :raises ProgramFailed:"""
    stdout, stderr = io.TextIOWrapper(io.BytesIO()), io.StringIO()
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin))),
        redirect_stdout(stdout),
        redirect_stderr(stderr),
        localcontext(Context()),
    ):
        try:
            exec(_code(folder / command.removeprefix("python3 ")), {"__name__": "__main__"})
        except SystemExit as error:
            raise ProgramFailed(str(error.code)) from None
    stdout.flush()
    return stdout.buffer.getvalue(), stderr.getvalue().encode()


@cache
def _code(path: Path) -> CodeType:
    return compile(path.read_bytes(), path, "exec")
