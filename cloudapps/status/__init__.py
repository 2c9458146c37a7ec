"""The port to the board on which every process says how it does, for `/status/` and for those who deploy."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from django.conf import settings

BEAT_EVERY = timedelta(seconds=15)
SILENT_AFTER = 3 * BEAT_EVERY  # who has said nothing for so long is gone
KEPT_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Heartbeat:
    """
    What one process of the Procfile (with its children) says of itself at one moment.

    Its work is requests or tasks: how many a second, how long each took in the mean, and the share of its slots that
    were busy with them, all since the beat before. `cpu_cores` is what it used of the machine in the same time.
    """

    component: str  # its name in the Procfile
    instance: str  # the machine and the process
    at: datetime
    started_at: datetime
    release: str
    rate: float
    latency_seconds: float
    utilisation: float
    cpu_cores: float
    memory_bytes: int


class StatusBoard(Protocol):
    """Keeps the last beat of each instance, and forgets who has long been silent."""

    def beat(self, heartbeat: Heartbeat) -> None:
        """Write a beat down."""

    def beats(self, *, since: datetime) -> list[Heartbeat]:
        """Give the last beat of each instance that beat since then, by component and instance."""


@cache
def status_board() -> StatusBoard:
    """Give the DynamoDB table that the setting STATUS_TABLE names, else a table of the database."""
    if settings.STATUS_TABLE:
        from cloudapps.status.dynamodb import DynamoBoard

        return DynamoBoard(settings.STATUS_TABLE, settings.AWS_REGION)
    from cloudapps.status.database import DatabaseBoard

    return DatabaseBoard()
