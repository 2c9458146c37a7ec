"""The one shape of long work: a row that says everything, claimed by one conditional UPDATE."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from uuid6 import uuid7

MAX_ATTEMPTS = 5
GAVE_UP = f"We gave up after {MAX_ATTEMPTS} tries, because the worker stopped each time before it was done."

J = TypeVar("J", bound="AbstractJob")


class AlreadyClaimed(Exception):
    """Another worker holds the job, or it is finished, or gone."""


class LeaseLost(Exception):
    """The job was cancelled, deleted or taken over while this worker was at it: its work is void."""


class Status(models.TextChoices):
    QUEUED = "QUEUED", "Queued"
    RUNNING = "RUNNING", "Running"
    SUCCEEDED = "SUCCEEDED", "Done"
    FAILED = "FAILED", "Failed"
    CANCELLED = "CANCELLED", "Cancelled"


UNFINISHED = (Status.QUEUED, Status.RUNNING)


class JobQuerySet(models.QuerySet[J]):
    """Reads and the claim, for every kind of job."""

    def unfinished(self) -> "JobQuerySet[J]":
        """Keep what still waits or runs."""
        return self.filter(status__in=UNFINISHED)

    def deserted(self, *, now: datetime) -> "JobQuerySet[J]":
        """Keep what runs on paper only: the worker's lease ran out."""
        return self.filter(status=Status.RUNNING, lease_expires_at__lt=now)

    def claim(self, job_id: UUID, *, now: datetime) -> J:
        """
        Take the job for this worker alone, until its lease runs out.

        :raises AlreadyClaimed: if another worker holds it, it is finished, or it does not exist.
        """
        free = models.Q(status=Status.QUEUED) | models.Q(status=Status.RUNNING, lease_expires_at__lt=now)
        lease_id = uuid4()
        claimed = self.filter(free, pk=job_id, attempts__lt=MAX_ATTEMPTS).update(
            status=Status.RUNNING,
            attempts=models.F("attempts") + 1,
            lease_id=lease_id,
            lease_expires_at=now + self.model.lease,
            started_at=Coalesce("started_at", now),
            error="",
        )
        if not claimed:
            raise AlreadyClaimed(str(job_id))
        return self.get(pk=job_id, lease_id=lease_id)


class AbstractJob(models.Model):
    """
    Long work that somebody asked for.

    Whoever claims it holds it by `lease_id` until `lease_expires_at`; every later write of that worker carries the
    lease in its WHERE clause, so a worker that was presumed dead can never overwrite its successor.
    """

    task: ClassVar[str]  # the Celery task that runs it, with `job_id` as its only argument
    queue: ClassVar[str]
    lease: ClassVar[timedelta]  # at least the task's hard time limit, less than the queue's visibility timeout

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_id = models.UUIDField(null=True, editable=False)
    lease_expires_at = models.DateTimeField(null=True, editable=False)
    error = models.TextField(blank=True)  # in words for the owner
    dead_lettered = models.BooleanField(default=False)
    request_id = models.CharField(max_length=64, blank=True)  # of the request that asked for it, for the logs
    created_at = models.DateTimeField()
    enqueued_at = models.DateTimeField()  # when a message was last sent, or is due to be
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("-pk",)
        indexes: ClassVar = [models.Index(fields=("status", "enqueued_at"), name="%(app_label)s_%(class)s_lost")]

    @property
    def is_finished(self) -> bool:
        """Whether the job will not change any more."""
        return self.status not in UNFINISHED

    @property
    def seconds_taken(self) -> float | None:
        """Wall time from the first start to the end, or None while there is no end."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()

    def renew(self, *, now: datetime, **fields: Any) -> None:
        """
        Keep the lease for another term, and tell the owner how far it is: `progress` in percent, and other fields.

        :raises LeaseLost: if the job is no longer this worker's.
        """
        self._write(lease_expires_at=now + self.lease, **fields)

    def succeed(self, *, now: datetime, **fields: Any) -> None:
        """
        Finish with the given fields set.

        :raises LeaseLost: if the job is no longer this worker's.
        """
        self._finish(Status.SUCCEEDED, now=now, progress=100, **fields)

    def fail(self, error: str, *, now: datetime, dead_lettered: bool = False) -> None:
        """
        Finish with words that tell the owner why and what to do.

        :raises LeaseLost: if the job is no longer this worker's.
        """
        self._finish(Status.FAILED, now=now, error=error, dead_lettered=dead_lettered)

    def requeue(self, *, due_at: datetime) -> None:
        """
        Give the job back, to be tried again at a later moment.

        :raises LeaseLost: if the job is no longer this worker's.
        """
        self._write(status=Status.QUEUED, progress=0, lease_id=None, lease_expires_at=None, enqueued_at=due_at)

    def park(self, *, due_at: datetime) -> None:
        """
        Let go of a job that goes on elsewhere, for somebody to look at it at a later moment; it keeps RUNNING.

        The tries count anew from here, since this one did what there was to do.

        :raises LeaseLost: if the job is no longer this worker's.
        """
        self._write(lease_id=None, lease_expires_at=due_at, enqueued_at=due_at, attempts=0)

    def cancel(self, *, now: datetime) -> bool:
        """End the job whoever holds it, and return False if it was finished already."""
        fields = {"status": Status.CANCELLED, "finished_at": now, "lease_id": None, "lease_expires_at": None}
        cancelled = type(self).objects.unfinished().filter(pk=self.pk).update(**fields)
        self.refresh_from_db()
        return bool(cancelled)

    def _finish(self, status: Status, *, now: datetime, **fields: Any) -> None:
        self._write(status=status, finished_at=now, lease_id=None, lease_expires_at=None, **fields)

    def _write(self, **fields: Any) -> None:
        mine = type(self).objects.filter(pk=self.pk, status=Status.RUNNING, lease_id=self.lease_id)
        if not mine.update(**fields):
            raise LeaseLost(str(self.pk))
        for name, value in fields.items():
            setattr(self, name, value)
