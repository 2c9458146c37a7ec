"""The Hadoop of `bin/install-hadoop`, which runs jobs in its client's process."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mapreduce.core.hadoop import HadoopRun
from tests.mapreduce.cases import Case
from tests.mapreduce.contract import Result, follow, lay_out

HOME = Path(__file__).resolve().parents[3] / "var/hadoop"
COMMAND, JAR = HOME / "bin/hadoop", HOME / "hadoop-streaming.jar"


def is_installed() -> bool:
    """Tell whether it is there."""
    return COMMAND.exists()


@contextmanager
def plain_python() -> Iterator[None]:
    """Have programs find this interpreter itself first: what version managers put there starts ten times as slowly."""
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{Path(sys.executable).resolve().parent}:{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def run_case(case: Case, folder: Path) -> Result:
    """Run a case on it, in a folder that is not there yet."""
    inputs, program = lay_out(case, folder)
    run = HadoopRun(
        case.job,
        command=[str(COMMAND)],
        jar=str(JAR),
        inputs=inputs,
        program=program,
        work_uri=f"file://{folder}/work",
        output=folder / "output",
        name=case.name,
    )
    return follow(run)
