"""One attempt of one task, in a process of its own: the program, what is fed to it and what becomes of its output."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mapreduce.core.job import Counters
from mapreduce.core.streaming.collector import Collector
from mapreduce.core.streaming.combined import CombinedRuns
from mapreduce.core.streaming.environment import environment_of
from mapreduce.core.streaming.errors import AttemptFailed, Hopeless
from mapreduce.core.streaming.feeder import Feeder
from mapreduce.core.streaming.inputs import Split, SplitReader
from mapreduce.core.streaming.launch import Launcher
from mapreduce.core.streaming.lines import WholeLines
from mapreduce.core.streaming.part_file import PartFile
from mapreduce.core.streaming.program import TICK_SECONDS, Program
from mapreduce.core.streaming.records import RecordFormat
from mapreduce.core.streaming.runs import Run, records
from mapreduce.core.streaming.spec import Spec
from mapreduce.core.streaming.stderr import Reporter

FRAMEWORK = "Map-Reduce Framework"


@dataclass(frozen=True)
class Task:
    """What is to be done: map a split, or reduce runs."""

    kind: str  # map or reduce
    number: int
    maps: int  # how many there are in all
    split: Split | None = None
    runs: tuple[Run, ...] = ()

    @property
    def weight(self) -> int:
        """Tell how many bytes it reads."""
        return self.split.length if self.split else sum(run.size_bytes for run in self.runs)


@dataclass(frozen=True)
class Beat:
    """How far an attempt is."""

    read_bytes: int
    output_bytes: int
    counters: Counters
    status: str
    is_sorting: bool = False


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended; `error` is empty if well."""

    beat: Beat
    stderr: str
    runs: list[Run] = field(default_factory=list)
    part: str = ""
    role: str = ""
    error: str = ""
    is_hopeless: bool = False
    taken_bytes: int = 0
    last_line: str = ""


class Attempt:
    """Does one task once. `send` takes a beat about four times a second."""

    def __init__(
        self, spec: Spec, task: Task, number: int, suspect: int | None, launcher: Launcher, send: Callable[[Beat], None]
    ) -> None:
        self._spec, self._task, self._number, self._launcher, self._send = spec, task, number, launcher, send
        self._folder = spec.scratch / "tasks" / f"{task.kind[0]}{task.number:05}.{number}"
        self._reporter = Reporter(spec.limits.stderr_bytes)
        self._counts: dict[str, int] = {}
        self._reader = SplitReader(task.split) if task.split else None
        self._fed_bytes = 0
        self._output_bytes = 0
        self._is_sorting = False
        self._ticked_at = 0.0
        self._feeder: Feeder | None = None
        self._suspect = suspect

    def run(self) -> Outcome:
        """Do it, and tell how it ended."""
        self._folder.mkdir(parents=True)
        try:
            runs, part = self._map() if self._task.kind == "map" else ([], self._reduce())
            return Outcome(self._beat(), self._reporter.text, runs, part)
        except AttemptFailed as error:
            return self._failed(str(error), role=error.role)
        except Hopeless as error:
            return self._failed(str(error), is_hopeless=True)
        except OSError as error:
            words = f"The engine could not go on: {error.strerror or error}. Is the disk full?"
            return self._failed(words, is_hopeless=True)

    def _failed(self, words: str, role: str = "", is_hopeless: bool = False) -> Outcome:
        shutil.rmtree(self._folder, ignore_errors=True)
        feeder = self._feeder
        return Outcome(
            self._beat(),
            self._reporter.text,
            role=role,
            error=words,
            is_hopeless=is_hopeless,
            taken_bytes=feeder.taken_bytes if feeder else 0,
            last_line=feeder.taken_line.decode(errors="replace").rstrip("\n") if feeder else "",
        )

    def _map(self) -> tuple[list[Run], str]:
        job = self._spec.job
        if not job.reduce_tasks:
            return [], self._write_part(job.mapper, self._split_blocks(), "Map output records")
        collector = Collector(job, self._folder)
        self._run("mapper", job.mapper, self._split_blocks(), collector.take)
        self._is_sorting = True
        self._tick()
        runs = collector.finish()
        self._count("Map output records", collector.records)
        return (self._combine(runs) if job.combiner else runs), ""

    def _combine(self, runs: list[Run]) -> list[Run]:
        """Let the combiner make fewer records of each reducer's runs."""
        by_reducer: dict[int, list[Run]] = {}
        for run in runs:
            by_reducer.setdefault(run.reducer, []).append(run)
        return [run for reducer, mine in sorted(by_reducer.items()) for run in self._combine_for(reducer, mine)]

    def _combine_for(self, reducer: int, runs: list[Run]) -> list[Run]:
        command = self._spec.job.combiner
        assert command  # noqa: S101 - for mypy
        target = CombinedRuns(reducer, self._folder)

        def take(block: bytes) -> None:
            self._count("Combine output records", block.count(b"\n"))
            target.write(block)

        with target:
            self._run("combiner", command, self._counted("Combine input records", records(runs, self._folder)), take)
        for run in runs:
            run.path.unlink()
        return target.runs

    def _reduce(self) -> str:
        blocks = self._counted("Reduce input records", self._merged_blocks())
        return self._write_part(self._spec.job.reducer, blocks, "Reduce output records")

    def _write_part(self, command: str | None, blocks: Iterator[bytes], counter: str) -> str:
        """Write what the program makes of the blocks, or the blocks themselves, into a part of the result."""
        task, job = self._task, self._spec.job
        format_ = RecordFormat(job.separator, job.key_fields) if task.kind == "map" else RecordFormat()
        part = PartFile(self._spec.output, task.number, self._number, job.compress)
        drops = task.kind == "reduce" and not task.runs

        def take(block: bytes) -> None:
            if not drops:
                self._count(counter, block.count(b"\n"))
                part.write(format_.with_tabs(block))

        with part:
            if command:
                self._run("mapper" if task.kind == "map" else "reducer", command, blocks, take)
            else:
                for block in blocks:
                    take(block)
                    self._tick_if_due()
        return part.name

    def _run(self, role: str, command: str, blocks: Iterator[bytes], take: Callable[[bytes], None]) -> None:
        lines = WholeLines()

        def hear(chunk: bytes) -> None:
            self._output_bytes += len(chunk)
            if block := lines.feed(chunk):
                take(block)

        suspect, self._suspect = self._suspect, None
        feeder = self._feeder = Feeder(blocks, suspect)
        try:
            program = Program(
                role,
                command,
                self._environment(),
                launcher=self._launcher,
                feeder=feeder,
                reporter=self._reporter,
                tick=self._tick,
            )
            program.run(hear)
            if rest := lines.finish():
                take(rest)
        finally:
            feeder.close()

    def _environment(self) -> dict[str, str]:
        task = self._task
        return environment_of(
            self._spec.job, kind=task.kind, number=task.number, attempt=self._number, maps=task.maps, split=task.split
        )

    def _split_blocks(self) -> Iterator[bytes]:
        assert self._reader  # noqa: S101 - for mypy
        return self._counted("Map input records", self._reader.blocks())

    def _merged_blocks(self) -> Iterator[bytes]:
        return records(self._task.runs, self._folder, self._tell_fed)

    def _tell_fed(self, size: int) -> None:
        self._fed_bytes += size

    def _counted(self, name: str, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self._count(name, block.count(b"\n"))
            yield block

    def _count(self, name: str, amount: int) -> None:
        self._counts[name] = self._counts.get(name, 0) + amount

    def _beat(self) -> Beat:
        read = self._reader.read_bytes if self._reader else self._fed_bytes
        counters = {group: dict(names) for group, names in self._reporter.counters.items()}
        mine = counters.setdefault(FRAMEWORK, {})
        for name, amount in self._counts.items():
            mine[name] = mine.get(name, 0) + amount
        return Beat(read, self._output_bytes, counters, self._reporter.status, self._is_sorting)

    def _tick(self) -> None:
        self._ticked_at = time.monotonic()
        self._send(self._beat())

    def _tick_if_due(self) -> None:
        if time.monotonic() - self._ticked_at > TICK_SECONDS:
            self._tick()
