"""The engine, as the services know it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings

from cloudapps.storage.s3 import S3Storage
from mapreduce.core.job import JobFailed
from mapreduce.core.pricing import ClusterInvalid
from mapreduce.engines.emr import places
from mapreduce.engines.emr.aws import AWS_ERRORS, is_transient, words
from mapreduce.engines.emr.clusters import Clusters
from mapreduce.engines.emr.logs import log_storage
from mapreduce.engines.emr.state import State, name_of
from mapreduce.engines.emr.turn import Turn
from mapreduce.engines.port import Finished, Later, Watcher, Work

log = structlog.get_logger(__name__)

AFTER_TROUBLE = Later(timedelta(seconds=30))


class EmrEngine:
    """See `mapreduce.engines.Engine`. A call is short: the job goes on without us."""

    def __init__(self) -> None:
        self._clusters = Clusters()

    def unavailable(self) -> str:
        if not settings.STORAGE_URL.startswith("s3://"):
            return "Set STORAGE_URL to s3://bucket/prefix: Amazon EMR reads and writes there."
        if not settings.EMR_LOG_URI.startswith("s3://"):
            return "Set EMR_LOG_URI to s3://bucket/prefix, or leave it out."
        if not settings.EMR_CLUSTER_ID and not (settings.EMR_SERVICE_ROLE and settings.EMR_INSTANCE_PROFILE):
            return "Set EMR_SERVICE_ROLE and EMR_INSTANCE_PROFILE, or EMR_CLUSTER_ID of a cluster that runs."
        return ""

    def advance(self, work: Work, watcher: Watcher, scratch: Path, *, now: datetime) -> Finished | Later:
        try:
            return Turn(self._clusters, self._log_storage, work, watcher, now=now).take()
        except ClusterInvalid as error:
            raise JobFailed(str(error)) from None
        except AWS_ERRORS as error:
            if is_transient(error):
                log.warning("emr_in_trouble", error=words(error))
                return AFTER_TROUBLE
            log.exception("emr_refuses")
            raise JobFailed(
                f"Amazon refused what the job needs: {words(error)} Tell those who run this site."
            ) from None

    def release(self, job_id: UUID, state: Mapping[str, Any]) -> None:
        known = State.from_json(state)
        if known.shared:
            self._cancel_step(job_id, known)
        elif known.cluster_id:
            self._clusters.stop(known.cluster_id)
        for found in self._clusters.ours(job_id):
            self._clusters.stop(found.id)
        places.remove(job_id)

    def sweep(self, is_unfinished: Callable[[UUID], bool], *, now: datetime) -> int:
        stopped = 0
        running = list(self._clusters.ours())
        newest = {found.job_id: found.number for found in sorted(running, key=lambda found: found.number)}
        for found in running:
            if found.number < newest[found.job_id] or not is_unfinished(found.job_id):
                self._clusters.stop(found.id)
                stopped += 1
        if shared := settings.EMR_CLUSTER_ID:
            for step in self._clusters.our_steps(shared):
                if not is_unfinished(step.job_id):
                    self._clusters.cancel_step(shared, step.id, name_of(step.job_id, step.number))
                    stopped += 1
        for job_id in list(places.jobs_with_files()):  # a cluster that was stopped may have written on for a while
            if not is_unfinished(job_id):
                places.remove(job_id)
        return stopped

    @cached_property
    def _log_storage(self) -> S3Storage:
        return log_storage()

    def _cancel_step(self, job_id: UUID, known: State) -> None:
        if known.ended_at:
            return
        name = name_of(job_id, known.number)
        if step_id := known.step_id or self._clusters.find_step(known.cluster_id, name):
            self._clusters.cancel_step(known.cluster_id, step_id, name)
