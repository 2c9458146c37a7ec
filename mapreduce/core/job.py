"""
What a Hadoop Streaming job is, and what there is to tell of one: the same words for every engine.

Plain values that go through JSON unharmed, so that they can be handed to another process or kept in a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class StreamingJob:
    """
    What is run over the data, and how.

    A command (`python3 mapper.py`) is split as a shell would, and run without one, in a folder that holds the
    program's files and the extra files. It reads records from stdin, one a line, and writes key TAB value to stdout.
    """

    mapper: str
    reducer: str | None = None  # none: what the mappers write, sorted by key, is the result
    combiner: str | None = None
    reduce_tasks: int = 1  # 0: no sort, what the mappers write is the result
    environment: Mapping[str, str] = field(default_factory=dict)  # as `-cmdenv`
    separator: str = "\t"  # stream.map.output.field.separator, one byte
    key_fields: int = 1  # stream.num.map.output.key.fields
    partition_fields: tuple[int, int] | None = None  # mapreduce.partition.keypartitioner.options=-kA,B
    compress: bool = False  # part-00000.gz instead of part-00000


class Stage(StrEnum):
    """How far a job is that runs."""

    SETUP = "SETUP"  # inputs are fetched, a cluster comes up
    MAP = "MAP"
    SORT = "SORT"
    REDUCE = "REDUCE"
    STORE = "STORE"  # results are put where they are kept


class TaskState(StrEnum):
    """How a task's attempt ended."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    KILLED = "KILLED"


Counters = dict[str, dict[str, int]]  # group → name → count


@dataclass(frozen=True)
class Progress:
    """How far a job is; each part from 0 to 1."""

    stage: Stage
    map: float = 0.0
    sort: float = 0.0
    reduce: float = 0.0
    counters: Counters = field(default_factory=dict)
    status: str = ""  # the last `reporter:status:`, or what the engine has to say

    @property
    def percent(self) -> int:
        """All of it in one number; 100 is said by the job's state alone."""
        if self.stage == Stage.STORE:
            return 97
        return int(50 * self.map + 10 * self.sort + 35 * self.reduce)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Progress":
        """Read what `dataclasses.asdict` gave."""
        return cls(**{**value, "stage": Stage(value["stage"])})


@dataclass(frozen=True)
class TaskReport:
    """One attempt of one task, once it has ended."""

    kind: str  # map or reduce; combiners belong to their map task
    number: int  # from 0
    attempt: int  # from 1
    state: TaskState
    seconds: float
    started: float  # seconds since the epoch
    stderr: str = ""  # without the reporter's lines; its beginning and its end, if it is long
    error: str = ""  # why it failed, in words for the owner
    input: str = ""  # the name of the input file, for a map task
    last_line: str = ""  # the record at or near which it failed, shortened

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "TaskReport":
        """Read what `dataclasses.asdict` gave."""
        return cls(**{**value, "state": TaskState(value["state"])})


class JobFailed(Exception):
    """The job cannot succeed; `str(error)` says why and what to do, to its owner."""
