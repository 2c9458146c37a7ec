"""
What every engine must do: `cases.py` says for which jobs, `recorded/` what real Hadoop gave, and a class compares.

Facts of Hadoop 3.4.2 that the cases hold engines to, each with the class that makes it so:

- Lines (`LineReader`): LF, CR and CRLF end a line of the input, of what a mapper writes and of what a reducer writes; a
  last line without an end counts. No other byte does. A BOM at the beginning of a file is dropped
  (`mapred.LineRecordReader`), packed files too, never one in its midst.
- Records (`TextOutputReader`, `UTF8ByteArrayUtils`): the key ends before the separator that follows `key_fields` - 1
  others; if there are fewer, the line is the key and the value is empty. A key may be empty.
- What a reducer reads (`TextInputWriter`): key TAB value LF, whatever the separator was. What it writes is split at the
  first TAB; a line without TAB ends with one in the result (`TextOutputFormat`). A result of map only, and of no
  reducer, likewise: key TAB value.
- Order (`Text.Comparator`): by the key's bytes. The order of one key's values is not promised: `QuickSort` is not
  stable, so the cases do not look at it.
- Partition: see `partitions.py`. `HashPartitioner` takes `Text.hashCode`: over the key's bytes, h = 31 h + signed byte,
  from h = 1. `KeyFieldBasedPartitioner` begins with h = 0, over the bytes from the first of field A to the last of
  field B, separators between them included; if there is no field B, to the key's end; if no field A, h stays 0. It
  hashes the key as text (`Text.toString`): bytes that are not UTF-8 count as U+FFFD.
- Parts (`FileOutputFormat.getUniqueName`): part-00000 and so on, for map only too, with .gz if packed.
- A mapper is started for an empty file too, and what it writes counts (`PipeMapRunner`). A reducer that gets nothing is
  started, and what it writes is dropped (`PipeMapRed.waitOutputThreads`).
- A program that ends before it has read everything fails only if what is left does not fit into the pipe
  (`PipeMapper.map`); the 128 KB that are flushed at the end may be lost without a word (`PipeMapRed.mapRedFinished`).
- Names that begin with _ or . are no input (`FileInputFormat.hiddenFileFilter`).
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mapreduce.core.hadoop import HadoopRun
from mapreduce.core.job import Counters, JobFailed, Progress, TaskReport
from mapreduce.core.streaming import InputFile, LocalRun
from tests.mapreduce.cases import CASES, Case

RECORDED = Path(__file__).parent / "recorded"
FRAMEWORK = "Map-Reduce Framework"
COUNTED_ALIKE = ("Map input records", "Map output records", "Reduce input records", "Reduce output records")


@dataclass(frozen=True)
class Result:
    """What came of it; packed parts are unpacked."""

    parts: Mapping[str, bytes] = field(default_factory=dict)
    failure: str = ""
    counters: Counters = field(default_factory=dict)
    reports: tuple[TaskReport, ...] = ()
    statuses: frozenset[str] = frozenset()

    @property
    def own_counters(self) -> Counters:
        """The counters of the program, and those of the framework that every engine has."""
        framework = self.counters.get(FRAMEWORK, {})
        own = {group: names for group, names in self.counters.items() if group.startswith("Own")}
        return own | {FRAMEWORK: {name: framework.get(name, 0) for name in COUNTED_ALIKE}}


def follow(run: HadoopRun | LocalRun) -> Result:
    """Follow a run to its end."""
    counters: Counters = {}
    reports, statuses = [], set()
    with run:
        try:
            for event in run.events():
                if isinstance(event, Progress):
                    counters = event.counters or counters
                    statuses.add(event.status)
                else:
                    reports.append(event)
        except JobFailed as error:
            return Result(failure=str(error), counters=counters, reports=tuple(reports))
        parts = {part.name: unpacked(part.name, part.path.read_bytes()) for part in run.parts()}
    return Result(parts, "", counters, tuple(reports), frozenset(statuses))


def unpacked(name: str, body: bytes) -> bytes:
    """Give what is in a part."""
    return gzip.decompress(body) if name.endswith(".gz") else body


def lay_out(case: Case, folder: Path) -> tuple[list[InputFile], Path]:
    """Write a case's files: the inputs, and the folder of the program."""
    program = folder / "program"
    program.mkdir(parents=True)
    for name, body in case.program.items():
        (program / name).write_bytes(body)
    inputs = []
    for number, (name, body) in enumerate(case.inputs):
        path = folder / f"input-{number}"
        path.write_bytes(body)
        inputs.append(InputFile(name, path))
    return inputs, program


def recorded(case: Case) -> Result:
    """Give what Hadoop gave."""
    if case.needs_retries:
        return Result(dict(case.parts))
    return from_json(json.loads((RECORDED / f"{case.name}.json").read_text()))


def to_json(result: Result) -> dict[str, Any]:
    """Give what is recorded of a result. Bytes are written as Latin-1."""
    if result.failure:
        return {"failed": True}
    return {
        "parts": {name: body.decode("latin-1") for name, body in result.parts.items()},
        "counters": result.own_counters,
    }


def from_json(value: Mapping[str, Any]) -> Result:
    """Read it back."""
    if value.get("failed"):
        return Result(failure="Hadoop failed as well")
    parts = {name: body.encode("latin-1") for name, body in value["parts"].items()}
    return Result(parts, counters=value["counters"])


class EngineContract:
    """
    The promise. A subclass is called `Test…`, says how a case is run, and inherits the test.
    """

    retries = True  # a task that failed is tried again

    def run(self, case: Case, tmp_path: Path) -> Result:
        """Run a case on the engine."""
        raise NotImplementedError

    @pytest.mark.parametrize("case", CASES, ids=str)
    def test_does_what_hadoop_does(self, case: Case, tmp_path: Path) -> None:
        if case.needs_retries and not self.retries:
            pytest.skip("this engine tries no task again")
        expected, found = recorded(case), self.run(case, tmp_path)

        if expected.failure:
            assert re.search(case.fails, found.failure), found.failure
            return
        assert not found.failure
        compare_parts(case, expected.parts, found.parts)
        if not case.needs_retries:
            compare_counters(case, expected, found)


def compare_parts(case: Case, expected: Mapping[str, bytes], found: Mapping[str, bytes]) -> None:
    """See that the parts are the same, as far as the case can tell."""
    if case.job.reduce_tasks == 0:  # a part for each map task, and an engine cuts its inputs as it likes
        assert all(re.fullmatch(r"part-\d{5}(\.gz)?", name) for name in found)
        assert _lines(*found.values()) == _lines(*expected.values())
    else:
        assert found == expected


def compare_counters(case: Case, expected: Result, found: Result) -> None:
    """See that the counters are the same; a combiner runs as often as an engine likes."""
    for group, names in expected.own_counters.items():
        alike = {name: count for name, count in names.items() if not (case.job.combiner and "Reduce input" in name)}
        assert alike.items() <= found.own_counters.get(group, {}).items()


def _lines(*bodies: bytes) -> Counter[bytes]:
    return Counter(line for body in bodies for line in body.splitlines(keepends=True))
