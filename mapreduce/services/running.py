"""Jobs are run: an engine does the work, the row tells how it stands, the results become the owner's uploads."""

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cloudapps import jobs, uploads
from cloudapps.models import Upload
from cloudapps.quota import QuotaExceeded
from cloudapps.scratch import scratch_folder
from mapreduce import selectors
from mapreduce.core.job import JobFailed, Progress, Stage, TaskReport
from mapreduce.core.pricing import Cluster
from mapreduce.engines import Later, ResultPart, StoredFile, Work, engine
from mapreduce.models import Job, JobInput, JobOutput, TaskAttempt
from mapreduce.services.sources import APP, DATA, FILE

REPORT_SECONDS = 0.5
MOST_ATTEMPTS_KEPT = 2000  # of one job's tasks; those that fail are kept beyond it
FAILURES = (JobFailed, QuotaExceeded, uploads.UploadTooLarge, selectors.ProgramNotFound)


def job_run(*, job_id: UUID, now: datetime) -> None:
    """
    Have the job's engine do what there is to do now, and keep the results once it is done.

    :raises AlreadyClaimed: if another worker holds it, it is finished, or it is not yet time to look again.
    """
    with (
        jobs.running(Job, job_id, now=now, failures=FAILURES) as job,
        jobs.keep_alive(job),
        scratch_folder() as scratch,
    ):
        watcher = RowWatcher(job, scratch)
        try:
            step = engine(job.engine).advance(work_of(job, now=now), watcher, scratch, now=now)
        finally:
            watcher.flush()
        if isinstance(step, Later):
            jobs.park(job, delay=step.after, now=timezone.now())
        else:
            watcher.progress(Progress(Stage.STORE, 1, 1, 1, job.seen.counters, job.seen.status))
            _keep_results(job, step.parts)


def work_of(job: Job, *, now: datetime) -> Work:
    """Say all that an engine needs to know. :raises ProgramNotFound: if the library has the program no more."""
    runnable = selectors.runnable_of(job)
    return Work(
        job_id=job.pk,
        run=job.attempts,
        name=job.name,
        job=runnable.job(job.chosen),
        program=runnable.files,
        files=_stored(job, FILE),
        inputs=_stored(job, DATA),
        trusted=runnable.trusted,
        started_at=job.started_at or now,
        max_minutes=job.max_minutes,
        max_cost=job.max_cost,
        cluster=Cluster.from_json(job.cluster),
        state=job.engine_state,
    )


class RowWatcher:
    """See `mapreduce.engines.Watcher`: writes to the job's row, about twice a second, and the attempts beside it."""

    def __init__(self, job: Job, scratch: Path) -> None:
        self._job = job
        self._scratch = scratch
        self._written = 0.0
        self._stage = ""
        self._attempts: list[TaskAttempt] = []
        self._kept = 0

    def progress(self, progress: Progress) -> None:
        if monotonic() - self._written < REPORT_SECONDS and progress.stage == self._stage:
            return
        self._written, self._stage = monotonic(), progress.stage
        os.utime(self._scratch)  # so that no sweep takes it for forgotten
        self.flush()
        self._job.renew(
            now=timezone.now(), progress=progress.percent, stage=str(progress.stage), report=asdict(progress)
        )

    def task(self, report: TaskReport) -> None:
        self._kept += 1
        if self._kept <= MOST_ATTEMPTS_KEPT or report.error:
            self._attempts.append(_attempt(self._job, report))

    def remember(self, state: Mapping[str, Any], *, holds_resources: bool) -> None:
        self.flush()
        self._job.renew(now=timezone.now(), engine_state=dict(state), holds_resources=holds_resources)

    def flush(self) -> None:
        """Write down the attempts that were heard of since."""
        TaskAttempt.objects.bulk_create(self._attempts, ignore_conflicts=True, batch_size=200)
        self._attempts = []


def _stored(job: Job, role: JobInput.Role) -> tuple[StoredFile, ...]:
    return tuple(StoredFile(row.name, row.key, row.size_bytes) for row in selectors.inputs_of(job, role))


def _attempt(job: Job, report: TaskReport) -> TaskAttempt:
    return TaskAttempt(
        job=job,
        run=job.attempts,
        kind=report.kind,
        number=report.number,
        attempt=report.attempt,
        state=report.state,
        started_at=datetime.fromtimestamp(report.started, UTC),
        seconds=report.seconds,
        stderr=_clean(report.stderr),
        error=_clean(report.error),
        input=_clean(report.input)[:255],
        last_line=_clean(report.last_line),
    )


def _clean(text: str) -> str:
    """Leave out what databases do not take: NULs, and halves of characters."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def _keep_results(job: Job, parts: Sequence[ResultPart]) -> None:
    """
    Put the results into the storage, then make their rows and finish the job in one transaction.

    Whoever dies in between leaves objects that are marked for deletion, and a job that is run again.
    """
    _check_size(parts)
    with ExitStack() as received:
        made = [(part, _receive(job, part, received)) for part in parts]
        with transaction.atomic():
            for part, upload in made:
                uploads.upload_keep(upload, by=APP)
                JobOutput.objects.create(job=job, name=part.name, upload=upload)
            job.succeed(now=timezone.now(), stage="")


def _check_size(parts: Sequence[ResultPart]) -> None:
    total = sum(part.size_bytes for part in parts)
    if total > settings.MAPREDUCE_OUTPUT_MAX_BYTES:
        raise JobFailed(
            f"The results have {total} bytes, and {settings.MAPREDUCE_OUTPUT_MAX_BYTES} are allowed. Let the reducer "
            "write less."
        )


def _receive(job: Job, part: ResultPart, received: ExitStack) -> Upload:
    now = timezone.now()
    with part.open() as body:
        upload = uploads.upload_receive(
            owner=job.owner,
            filename=part.name,
            body=body,
            content_type="text/plain",
            now=now,
            size_bytes=part.size_bytes,
        )
    received.enter_context(uploads.discarding(upload, now=now))
    return upload


def is_unfinished(job_id: UUID) -> bool:
    """Tell whether there is such a job that still waits or runs."""
    return Job.objects.unfinished().filter(pk=job_id).exists()
