"""A job on this machine, in a few words."""

import gzip
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mapreduce.core.job import JobFailed, Progress, StreamingJob, TaskReport
from mapreduce.core.streaming import InputFile, Limits, LocalRun, sandbox_missing

COUNT_WORDS = """
import sys
for line in sys.stdin:
    for word in line.split():
        print(word + "\\t1")
"""
ADD_UP = """
import sys
from itertools import groupby
for key, lines in groupby(sys.stdin, lambda line: line.split("\\t")[0]):
    print(key + "\\t" + str(sum(int(line.split("\\t")[1]) for line in lines)))
"""


@dataclass
class Result:
    """All that came of a job."""

    parts: dict[str, bytes]
    events: list[Progress | TaskReport]
    failure: str = ""

    @property
    def output(self) -> bytes:
        return b"".join(self.parts[name] for name in sorted(self.parts))

    @property
    def reports(self) -> list[TaskReport]:
        return [event for event in self.events if isinstance(event, TaskReport)]

    @property
    def progress(self) -> Progress:
        return [event for event in self.events if isinstance(event, Progress)][-1]


@dataclass
class Bench:
    """A folder in which jobs are run."""

    folder: Path
    count: int = 0
    runs: list[LocalRun] = field(default_factory=list)

    def prepare(
        self,
        job: StreamingJob | str,
        inputs: dict[str, bytes] | bytes = b"",
        programs: dict[str, str] | None = None,
        *,
        sandboxed: bool = False,
        **limits: Any,
    ) -> LocalRun:
        self.count += 1
        folder = self.folder / f"job-{self.count}"
        for name in ("program", "in"):
            (folder / name).mkdir(parents=True)
        for name, text in (programs or {}).items():
            (folder / "program" / name).write_text(text)
        files = inputs if isinstance(inputs, dict) else {"input.txt": inputs}
        for name, body in files.items():
            (folder / "in" / name).write_bytes(body)
        run = LocalRun(
            StreamingJob(job) if isinstance(job, str) else job,
            inputs=[InputFile(name, folder / "in" / name) for name in files],
            program=folder / "program",
            output=folder / "out",
            scratch=folder / "scratch",
            limits=Limits(**{"max_attempts": 1, **limits}),
            sandboxed=sandboxed,
        )
        self.runs.append(run)
        return run

    def run(self, *args: Any, **kwargs: Any) -> Result:
        result = Result({}, [])
        with self.prepare(*args, **kwargs) as run:
            try:
                for event in run.events():
                    result.events.append(event)
            except JobFailed as error:
                result.failure = str(error)
            for part in run.parts():
                body = part.path.read_bytes()
                result.parts[part.name] = gzip.decompress(body) if part.name.endswith(".gz") else body
        return result


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A folder for jobs, with what a task must find."""
    return Bench(tmp_path)


@pytest.fixture
def needs_sandbox() -> None:
    """Skip where programs cannot be shut in."""
    if missing := sandbox_missing():
        pytest.skip(missing)


@pytest.fixture
def living() -> Callable[[str], list[int]]:
    """Give a function that finds living processes by a word of their command line."""

    def find(word: str) -> list[int]:
        found = []
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) != os.getpid():
                try:
                    if word.encode() in Path("/proc", name, "cmdline").read_bytes():
                        found.append(int(name))
                except OSError:
                    continue
        return found

    return find
