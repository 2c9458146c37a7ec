"""Celery beat under a lease: start as many as you like, one of them ticks."""

import os
import socket
from datetime import timedelta
from typing import Any

import structlog
from celery.beat import Scheduler
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from cloudapps.models import Lease

log = structlog.get_logger(__name__)

NAME = "beat"
DURATION = timedelta(seconds=30)
LOOK_AGAIN_SECONDS = 5.0


class LeasedScheduler(Scheduler):
    """The schedule in memory, ticked only while this process holds the lease named `beat`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}"
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due if the lease is ours; return the seconds until the next look."""
        if not self._holds_lease():
            return LOOK_AGAIN_SECONDS
        return float(min(super().tick(*args, **kwargs), LOOK_AGAIN_SECONDS))

    def close(self) -> None:
        """Hand the lease over at a clean end, so that the next one does not wait for it."""
        super().close()
        Lease.objects.give_up(NAME, holder=self.holder)

    def _holds_lease(self) -> bool:
        close_old_connections()
        try:
            return Lease.objects.hold(NAME, holder=self.holder, now=timezone.now(), duration=DURATION)
        except DatabaseError:
            log.warning("beat_lease_unreachable", exc_info=True)
            return False
