"""What Hadoop's client says while a job runs, read line by line: how far it is, what failed, and its counters."""

import re
from collections.abc import Iterable
from dataclasses import replace

from mapreduce.core.hadoop.failures import failure_in_words, stderr_in
from mapreduce.core.job import Counters, Progress, Stage, TaskReport, TaskState

# The layouts of distributions differ: 24/01/31 or 2024-01-31, the class alone or with thread, file and line.
LOG_LINE = re.compile(r"^\d{2,4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d\S* +(?:\[[^]]*\] )?[A-Z]+ ")
OF_JOB = re.compile(r"\bmapreduce\.Job\b")
RUNNING = re.compile(r"(?:Running job: |Submitting tokens for job: )(job_\w+)$")
TRACKED = re.compile(r"The url to track the job: (\S+)$")
PERCENT = re.compile(r"\bmap (\d+)% reduce (\d+)%$")
ATTEMPT = re.compile(r"\battempt_\w+?_\d+_([mr])_(\d+)_(\d+)")
ENDED_BADLY = re.compile(r"Task Id : attempt_\w+, Status : (FAILED|KILLED)$")
STARTED_HERE = re.compile(r"LocalJobRunner: Starting task: attempt_\w+$")
FINISHED_HERE = re.compile(r"LocalJobRunner: Finishing task: attempt_\w+$")
FAILED_HERE = re.compile(r"WARN .*LocalJobRunner: job_\w+$")
JOB_ENDED = re.compile(r"Job job_\w+ (?:failed|completed) with state (FAILED|KILLED|ERROR) due to: ?(.*)$")
COUNTERS = re.compile(r"Counters: \d+$")
GROUP = re.compile(r"\t(\S.*?) ?$")
COUNTER = re.compile(r"\t\t(\S.*)=(-?\d+)$")
CLIENT_ERROR = re.compile(r"ERROR .*\bStreamJob\b[^:]*: (?:Error [Ll]aunching job ?[:,] ?)?(.+)$")
CLIENT_DIED = re.compile(r'^Exception in thread "main" (.+)$')
SORTED_AT = 2 / 3  # of what Hadoop calls reduce: copying and sorting are the first two thirds
MOST_LINES = 100

Attempt = tuple[str, int, int]  # kind, number, attempt from 1


class ClientOutput:
    """
    Reads the client's output.

    In local mode the programs' own stderr is among it, so that only the first job that is named counts.
    """

    def __init__(self) -> None:
        self.job_id = ""
        self.tracking_url = ""
        self.progress = Progress(Stage.SETUP)
        self.state = ""  # FAILED or KILLED, once Hadoop has said so
        self._reports: list[TaskReport] = []  # not yet taken
        self._failed: list[tuple[Attempt, str]] = []
        self._begun: dict[Attempt, float] = {}  # what runs in the client's own process
        self._block = ""  # what the lines without a date belong to
        self._lines: list[str] = []
        self._attempt: tuple[Attempt, TaskState, float] | None = None
        self._counters: Counters = {}
        self._reason = ""
        self._complaint = ""
        self._last_words: list[str] = []

    def feed(self, line: str, *, now: float) -> None:
        """Take one line, without its end; `now` in seconds since the epoch."""
        if not LOG_LINE.match(line) and not CLIENT_DIED.match(line):
            self._continue(line)
            return
        self._end_block()
        if OF_JOB.search(line) or "JobSubmitter" in line:
            self._hear_of_job(line, now)
        elif STARTED_HERE.search(line):
            self._begun[_attempt(line)] = now
        elif FINISHED_HERE.search(line):
            self._finish(_attempt(line), now)
        elif FAILED_HERE.search(line):
            self._block = "failed here"
        elif found := CLIENT_ERROR.search(line) or CLIENT_DIED.match(line):
            self._complaint = self._complaint or found[1].strip()

    def finish(self, *, now: float) -> None:
        """Take the end of the output."""
        self._end_block()
        error = "\n".join(self._last_words)
        for attempt, started in self._begun.items():
            self._report(attempt, TaskState.FAILED, error, started, now)
        self._begun = {}

    def reports(self) -> list[TaskReport]:
        """Give the attempts that have ended since the last call."""
        taken, self._reports = self._reports, []
        return taken

    def failure(self) -> str:
        """Say why the job failed, for its owner."""
        if self._failed:
            return self._failure_of_attempts()
        if self.state == "KILLED":
            return f"The job was killed on the cluster: {self._reason or 'it does not say why'}"
        said = self._reason if self._reason not in ("", "NA") else self._complaint
        said = said or next((line for line in reversed(self._last_words) if line.strip()), "it said nothing")
        return f"Hadoop could not run the job: {said}"

    def _failure_of_attempts(self) -> str:
        last, error = self._failed[-1]
        count = sum(attempt[:2] == last[:2] for attempt, _ in self._failed)
        times = "once" if count == 1 else "several times"  # the client does not hear of the last attempt
        words = f"The {_role(last, error)} failed {times}. {failure_in_words(error)}"
        is_elsewhere = self.tracking_url and not self.job_id.startswith("job_local")
        if not is_elsewhere:
            return words
        return f"{words.rstrip('.')}. What it said is in the cluster’s logs: {self.tracking_url}"

    def _hear_of_job(self, line: str, now: float) -> None:
        if found := RUNNING.search(line):
            self.job_id = self.job_id or found[1]
        elif found := TRACKED.search(line):
            self.tracking_url = self.tracking_url or found[1]
        elif found := PERCENT.search(line):
            self.progress = progress_of(int(found[1]) / 100, int(found[2]) / 100, self._counters)
        elif found := ENDED_BADLY.search(line):
            self._block, self._attempt = "attempt", (_attempt(line), TaskState(found[1]), now)
        elif found := JOB_ENDED.search(line):
            self.state, self._block, self._lines = found[1], "reason", [found[2]]
        elif COUNTERS.search(line):
            self._block = "counters"

    def _continue(self, line: str) -> None:
        """Take a line that belongs to the one before: an error, a reason, counters; or something a program said."""
        if self._block and len(self._lines) < (MOST_LINES if self._block != "counters" else 100 * MOST_LINES):
            self._lines.append(line)
        if self._block != "counters":
            self._last_words = [*self._last_words[1 - MOST_LINES :], line]

    def _end_block(self) -> None:
        text = "\n".join(self._lines).strip("\n")
        if self._block == "attempt" and self._attempt:
            attempt, state, at = self._attempt
            self._report(attempt, state, text, at, at)
        elif self._block == "failed here":
            self._last_words = self._lines
        elif self._block == "reason":
            self._reason = text.split("\n", 1)[0]
        elif self._block == "counters":
            self._counters = counters_in(self._lines)
            self.progress = replace(self.progress, counters=self._counters)
        self._block, self._lines = "", []

    def _finish(self, attempt: Attempt, now: float) -> None:
        self._last_words = []
        self._report(attempt, TaskState.SUCCEEDED, "", self._begun.pop(attempt, now), now)

    def _report(self, attempt: Attempt, state: TaskState, error: str, started: float, ended: float) -> None:
        kind, number, count = attempt
        words = failure_in_words(error) if state is TaskState.FAILED else ""
        seconds = round(ended - started, 3)
        self._reports.append(TaskReport(kind, number, count, state, seconds, started, stderr_in(error), words))
        if state is TaskState.FAILED:
            self._failed.append((attempt, error))


def _attempt(line: str) -> Attempt:
    found = ATTEMPT.search(line)
    assert found  # noqa: S101 - the caller's pattern has seen it
    return "map" if found[1] == "m" else "reduce", int(found[2]), int(found[3]) + 1


def _role(attempt: Attempt, error: str) -> str:
    if "PipeCombiner" in error or (attempt[0] == "map" and "PipeReducer" in error):
        return "combiner"
    return "mapper" if attempt[0] == "map" else "reducer"


def progress_of(maps: float, reduces: float, counters: Counters) -> Progress:
    """Say how far a job is of which Hadoop says these two numbers, each from 0 to 1."""
    stage = Stage.MAP if maps < 1 else Stage.SORT if reduces < SORTED_AT else Stage.REDUCE
    in_reduce = max(0.0, reduces - SORTED_AT) / (1 - SORTED_AT)
    return Progress(stage, maps, min(1.0, reduces / SORTED_AT), in_reduce, counters)


def counters_in(lines: Iterable[str]) -> Counters:
    """Read the lines that follow “Counters: …”."""
    counters: Counters = {}
    group = ""
    for line in lines:
        if found := COUNTER.match(line):
            counters.setdefault(group, {})[found[1]] = int(found[2])
        elif found := GROUP.match(line):
            group = found[1]
    return counters
