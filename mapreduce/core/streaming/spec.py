"""What a run is told: the job, where its bytes are, and how much it may take. Goes through JSON unharmed."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mapreduce.core.job import StreamingJob

MIB = 1 << 20


@dataclass(frozen=True)
class InputFile:
    """A file of records; `name` is what the program sees in `mapreduce_map_input_file`."""

    name: str
    path: Path


@dataclass(frozen=True)
class Limits:
    """How much a job may take."""

    slots: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))  # tasks at the same time
    task_memory_bytes: int = 1024 * MIB  # over all processes of a task
    task_processes: int = 64
    task_disk_bytes: int = 256 * MIB  # each of the work folder and /tmp
    stderr_bytes: int = 64 * MIB  # of one attempt
    output_bytes: int = 10_000_000_000  # what all programs of the job write to stdout
    idle_seconds: float = 600
    job_seconds: float | None = None
    max_attempts: int = 4
    split_bytes: int = 64 * MIB


@dataclass(frozen=True)
class Part:
    """One file of the result, `part-00000` and so on."""

    name: str
    path: Path
    size_bytes: int


@dataclass(frozen=True)
class Spec:
    """All that the run's own process must know."""

    job: StreamingJob
    inputs: tuple[InputFile, ...]
    program: Path
    output: Path
    scratch: Path
    limits: Limits
    sandboxed: bool

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Spec":
        """Read what `dataclasses.asdict` and `json.dumps(…, default=str)` gave."""
        job = dict(value["job"])
        job["partition_fields"] = job["partition_fields"] and tuple(job["partition_fields"])
        return cls(
            job=StreamingJob(**job),
            inputs=tuple(InputFile(entry["name"], Path(entry["path"])) for entry in value["inputs"]),
            program=Path(value["program"]),
            output=Path(value["output"]),
            scratch=Path(value["scratch"]),
            limits=Limits(**value["limits"]),
            sandboxed=value["sandboxed"],
        )
