"""The local engine: the streaming contract on this machine's cores (`core/streaming`)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from mapreduce.core.job import JobFailed, Progress, Stage, StreamingJob
from mapreduce.core.streaming import InputFile, Limits, LocalRun, sandbox_missing
from mapreduce.engines.port import Finished, Later, ResultPart, Watcher, Work
from mapreduce.engines.staging import fetch_inputs, place_program, seconds_left


class LocalEngine:
    """See `mapreduce.engines.Engine`. A job lives and dies with the call, so there is never anything to release."""

    def unavailable(self) -> str:
        return ""

    def advance(self, work: Work, watcher: Watcher, scratch: Path, *, now: datetime) -> Finished | Later:
        check_sandbox(trusted=work.trusted)
        watcher.progress(Progress(Stage.SETUP))
        inputs = fetch_inputs(work.inputs, scratch / "input", watcher)
        program = place_program(work.program, work.files, scratch / "program")
        with local_run(work.job, inputs, program, scratch, limits_of(work, now=now)) as run:
            for event in run.events():
                if isinstance(event, Progress):
                    watcher.progress(event)
                else:
                    watcher.task(event)
            return Finished(tuple(ResultPart.of_file(part) for part in run.parts()))

    def release(self, job_id: UUID, state: Mapping[str, Any]) -> None:
        pass

    def sweep(self, is_unfinished: Callable[[UUID], bool], *, now: datetime) -> int:
        return 0


def local_run(job: StreamingJob, inputs: Sequence[InputFile], program: Path, scratch: Path, limits: Limits) -> LocalRun:
    """Run a job in a scratch folder, in the sandbox if there is one."""
    return LocalRun(
        job,
        inputs=inputs,
        program=program,
        output=scratch / "output",
        scratch=scratch / "spill",
        limits=limits,
        sandboxed=not sandbox_missing(),
    )


def check_sandbox(*, trusted: bool) -> None:
    """
    See that programs which others wrote cannot reach this machine, or may.

    :raises JobFailed: if not.
    """
    if not (trusted or settings.MAPREDUCE_ALLOW_UNSANDBOXED) and (reason := sandbox_missing()):
        raise JobFailed(reason)


def limits_of(work: Work, *, now: datetime) -> Limits:
    """Give the limits that the settings and the job name."""
    return Limits(
        task_memory_bytes=settings.MAPREDUCE_TASK_MEMORY_BYTES,
        output_bytes=settings.MAPREDUCE_OUTPUT_MAX_BYTES,
        idle_seconds=settings.MAPREDUCE_IDLE_SECONDS,
        job_seconds=seconds_left(work, now=now),
    )
