"""What Hadoop's client writes into a step's syslog: how far the job is, what failed, and the counters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mapreduce.core.hadoop.client_output import counters_in, progress_of
from mapreduce.core.job import Counters, Progress, TaskReport, TaskState

PERCENT = re.compile(r"\bmap (\d+)% reduce (\d+)%")
RUNNING = re.compile(r"Running job: job_(\d+_\d+)")
FAILED = re.compile(r"Task Id : attempt_\d+_\d+_([mr])_(\d+)_(\d+), Status : (FAILED|KILLED)")
COUNTERS = re.compile(r"Counters: \d+$")
ERROR = re.compile(r" ERROR [\w.$]+ ?(?:\([^)]*\))?: (.+)")
LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ")
MOST_ERROR_LINES = 20
MOST_COUNTER_LINES = 2000


@dataclass
class Syslog:
    """What a step's syslog tells."""

    application: str = ""  # application_1700000000000_0001
    map: float = 0.0
    reduce: float = 0.0
    failed: list[TaskReport] = field(default_factory=list)
    counters: Counters = field(default_factory=dict)
    error: str = ""  # what the client itself complained of last

    @property
    def progress(self) -> Progress:
        """How far the job is, in the words for every engine."""
        return progress_of(self.map, self.reduce, self.counters)


def read_syslog(text: str) -> Syslog:
    """Read it, as far as it is there."""
    found = Syslog()
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if match := PERCENT.search(line):
            found.map, found.reduce = int(match[1]) / 100, int(match[2]) / 100
        elif match := RUNNING.search(line):
            found.application = f"application_{match[1]}"
        elif match := FAILED.search(line):
            error = "\n".join(_following(lines, number))
            state = TaskState(match[4])
            found.failed.append(
                TaskReport(
                    kind="map" if match[1] == "m" else "reduce",
                    number=int(match[2]),
                    attempt=int(match[3]) + 1,
                    state=state,
                    seconds=0,  # the log does not say
                    started=_moment(line),
                    error=error if state == TaskState.FAILED else "",
                )
            )
        elif match := ERROR.search(line):
            found.error = match[1]
        elif COUNTERS.search(line):
            found.counters = counters_in(_following(lines, number, most=MOST_COUNTER_LINES))
    return found


def _following(lines: list[str], number: int, most: int = MOST_ERROR_LINES) -> Iterator[str]:
    for line in lines[number + 1 : number + 1 + most]:
        if LOG_LINE.match(line):
            return
        yield line


def _moment(line: str) -> float:
    try:
        return datetime.strptime(line[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
