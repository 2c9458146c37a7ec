"""The run's own process: it cuts the work into tasks, has as many at work as there are slots, and tells how it goes."""

import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from mapreduce.core.job import Counters, JobFailed, Progress, Stage, TaskReport, TaskState
from mapreduce.core.streaming import children
from mapreduce.core.streaming.attempt import Attempt, Beat, Outcome, Task
from mapreduce.core.streaming.inputs import splits_of
from mapreduce.core.streaming.launch import Launcher
from mapreduce.core.streaming.runs import Run
from mapreduce.core.streaming.spec import Part, Spec

LOOK_SECONDS, HEARTBEAT_SECONDS, THROTTLE_SECONDS = 0.5, 0.5, 0.25
JOB_COUNTERS = "Job Counters"
WORTH_ARRAYS_BYTES = 4 << 20
NO_BEAT = Beat(0, 0, {}, "")
Event = Progress | TaskReport


@dataclass
class Running:
    """An attempt at work."""

    task: Task
    number: int
    process: BaseProcess
    started: float
    beat: Beat = NO_BEAT


class Coordinator:
    """Does one job. `emit` takes what there is to tell; `caller` is a pipe that closes when nobody waits any more."""

    def __init__(self, spec: Spec, emit: Callable[[Event], None], caller: int) -> None:
        self._spec, self._emit, self._caller = spec, emit, caller
        self._limits = spec.limits
        self._waiting: deque[tuple[Task, int, int | None]] = deque()
        self._running: dict[Connection, Running] = {}
        self._runs: list[Run] = []  # what maps have made for reducers
        self._progress = Progress(Stage.SETUP)
        self._counters: Counters = {}
        self._output_bytes = 0
        self._emitted_at = 0.0
        self._started_at = time.monotonic()
        self._parent = os.getppid()

    def run(self) -> list[Part]:
        """
        Do the job.

        :raises JobFailed: if it cannot succeed.
        """
        spec = self._spec
        children.adopt_orphans()  # of attempts that are killed
        try:
            self._launcher = self._prepare()
            splits = splits_of(spec.inputs, self._limits)
            if spec.job.reduce_tasks > 1 and sum(split.length for split in splits) > WORTH_ARRAYS_BYTES:
                import numpy  # noqa: F401 - once, before the attempts are forked from this process
            maps = [Task("map", number, len(splits), split) for number, split in enumerate(splits)]
            self._do(maps)
            if spec.job.reduce_tasks:
                self._do(self._reduces(len(maps)))
            self._emit_progress()
            (spec.output / "_SUCCESS").touch()
            return self._parts()
        except OSError as error:
            raise JobFailed(f"The engine could not go on: {error.strerror or error}. Is the disk full?") from error
        finally:
            self._kill()

    def _prepare(self) -> Launcher:
        """Make the folders, and copy the program to where every user can read it."""
        spec = self._spec
        try:
            spec.output.mkdir(parents=True)
        except FileExistsError:
            raise JobFailed(
                "The folder of the result exists already. Choose another one, or delete it first."
            ) from None
        (spec.scratch / "tasks").mkdir()
        program = spec.scratch / "program"
        shutil.copytree(spec.program, program, symlinks=True)
        for path in [program, *program.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755)
        return Launcher(program, spec.scratch, self._limits, spec.sandboxed)

    def _reduces(self, maps: int) -> list[Task]:
        runs: dict[int, list[Run]] = {}
        for run in self._runs:
            runs.setdefault(run.reducer, []).append(run)
        return [
            Task("reduce", number, maps, runs=tuple(runs.get(number, ())))
            for number in range(self._spec.job.reduce_tasks)
        ]

    def _parts(self) -> list[Part]:
        paths = sorted(path for path in self._spec.output.iterdir() if path.name.startswith("part-"))
        return [Part(path.name, path, path.stat().st_size) for path in paths]

    def _do(self, tasks: Sequence[Task]) -> None:
        """Do all tasks of one kind."""
        self._waiting.extend((task, 1, None) for task in tasks)
        self._progress = replace(
            self._progress,
            stage=Stage.MAP if tasks[0].kind == "map" else Stage.REDUCE,
            sort=float(tasks[0].kind == "reduce"),
        )
        self._weight = sum(task.weight for task in tasks) or 1
        self._of_kind, self._ended, self._read_bytes = len(tasks), 0, 0
        while self._waiting or self._running:
            while self._waiting and len(self._running) < self._limits.slots:
                self._start(*self._waiting.popleft())
            ready = connection.wait([*self._running, self._caller], timeout=LOOK_SECONDS)
            for source in ready:
                if isinstance(source, Connection):
                    self._hear(source)
            self._check(self._caller in ready)
            self._emit_progress_if_due()

    def _start(self, task: Task, number: int, suspect: int | None) -> None:
        context = get_context("fork")  # this process has one thread
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=self._attempt, args=(task, number, suspect, theirs))
        process.start()
        theirs.close()
        self._running[ours] = Running(task, number, process, time.time())
        self._count(f"Launched {task.kind} tasks")

    def _attempt(self, task: Task, number: int, suspect: int | None, conn: Connection) -> None:
        """Be the process of one attempt."""
        parent = self._running and os.getppid()
        children.die_with_parent()
        children.adopt_orphans()
        if parent and os.getppid() != parent:
            return
        conn.send(Attempt(self._spec, task, number, suspect, self._launcher, conn.send).run())

    def _hear(self, source: Connection) -> None:
        running = self._running[source]
        try:
            message: Beat | Outcome = source.recv()
        except EOFError:
            words = "It was killed from outside; perhaps this machine ran out of memory."
            message = Outcome(running.beat, "", error=words)
        if isinstance(message, Beat):
            running.beat = message
            return
        running.process.join()
        source.close()
        del self._running[source]
        self._end(running, message)

    def _end(self, running: Running, outcome: Outcome) -> None:
        task, number = running.task, running.number
        self._output_bytes += outcome.beat.output_bytes
        if not outcome.error:
            self._runs.extend(outcome.runs)
            self._ended += 1
            self._read_bytes += outcome.beat.read_bytes
            _add(self._counters, outcome.beat.counters)
            self._report(running, TaskState.SUCCEEDED, outcome)
            for run in task.runs:
                run.path.unlink()  # the disk may be small
            return
        self._count(f"Failed {task.kind} tasks")
        self._report(running, TaskState.FAILED, outcome)
        if outcome.is_hopeless:
            raise JobFailed(outcome.error)
        if number >= self._limits.max_attempts:
            times = "once" if number == 1 else f"{number} times"
            raise JobFailed(f"The {outcome.role or task.kind + ' task'} failed {times}. {outcome.error}")
        self._waiting.appendleft((task, number + 1, outcome.taken_bytes))

    def _report(self, running: Running, state: TaskState, outcome: Outcome) -> None:
        self._emit(
            TaskReport(
                kind=running.task.kind,
                number=running.task.number,
                attempt=running.number,
                state=state,
                seconds=round(time.time() - running.started, 3),
                started=running.started,
                stderr=outcome.stderr,
                error=outcome.error,
                input=running.task.split.name if running.task.split else "",
                last_line=outcome.last_line,
            )
        )

    def _check(self, has_caller_spoken: bool) -> None:
        if has_caller_spoken or os.getppid() != self._parent:
            self._kill()
            os._exit(1)
        limits = self._limits
        if limits.job_seconds and time.monotonic() - self._started_at > limits.job_seconds:
            words = f"The job took longer than {limits.job_seconds:.0f} seconds."
            raise JobFailed(f"{words} Give it less data, or look for an endless loop.")
        if (
            self._output_bytes + sum(running.beat.output_bytes for running in self._running.values())
            > limits.output_bytes
        ):
            raise JobFailed(
                f"The programs wrote more than {limits.output_bytes / 1e9:g} GB. Write less, or split the input."
            )

    def _kill(self) -> None:
        """Kill what is at work."""
        for running in self._running.values():
            running.process.kill()
        children.kill_below()
        for source, running in self._running.items():
            running.process.join()
            source.close()
            self._report(running, TaskState.KILLED, Outcome(running.beat, "", error="The job was over."))
        self._running = {}

    def _count(self, name: str) -> None:
        _add(self._counters, {JOB_COUNTERS: {name: 1}})

    def _emit_progress_if_due(self) -> None:
        if time.monotonic() - self._emitted_at > THROTTLE_SECONDS:
            self._emit_progress()

    def _emit_progress(self) -> None:
        """Tell how far the tasks of this kind are, by the bytes they have read."""
        is_map = self._progress.stage is not Stage.REDUCE
        beats = [running.beat for running in self._running.values()]
        read = self._read_bytes + sum(beat.read_bytes for beat in beats)
        fraction = 1.0 if self._ended == self._of_kind else min(read / self._weight, 1.0)
        counters: Counters = {}
        for counted in (self._counters, *(beat.counters for beat in beats)):
            _add(counters, counted)
        status = next((beat.status for beat in beats if beat.status), self._progress.status)
        self._progress = replace(self._progress, counters=counters, status=status)
        if is_map:
            is_sorting = bool(beats) and not self._waiting and all(beat.is_sorting for beat in beats)
            stage = Stage.SORT if is_sorting else Stage.MAP
            self._progress = replace(self._progress, stage=stage, map=fraction, sort=self._ended / self._of_kind)
        else:
            self._progress = replace(self._progress, reduce=fraction)
        self._emit(self._progress)
        self._emitted_at = time.monotonic()


def _add(total: Counters, more: Counters) -> None:
    for group, names in more.items():
        mine = total.setdefault(group, {})
        for name, amount in names.items():
            mine[name] = mine.get(name, 0) + amount
