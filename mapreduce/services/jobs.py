"""Jobs are submitted, cloned, cancelled and deleted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import RestrictedError

from cloudapps import jobs
from cloudapps.models import Upload, User
from cloudapps.models.job import Status
from cloudapps.problems import Invalid, Problem
from cloudapps.queue import queue
from mapreduce import selectors
from mapreduce.core.options import Options, OptionsInvalid
from mapreduce.core.pricing import Cluster
from mapreduce.core.programs import SettingInvalid
from mapreduce.engines import engine, engines
from mapreduce.models import Job, JobInput
from mapreduce.models.job import LEASE
from mapreduce.services.programs import program_forget
from mapreduce.services.sources import DATA, FILE, Source, SourceUnusable, inputs_take, uploads_let_go

MOST_UNFINISHED = 100


class JobRefused(Invalid):
    """A job cannot be submitted like this; the extension `field` names what is wrong."""


class JobInUse(Problem):
    """A schedule repeats the job."""


class TooManyJobs(Problem):
    """The owner has as many unfinished jobs as there may be."""

    status = 429


@dataclass(frozen=True)
class ProgramChoice:
    """A program of the library by its slug, or one's own by its id and the number of a version (None: the newest)."""

    library_slug: str = ""
    program_id: UUID | None = None
    number: int | None = None


@dataclass(frozen=True)
class Submission:
    """All that somebody says to have a job run; the engine is the usual one if none is named."""

    program: ProgramChoice
    inputs: tuple[Source, ...]
    name: str = ""
    files: tuple[Source, ...] = ()
    options: Options = field(default_factory=Options)
    engine: str = ""
    cluster: Cluster = field(default_factory=Cluster)
    max_minutes: int | None = None
    max_cost: Decimal | None = None


def job_submit(*, owner: User, submission: Submission, now: datetime, **origin: Any) -> Job:
    """
    Have a program run over data; `origin` says what the job was made of (`cloned_from`, `schedule`).

    :raises JobRefused: if something cannot be like this; also `ProgramNotFound`, and what `inputs_take` raises.
    :raises TooManyJobs: if too many of the owner's jobs wait or run.
    """
    if Job.objects.unfinished().filter(owner=owner).count() >= MOST_UNFINISHED:
        raise TooManyJobs(f"{MOST_UNFINISHED} of your jobs wait or run. Wait for them, or cancel some.")
    program = _program_fields(owner, submission.program)
    options = checked_options(submission.options, library_slug=program["library_slug"])
    _check_minutes(submission.max_minutes)
    engine_name = submission.engine or engines()[0]
    _check_engine(engine_name)
    with transaction.atomic():
        data = inputs_take(owner=owner, sources=submission.inputs, role=DATA)
        files = inputs_take(owner=owner, sources=submission.files, role=FILE)
        _check_inputs(data, files)
        job = Job.objects.create(
            owner=owner,
            name=_name(submission.name, program),
            options=asdict(options),
            engine=engine_name,
            cluster=asdict(submission.cluster),
            max_minutes=submission.max_minutes,
            max_cost=submission.max_cost,
            estimated_cost=_estimated_cost(engine_name, submission, data),
            created_at=now,
            enqueued_at=now,
            request_id=jobs.current_request_id(),
            **program,
            **origin,
        )
        for row in (*data, *files):
            row.job = job
        JobInput.objects.bulk_create([*data, *files])
        jobs.enqueue(job)
    return job


def submission_of(job: Job) -> Submission:
    """Say how a job was submitted, so that it can be changed, and submitted again."""
    version = job.version
    sources = {
        role: dict.fromkeys(Source(JobInput.Source(i.source), i.source_id) for i in selectors.inputs_of(job, role))
        for role in (DATA, FILE)
    }
    return Submission(
        program=ProgramChoice(job.library_slug, *((version.program_id, version.number) if version else ())),
        inputs=tuple(sources[DATA]),
        files=tuple(sources[FILE]),
        name=job.name,
        options=job.chosen,
        engine=job.engine,
        cluster=Cluster.from_json(job.cluster),
        max_minutes=job.max_minutes,
        max_cost=job.max_cost,
    )


def job_cancel(*, owner: User, job_id: UUID, now: datetime) -> Job:
    """
    End a job; harmless once it has ended.

    A worker that is at it notices within a second or two; what runs elsewhere is stopped by a message of its own.

    :raises JobNotFound: if there is none.
    """
    job = selectors.job_get(owner=owner, job_id=job_id)
    with transaction.atomic():
        if job.cancel(now=now) and job.holds_resources:
            message = {"job_id": str(job.pk)}
            transaction.on_commit(lambda: queue().send("mapreduce.settle_job", message, queue=Job.queue), robust=True)
    return job


def job_delete(*, owner: User, job_id: UUID, now: datetime) -> None:
    """
    Delete a job with its results and logs, and the uploads that no other job uses; one that runs is ended first.

    :raises JobNotFound: if there is none.
    :raises JobInUse: if a schedule repeats it.
    """
    job = selectors.job_get(owner=owner, job_id=job_id)
    was_running = job.status == Status.RUNNING
    try:
        with transaction.atomic():
            job_drop(job, due_at=now + LEASE if was_running else now)
    except RestrictedError:
        raise JobInUse("A schedule repeats this job. Delete the schedule first.") from None


def job_drop(job: Job, *, due_at: datetime) -> None:
    """Delete a job, and the bytes that nothing needs any more once they are due; inside a transaction."""
    used = Upload.objects.filter(mapreduce_inputs__job=job) | Upload.objects.filter(mapreduce_outputs__job=job)
    candidates, version = list(used.distinct()), job.version
    job.delete()
    uploads_let_go(candidates, due_at=due_at)
    if version is not None and version.program.deleted_at is not None and not version.jobs.exists():
        version.delete()
        program_forget(version.program)


def job_share(*, owner: User, job_id: UUID, shared: bool) -> Job:
    """
    Let whoever has the link see the results, or nobody any more; a new link each time it is shared anew.

    :raises JobNotFound: if there is none.
    """
    job = selectors.job_get(owner=owner, job_id=job_id)
    if shared != (job.share_id is not None):
        job.share_id = uuid4() if shared else None
        job.save(update_fields=["share_id"])
    return job


def checked_options(options: Options, *, library_slug: str) -> Options:
    """
    See that a program can be run with these, and fill in what a program of the library is usually set to.

    :raises JobRefused: if not.
    """
    try:
        if library_slug:
            settings_of = selectors.library_get(library_slug).environment
            options = replace(options, environment=settings_of(options.environment))
        options.check()
    except SettingInvalid as error:
        raise JobRefused(str(error), field="environment", setting=error.name) from None
    except OptionsInvalid as error:
        raise JobRefused(str(error), field=error.field) from None
    return options


def _program_fields(owner: User, choice: ProgramChoice) -> dict[str, Any]:
    if choice.program_id is None:
        return {"library_slug": selectors.library_get(choice.library_slug).slug, "version": None}
    version = selectors.version_get(owner=owner, program_id=choice.program_id, number=choice.number)
    return {"library_slug": "", "version": version}


def _check_minutes(minutes: int | None) -> None:
    if minutes is not None and not 1 <= minutes <= settings.MAPREDUCE_MAX_MINUTES:
        raise JobRefused(f"A job may take 1 to {settings.MAPREDUCE_MAX_MINUTES} minutes.", field="max_minutes")


def _check_engine(name: str) -> None:
    if name not in engines():
        raise JobRefused(f"There is no engine {name!r} here. Choose one of {', '.join(engines())}.", field="engine")
    if reason := engine(name).unavailable():
        raise JobRefused(reason, field="engine")


def _estimated_cost(engine_name: str, submission: Submission, data: list[JobInput]) -> Decimal | None:
    """
    Say what the job will cost, where it costs anything.

    :raises ClusterRefused: if there can be no such cluster.
    :raises JobRefused: if that is more than it may cost.
    """
    if engine_name != Job.Engine.EMR:
        return None
    found = selectors.job_estimate(cluster=submission.cluster, input_bytes=sum(row.size_bytes for row in data))
    if submission.max_cost is not None and found.cost > submission.max_cost:
        raise JobRefused(
            f"The job will cost about ${found.cost}, and you allow ${submission.max_cost}. {found.explanation}",
            field="max_cost",
        )
    return found.cost


def _check_inputs(data: list[JobInput], files: list[JobInput]) -> None:
    if not data:
        raise JobRefused("There is no data to read. Upload a file, or choose one.", field="inputs")
    if all(row.name.startswith(("_", ".")) for row in data):
        raise JobRefused("Files whose names begin with _ or . are skipped. Rename one.", field="inputs")
    names = [row.name for row in files]
    if len(set(names)) < len(names):
        raise JobRefused("Two extra files have the same name. Rename one.", field="files")
    for name in names:
        if name in {"", ".", ".."} or "/" in name or len(name.encode()) > 200:
            raise SourceUnusable(f"{name!r} cannot lie beside a program. Rename it.")


def _name(name: str, program: Mapping[str, Any]) -> str:
    name = " ".join(name.split())
    if not name:
        version = program["version"]
        return version.program.title if version else selectors.library_get(program["library_slug"]).title
    if len(name) > 100:
        raise JobRefused("Give the job a name of at most 100 characters.", field="name")
    return name
