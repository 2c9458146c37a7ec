"""A job on a Hadoop cluster, as its caller sees it: the twin of `core.streaming.LocalRun`."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from mapreduce.core.hadoop.arguments import CannotBePassed, streaming_arguments
from mapreduce.core.hadoop.client import Client
from mapreduce.core.hadoop.client_output import ClientOutput
from mapreduce.core.hadoop.places import Beats, place_at
from mapreduce.core.job import JobFailed, Progress, Stage, StreamingJob, TaskReport
from mapreduce.core.streaming import InputFile, Part

HEARTBEAT_SECONDS = 0.5
KILL_SECONDS = CLEAR_SECONDS = 60
ENDED = "Redirecting to job history server"
STOPPED = "The job was stopped."


class HadoopUnreachable(Exception):
    """The cluster does not answer, or its client cannot be started."""


class HadoopRun:
    """
    Runs a job by Hadoop's client. A context manager: leaving it kills the job on the cluster and the client.

    `command` is the `hadoop` program, `jar` that of Hadoop Streaming, `program` a folder of files, `work_uri` a folder
    on the cluster's file system for this run alone, `output` a folder that must not exist yet.
    """

    def __init__(
        self,
        job: StreamingJob,
        *,
        command: Sequence[str],
        jar: str,
        inputs: Sequence[InputFile],
        program: Path,
        work_uri: str,
        output: Path,
        name: str,
        job_seconds: float | None = None,
    ) -> None:
        self._job, self._command, self._jar, self._work_uri, self._name = job, command, jar, work_uri, name
        self._inputs, self._program, self._output = inputs, program.resolve(), output.resolve()
        self._job_seconds = job_seconds
        self._scratch = Path(tempfile.mkdtemp(prefix="hadoop-", dir=self._output.parent))
        self._client = Client(command, self._scratch)
        self._place = place_at(work_uri, self._client, self._scratch)
        self._said = ClientOutput()
        self._is_placed = self._is_over = self._is_killed = False

    @property
    def job_id(self) -> str:
        """Hadoop's id of the job, once it is known."""
        return self._said.job_id

    def __enter__(self) -> "HadoopRun":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        try:
            if self._is_placed:
                self._clear()
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def events(self) -> Iterator[Progress | TaskReport]:
        """
        Do the job, and tell how it goes: at least once a second, even if nothing changes.

        :raises JobFailed: if the job cannot succeed, or has been killed.
        """
        started = time.monotonic()
        try:
            for event in self._events():
                yield event
                self._check(time.monotonic() - started)
        except JobFailed as error:
            raise JobFailed(STOPPED if self._is_killed else str(error)) from None
        except CannotBePassed as error:
            raise JobFailed(str(error)) from error
        except OSError as error:
            raise JobFailed(f"Hadoop could not be used: {error.strerror or error}.") from error

    def parts(self) -> list[Part]:
        """Give the files of the result, in order, after the events have ended well."""
        return [Part(path.name, path, path.stat().st_size) for path in sorted(self._output.glob("part-*"))]

    def kill(self) -> None:
        """Kill the job on the cluster and the client, from any thread."""
        if self._is_killed:
            return
        self._is_killed = True
        self._client.kill()
        if self.job_id and not self._is_over:
            with suppress(HadoopUnreachable):  # the caller knows the id, and can call `kill_job` again
                kill_job(self._command, self.job_id)

    def _events(self) -> Iterator[Progress | TaskReport]:
        if all(file.name.rsplit("/", 1)[-1].startswith(("_", ".")) for file in self._inputs):
            raise JobFailed(
                "There is no input: names that begin with _ or . are left out. Choose at least one other file."
            )
        arguments = self._arguments()  # fails before anything is copied
        self._is_placed = True
        yield from self._during(self._place.put(self._inputs), Progress(Stage.SETUP))
        yield from self._run(arguments)
        yield from self._during(self._place.get(self._output), replace(self._said.progress, stage=Stage.STORE))
        yield replace(self._said.progress, stage=Stage.STORE)

    def _arguments(self) -> list[str]:
        return streaming_arguments(
            self._job,
            files=[str(path) for path in sorted(self._program.iterdir())],
            inputs=[self._place.inputs],
            output=self._place.output,
            name=self._name,
        )

    def _run(self, arguments: list[str]) -> Iterator[Progress | TaskReport]:
        said, beat_at = self._said, 0.0
        for line in self._client.lines("jar", self._jar, *arguments):
            before = said.progress, said.job_id
            if line is not None:
                said.feed(line, now=time.time())
            yield from said.reports()
            if before != (said.progress, said.job_id) or time.monotonic() - beat_at > HEARTBEAT_SECONDS:
                beat_at = time.monotonic()
                yield said.progress
        said.finish(now=time.time())
        self._is_over = not self._client.status or bool(said.state)
        yield from said.reports()
        yield said.progress
        if self._client.status:
            raise JobFailed(said.failure())

    def _during(self, beats: Beats, progress: Progress) -> Iterator[Progress]:
        beat_at = 0.0
        for _ in beats:
            if time.monotonic() - beat_at > HEARTBEAT_SECONDS:
                beat_at = time.monotonic()
                yield progress

    def _check(self, seconds: float) -> None:
        if self._is_killed:
            raise JobFailed(STOPPED)
        if self._job_seconds and seconds > self._job_seconds:
            raise JobFailed(
                f"The job took longer than {self._job_seconds:.0f} seconds. "
                "Give it less data, or look for an endless loop."
            )

    def _clear(self) -> None:
        """Remove the job's folder on the cluster. If the cluster is away, a folder that nobody reads is left there."""
        client = Client(self._command, self._scratch)
        deadline = time.monotonic() + CLEAR_SECONDS
        with suppress(JobFailed, OSError):
            for _ in place_at(self._work_uri, client, self._scratch).remove():
                if time.monotonic() > deadline:
                    client.kill()


def kill_job(command: Sequence[str], job_id: str) -> None:
    """
    Kill a job on the cluster; harmless if it has ended.

    :raises HadoopUnreachable: if the cluster does not answer.
    """
    if job_id.startswith("job_local"):  # it ran in its client's process, and ended with it
        return
    deadline = time.monotonic() + KILL_SECONDS
    said = ""
    with tempfile.TemporaryDirectory() as scratch:
        client = Client(command, Path(scratch))
        try:
            for line in client.lines("job", "-kill", job_id):
                said = line or said
                if ENDED in said:  # the resource manager has said all there is to know; the history may be away
                    return
                if time.monotonic() > deadline:
                    client.kill()
        except OSError as error:
            raise HadoopUnreachable(str(error)) from error
    if client.status and "Could not find job" not in said:
        raise HadoopUnreachable(said or "Hadoop’s client does not say why.")
