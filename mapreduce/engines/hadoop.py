"""The Hadoop engine: `hadoop jar …streaming.jar` on a cluster that the settings name (`core/hadoop`)."""

import shlex
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from mapreduce.core.hadoop import HadoopRun, kill_job
from mapreduce.core.job import Progress, Stage
from mapreduce.engines.port import Finished, Later, ResultPart, Watcher, Work
from mapreduce.engines.staging import fetch_inputs, place_program, seconds_left


class HadoopEngine:
    """
    See `mapreduce.engines.Engine`.

    The client is followed by the worker for as long as the job takes; what a worker that died has left on the cluster
    is killed before the job is begun again, and once it has ended.
    """

    def unavailable(self) -> str:
        if settings.HADOOP_STREAMING_JAR and settings.HADOOP_WORK_URI:
            return ""
        return "Set HADOOP_STREAMING_JAR and HADOOP_WORK_URI, and HADOOP_COMMAND if hadoop is not on the PATH."

    def advance(self, work: Work, watcher: Watcher, scratch: Path, *, now: datetime) -> Finished | Later:
        self.release(work.job_id, work.state)
        watcher.progress(Progress(Stage.SETUP))
        run = HadoopRun(
            work.job,
            command=_command(),
            jar=settings.HADOOP_STREAMING_JAR,
            inputs=fetch_inputs(work.inputs, scratch / "input", watcher),
            program=place_program(work.program, work.files, scratch / "program"),
            work_uri=f"{settings.HADOOP_WORK_URI.rstrip('/')}/{work.job_id}-{work.run}",
            output=scratch / "output",
            name=f"cloudapps-{work.job_id}",
            job_seconds=seconds_left(work, now=now),
        )
        known = ""
        with run:
            for event in run.events():
                if run.job_id != known:
                    known = run.job_id
                    watcher.remember({"hadoop_job_id": known}, holds_resources=True)
                if isinstance(event, Progress):
                    watcher.progress(event)
                else:
                    watcher.task(event)
            return Finished(tuple(ResultPart.of_file(part) for part in run.parts()))

    def release(self, job_id: UUID, state: Mapping[str, Any]) -> None:
        if hadoop_job_id := state.get("hadoop_job_id"):
            kill_job(_command(), hadoop_job_id)

    def sweep(self, is_unfinished: Callable[[UUID], bool], *, now: datetime) -> int:
        return 0


def _command() -> list[str]:
    return shlex.split(settings.HADOOP_COMMAND)
