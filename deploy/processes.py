"""What runs: the processes of the Procfile, which are the tiers of an environment, and the queues they serve."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROCFILE = Path(__file__).resolve().parent.parent / "Procfile"
LOCAL_ONLY = {"sqs"}  # what Amazon does in a cloud


@dataclass(frozen=True)
class Process:
    """One line of the Procfile."""

    name: str
    command: str

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues that it takes messages from."""
        found = re.search(r"--queues (\S+)", self.command)
        return tuple(found[1].split(",")) if found else ()


@cache
def processes() -> dict[str, Process]:
    """Read the processes that run in a cloud, by their names."""
    lines = (line.split(":", 1) for line in PROCFILE.read_text().splitlines() if line and not line.startswith("#"))
    found = {name.strip(): Process(name.strip(), command.strip()) for name, command in lines}
    return {name: process for name, process in found.items() if name not in LOCAL_ONLY}


def queues() -> tuple[str, ...]:
    """Give every queue that a process serves, without the prefix of an environment."""
    return tuple(name for process in processes().values() for name in process.queues)
