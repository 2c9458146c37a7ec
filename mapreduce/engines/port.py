"""The port to what runs jobs: this machine, a Hadoop cluster, Amazon EMR."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from mapreduce.core.job import Progress, StreamingJob, TaskReport
from mapreduce.core.pricing import Cluster
from mapreduce.core.streaming import Part


@dataclass(frozen=True)
class StoredFile:
    """A file in the storage, and the name under which a program sees it."""

    name: str
    key: str
    size_bytes: int


@dataclass(frozen=True)
class Work:
    """All that an engine is told of a job."""

    job_id: UUID
    run: int  # counts how often the job was begun, from 1
    name: str
    job: StreamingJob
    program: Mapping[str, bytes]  # the scripts by their filenames
    files: tuple[StoredFile, ...]  # lie beside them
    inputs: tuple[StoredFile, ...]
    trusted: bool  # written by us: may run without a sandbox
    started_at: datetime
    max_minutes: int | None = None
    max_cost: Decimal | None = None  # US dollars
    cluster: Cluster = field(default_factory=Cluster)
    state: Mapping[str, Any] = field(default_factory=dict)  # what the engine last asked to remember


class Watcher(Protocol):
    """
    Hears how the work goes on.

    Each method raises `LeaseLost` when the job was cancelled, deleted, or taken over: then the engine stops what it
    began in this call, and lets the error through.
    """

    def progress(self, progress: Progress) -> None:
        """Hear how far it is; at least once a second while programs run, so that a cancelled job ends soon."""

    def task(self, report: TaskReport) -> None:
        """Hear that an attempt of a task has ended."""

    def remember(self, state: Mapping[str, Any], *, holds_resources: bool) -> None:
        """
        Keep what the engine must know after a restart, before this returns.

        With `holds_resources`, `release` will be called once the job has ended, whatever happens in between.
        """


@dataclass(frozen=True)
class ResultPart:
    """One file of the results; it can be opened as long as the call's scratch folder is there."""

    name: str
    size_bytes: int
    open: Callable[[], BinaryIO]

    @classmethod
    def of_file(cls, part: Part) -> "ResultPart":
        """Give a part that lies on this machine's disk."""
        return cls(part.name, part.size_bytes, lambda: part.path.open("rb"))


@dataclass(frozen=True)
class Finished:
    """The job is done."""

    parts: tuple[ResultPart, ...]


@dataclass(frozen=True)
class Later:
    """The job goes on elsewhere: ask again."""

    after: timedelta


class Engine(Protocol):
    """Runs jobs."""

    def unavailable(self) -> str:
        """Say why it cannot be used as it is set up, and what to do about it; nothing if it can."""

    def advance(self, work: Work, watcher: Watcher, scratch: Path, *, now: datetime) -> Finished | Later:
        """
        Do what there is to do now: begin, look how it stands, or fetch the results.

        To be called again after `Later`, and after a crash at any line; then it goes on where it was, or anew.

        :raises JobFailed: if the job cannot succeed.
        """

    def release(self, job_id: UUID, state: Mapping[str, Any]) -> None:
        """Stop and remove whatever is left of a job that has ended; harmless to repeat, and if there is nothing."""

    def sweep(self, is_unfinished: Callable[[UUID], bool], *, now: datetime) -> int:
        """Stop what runs for jobs that are finished or gone, and return how many there were; for what fell through."""
