"""The Celery task class of jobs: a job that is killed at the hard time limit says so, instead of being tried again."""

from typing import Any
from uuid import UUID

from celery import Task
from celery.worker.request import Request
from django.db import close_old_connections
from django.utils import timezone

from cloudapps import jobs


class JobRequest(Request):
    """Runs in the worker's main process, which outlives the child that is killed."""

    def on_timeout(self, soft: bool, timeout: float) -> None:
        """Fail the row at the hard limit; the soft one is raised inside the task."""
        super().on_timeout(soft, timeout)
        if not soft:
            jobs.time_out(self.task.name, UUID(self.kwargs["job_id"]), now=timezone.now())
            close_old_connections()


class JobTask(Task[Any, Any]):
    """A task with one argument, `job_id`."""

    Request = JobRequest  # type: ignore[assignment]  # a class does as well as its name
