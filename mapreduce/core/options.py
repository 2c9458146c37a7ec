"""How a program is run over its inputs: what a person may choose, and the limits of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mapreduce.core.job import StreamingJob

MOST_REDUCE_TASKS = 200
MOST_KEY_FIELDS = 20
MOST_VARIABLES = 50
LONGEST_VALUE = 4000
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
RESERVED = re.compile(r"(?i)(mapreduce_|stream_|LD_|PYTHONPATH$|PATH$|HOME$|HADOOP_|JAVA_)")


class OptionsInvalid(Exception):
    """An option is wrong; `str(error)` says what to do, and `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Options:
    """What Hadoop Streaming calls them is said in `StreamingJob`."""

    reduce_tasks: int = 1
    use_combiner: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)
    separator: str = "\t"
    key_fields: int = 1
    partition_fields: tuple[int, int] | None = None
    compress: bool = False

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Options":
        """Read what `dataclasses.asdict` gave, once it was JSON."""
        fields = value.get("partition_fields")
        return cls(**{**value, "partition_fields": (int(fields[0]), int(fields[1])) if fields else None})

    def check(self) -> None:
        """See that a job can be run with them. :raises OptionsInvalid:"""
        if not 0 <= self.reduce_tasks <= MOST_REDUCE_TASKS:
            raise OptionsInvalid("reduce_tasks", f"Choose 0 (no reducer) to {MOST_REDUCE_TASKS} reduce tasks.")
        if len(self.separator.encode()) != 1 or self.separator in "\n\r\0":
            raise OptionsInvalid("separator", "The separator is one ASCII character, such as a tab or a comma.")
        if not 1 <= self.key_fields <= MOST_KEY_FIELDS:
            raise OptionsInvalid("key_fields", f"A key has 1 to {MOST_KEY_FIELDS} fields.")
        self._check_partition_fields()
        self._check_environment()

    def _check_partition_fields(self) -> None:
        if self.partition_fields is None:
            return
        first, last = self.partition_fields
        if not 1 <= first <= last <= self.key_fields:
            raise OptionsInvalid("partition_fields", "Partition by fields of the key, such as 1 to 2 of 3.")

    def _check_environment(self) -> None:
        if len(self.environment) > MOST_VARIABLES:
            raise OptionsInvalid("environment", f"Set at most {MOST_VARIABLES} variables.")
        for name, value in self.environment.items():
            if not NAME.fullmatch(name):
                raise OptionsInvalid("environment", f"{name!r} cannot be a variable's name: letters, digits, _.")
            if RESERVED.match(name):
                raise OptionsInvalid("environment", f"{name} is set by the engine. Choose another name.")
            if len(value) > LONGEST_VALUE or re.search(r"[\0\n\r]", value):
                raise OptionsInvalid("environment", f"{name} must be one line of at most {LONGEST_VALUE} characters.")

    def job(self, *, mapper: str, reducer: str | None, combiner: str | None) -> StreamingJob:
        """Say what is to be run, with these commands."""
        reduces = self.reduce_tasks > 0
        return StreamingJob(
            mapper=mapper,
            reducer=reducer if reduces else None,
            combiner=combiner if reduces and self.use_combiner else None,
            reduce_tasks=self.reduce_tasks,
            environment=dict(self.environment),
            separator=self.separator,
            key_fields=self.key_fields,
            partition_fields=self.partition_fields,
            compress=self.compress,
        )
