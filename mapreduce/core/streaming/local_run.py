"""A run, as its caller sees it: a process that works, events that come out of it, and its end."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from mapreduce.core.job import JobFailed, Progress, StreamingJob, TaskReport
from mapreduce.core.streaming.children import kill_tree
from mapreduce.core.streaming.spec import InputFile, Limits, Part, Spec

ROOT = Path(__file__).resolve().parents[3]
DEFAULT_LIMITS = Limits()


class LocalRun:
    """
    Runs a job on this machine's cores. A context manager: leaving it kills all its processes.

    `program` is the folder of the program's files, `output` a folder that must not exist yet, `scratch` takes what is
    between map and reduce, for as long as the run is open.
    """

    def __init__(
        self,
        job: StreamingJob,
        *,
        inputs: Sequence[InputFile],
        program: Path,
        output: Path,
        scratch: Path,
        limits: Limits = DEFAULT_LIMITS,
        sandboxed: bool = True,
    ) -> None:
        files = tuple(InputFile(file.name, file.path.resolve()) for file in inputs)
        folders = program.resolve(), output.resolve(), scratch.resolve()
        self._spec = Spec(job, files, *folders, limits, sandboxed)
        self._process: subprocess.Popen[bytes] | None = None
        self._parts: list[Part] = []
        self._is_killed = False
        self._folder: str | None = None  # this run's own, in scratch

    def __enter__(self) -> "LocalRun":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._process:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()

    def events(self) -> Iterator[Progress | TaskReport]:
        """
        Do the job, and tell how it goes: at least once a second, even if nothing changes.

        :raises JobFailed: if the job cannot succeed, or has been killed.
        """
        self._process = process = self._start()
        assert process.stdout  # noqa: S101 - for mypy
        if self._is_killed:
            self.kill()
        for line in process.stdout:
            event = json.loads(line)
            if "failed" in event:
                raise JobFailed(event["failed"])
            if "parts" in event:
                self._parts = [Part(part["name"], Path(part["path"]), part["size_bytes"]) for part in event["parts"]]
                return
            yield _event(event)
        status = process.wait()
        raise JobFailed(
            "The job was stopped." if self._is_killed else f"The engine ended by itself ({status}). Try again."
        )

    def parts(self) -> list[Part]:
        """Give the files of the result, in order, after the events have ended well."""
        return self._parts

    def kill(self) -> None:
        """Kill everything, from any thread; it is dead when this returns."""
        self._is_killed = True
        if self._process:
            kill_tree(self._process)

    def _start(self) -> "subprocess.Popen[bytes]":
        self._spec.scratch.mkdir(parents=True, exist_ok=True)
        self._folder = tempfile.mkdtemp(prefix="run-", dir=self._spec.scratch)
        spec = asdict(replace(self._spec, scratch=Path(self._folder)))
        process = subprocess.Popen(
            [sys.executable, "-m", "mapreduce.core.streaming"],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdin  # noqa: S101 - for mypy
        with suppress(BrokenPipeError):  # it has died: the events will say so
            process.stdin.write(json.dumps(spec, default=str).encode() + b"\n")
            process.stdin.flush()
        return process


def _event(event: dict[str, Any]) -> Progress | TaskReport:
    return Progress.from_json(event["progress"]) if "progress" in event else TaskReport.from_json(event["report"])
