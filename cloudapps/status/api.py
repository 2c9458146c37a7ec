"""The same by script: `GET /api/v1/status`, for staff."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Router, Schema

from cloudapps.problems import NotFound
from cloudapps.requests import UserRequest
from cloudapps.status.overview import overview

router = Router(tags=["status"])


class NotForYou(NotFound):
    """Whoever is no member of staff learns nothing of it."""


class InstanceOut(Schema):
    """Rates are a second, `utilisation` is the share of slots that are busy, `cpu_cores` how many cores are used."""

    instance: str
    at: datetime
    started_at: datetime
    release: str
    rate: float
    latency_seconds: float
    utilisation: float
    cpu_cores: float
    memory_bytes: int


class ComponentOut(Schema):
    name: str
    rate: float
    latency_seconds: float
    utilisation: float
    cpu_cores: float
    memory_bytes: int
    instances: list[InstanceOut]


class QueueOut(Schema):
    """Messages are null where the queue does not answer; `oldest_seconds` is the age of the oldest waiting job."""

    name: str
    waiting: int | None
    in_flight: int | None
    oldest_seconds: float


class StatusOut(Schema):
    at: datetime
    components: list[ComponentOut]
    queues: list[QueueOut]


@router.get("", response=StatusOut, summary="How every component does (staff)")
def get_status(request: UserRequest) -> Any:
    """Processes that were heard of within 45 seconds, and the queues."""
    if not request.user.is_staff:
        raise NotForYou("There is nothing here for you.")
    return overview(now=timezone.now())
