"""What the engine must know of a job after a restart."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID


class Phase(StrEnum):
    """How far a step is begun; after a crash in CALLING nobody knows whether EMR heard of it."""

    PLACING = "PLACING"
    PLACED = "PLACED"
    CALLING = "CALLING"
    BEGUN = "BEGUN"


@dataclass(frozen=True)
class State:
    """One step, and the cluster it runs on; a step that is begun anew has the next number, and an own folder."""

    number: int = 1
    phase: Phase = Phase.PLACING
    cluster_id: str = ""
    step_id: str = ""
    shared: bool = False  # the cluster is the one that the settings name: never terminate it
    begun_at: str = ""  # when EMR was asked; ISO 8601
    ended_at: str = ""  # when the step was first seen to have ended
    losses: int = 0  # clusters that went away under the step
    spent: str = "0"  # US dollars, for those

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "State":
        """Read what `to_json` gave, or nothing yet."""
        return cls(**{**value, "phase": Phase(value["phase"])}) if value else cls()

    def to_json(self) -> dict[str, Any]:
        """Say it in plain values."""
        return asdict(self)

    def anew(self, **fields: Any) -> "State":
        """Give the state of a further step."""
        return State(number=self.number + 1, **{"losses": self.losses, "spent": self.spent, **fields})

    def lost(self, *, cost: Decimal) -> "State":
        """Give the state of a further step, after the cluster of this one went away."""
        return self.anew(losses=self.losses + 1, spent=str(Decimal(self.spent) + cost))

    def with_fields(self, **fields: Any) -> "State":
        """Give it with some fields changed."""
        return replace(self, **fields)

    def hours(self, *, now: datetime) -> Decimal:
        """Say for how long its cluster has been there."""
        if not self.begun_at:
            return Decimal(0)
        return Decimal((now - datetime.fromisoformat(self.begun_at)).total_seconds()) / 3600


def name_of(job_id: UUID, number: int) -> str:
    """Name a step, and its transient cluster, so that they are found again."""
    return f"{PREFIX}{job_id}-{number}"


def job_of(name: str) -> tuple[UUID, int] | None:
    """Say for which job and step a cluster or step has such a name."""
    job_id, _, number = name.removeprefix(PREFIX).rpartition("-")
    if not name.startswith(PREFIX) or not number.isdecimal():
        return None
    try:
        return UUID(job_id), int(number)
    except ValueError:
        return None


PREFIX = "cloudapps-"
