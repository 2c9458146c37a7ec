"""The REST door of MapReduce, under `/api/v1/mapreduce/`."""

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Router, Status

from cloudapps.requests import UserRequest
from mapreduce import links, selectors, services
from mapreduce.core import programs
from mapreduce.core.scripts import Script, Scripts
from mapreduce.schemas import (
    EstimateIn,
    EstimateOut,
    LogsOut,
    MapReduceJobIn,
    MapReduceJobOut,
    MapReduceJobPage,
    MapReduceResultOut,
    PauseIn,
    ProgramChangeIn,
    ProgramIn,
    ProgramOut,
    ProgramsOut,
    ResultsOut,
    SavingIn,
    SavingOut,
    ScheduleIn,
    ScheduleOut,
    SchedulesOut,
    ScriptsIn,
    ShareIn,
    ShareOut,
    SourcesOut,
    TrialIn,
    TrialOut,
    attempt_out,
    job_out,
    library_out,
    own_program_out,
    program_out,
    saving_out,
    schedule_out,
    sources_out,
    trial_out,
)

router = Router(tags=["mapreduce"])


@router.get("/programs", response=ProgramsOut, summary="The library, and one's own programs")
def list_programs(request: UserRequest) -> Any:
    """Those of the library have a slug, one's own an id."""
    own = selectors.program_rows(owner=request.user)
    return ProgramsOut(
        items=[*(library_out(program) for program in programs.library()), *(own_program_out(row) for row in own)]
    )


@router.post("/programs", response={201: ProgramOut}, summary="Keep a program")
def create_program(request: UserRequest, body: ProgramIn, response: HttpResponse) -> Any:
    """Scripts read records from stdin and write key TAB value to stdout; the first line says what runs them."""
    now = timezone.now()
    program = services.program_create(owner=request.user, title=body.title, scripts=body.scripts(), now=now)
    response["Location"] = request.build_absolute_uri(f"/api/v1/mapreduce/programs/{program.pk}")
    return Status(201, program_out(request, selectors.version_get(owner=request.user, program_id=program.pk)))


@router.get("/programs/{uuid:program_id}", response=ProgramOut, summary="One's own program")
def get_program(request: UserRequest, program_id: UUID, version: int | None = None) -> Any:
    """The newest version, or the one that is named."""
    return program_out(request, selectors.version_get(owner=request.user, program_id=program_id, number=version))


@router.put("/programs/{uuid:program_id}", response=ProgramOut, summary="Save a new version of a program")
def save_program(request: UserRequest, program_id: UUID, body: ProgramChangeIn) -> Any:
    """The same scripts as in the newest version make no new one."""
    services.program_save(
        owner=request.user, program_id=program_id, scripts=body.scripts(), title=body.title, now=timezone.now()
    )
    return program_out(request, selectors.version_get(owner=request.user, program_id=program_id))


@router.delete("/programs/{uuid:program_id}", response={204: None}, summary="Delete a program")
def delete_program(request: UserRequest, program_id: UUID) -> Any:
    """Jobs that have run it stay as they are."""
    services.program_delete(owner=request.user, program_id=program_id, now=timezone.now())
    return Status(204, None)


@router.post("/trials", response={202: TrialOut}, summary="Try a program on the first 100 lines")
def create_trial(request: UserRequest, body: TrialIn, response: HttpResponse) -> Any:
    """One of the library may be tried without data: it has its own. Poll the address in `Location`."""
    library = selectors.library_get(body.program) if body.program else None
    trial = services.trial_create(
        owner=request.user,
        program=library or _scripts(request, body),
        options=body.options(library),
        inputs=[each.source() for each in body.inputs],
        files=[each.source() for each in body.files],
        now=timezone.now(),
    )
    response["Location"] = request.build_absolute_uri(f"/api/v1/mapreduce/trials/{trial.pk}")
    return Status(202, trial_out(trial))


@router.get("/trials/{uuid:trial_id}", response=TrialOut, summary="What came of a trial")
def get_trial(request: UserRequest, trial_id: UUID) -> Any:
    """A program that failed is in `result.error`; `error` says why it could not even be tried."""
    return trial_out(services.trial_get(owner=request.user, trial_id=trial_id))


@router.get("/sources", response=SourcesOut, summary="What a job can read besides uploads")
def list_sources(request: UserRequest, text: str = "") -> Any:
    """Files of the drive and earlier jobs with results, by words of their names; the latest without."""
    return sources_out(selectors.sources_find(owner=request.user, text=text[:200]))


@router.post("/estimate", response=EstimateOut, summary="What a job on Amazon EMR will cost, about")
def estimate_job(request: UserRequest, body: EstimateIn) -> Any:
    """From a dated table of prices; without `minutes`, how long it takes is guessed from the size of the data."""
    found = selectors.job_estimate(cluster=body.cluster.cluster(), input_bytes=body.input_bytes, minutes=body.minutes)
    return EstimateOut(cost=float(found.cost), hours=float(found.hours), explanation=found.explanation)


@router.post("/jobs", response={202: MapReduceJobOut}, summary="Run a program over data")
def create_job(request: UserRequest, body: MapReduceJobIn, response: HttpResponse) -> Any:
    """Queues the work; poll the address in `Location`. Its owner gets a mail when it has ended."""
    library = selectors.library_get(body.program) if body.program else None
    with transaction.atomic():
        submission = services.Submission(
            name=body.name,
            program=_kept_program(request, body) if body.mapper_upload_id else body.choice(),
            inputs=body.sources(),
            files=tuple(each.source() for each in body.files),
            options=body.options(library),
            engine=body.engine or "",
            cluster=body.cluster.cluster(),
            max_minutes=body.max_minutes,
            max_cost=body.max_cost,
        )
        job = services.job_submit(owner=request.user, submission=submission, now=timezone.now())
    response["Location"] = request.build_absolute_uri(f"/api/v1/mapreduce/jobs/{job.pk}")
    return Status(202, job_out(request, job))


@router.get("/jobs", response=MapReduceJobPage, summary="Jobs, newest first")
def list_jobs(request: UserRequest, before: UUID | None = None) -> Any:
    """`next` leads to the following page."""
    page = selectors.job_list(owner=request.user, before=before)
    following = page.next_before and f"{request.path}?{urlencode({'before': page.next_before})}"
    return MapReduceJobPage(
        items=[job_out(request, job) for job in page.items],
        next=request.build_absolute_uri(following) if following else None,
    )


@router.get("/jobs/{uuid:job_id}", response=MapReduceJobOut, summary="State of a job")
def get_job(request: UserRequest, job_id: UUID) -> Any:
    return job_out(request, selectors.job_get(owner=request.user, job_id=job_id))


@router.post("/jobs/{uuid:job_id}/cancel", response=MapReduceJobOut, summary="Cancel a job")
def cancel_job(request: UserRequest, job_id: UUID) -> Any:
    """Harmless once the job has ended."""
    return job_out(request, services.job_cancel(owner=request.user, job_id=job_id, now=timezone.now()))


@router.delete("/jobs/{uuid:job_id}", response={204: None}, summary="Delete a job and its results")
def delete_job(request: UserRequest, job_id: UUID) -> Any:
    services.job_delete(owner=request.user, job_id=job_id, now=timezone.now())
    return Status(204, None)


@router.get("/jobs/{uuid:job_id}/results", response=ResultsOut, summary="The parts of the results")
def list_results(request: UserRequest, job_id: UUID) -> Any:
    """The links are signed, and expire within minutes; there are none until the job has SUCCEEDED."""
    job = selectors.job_get(owner=request.user, job_id=job_id)
    return ResultsOut(
        items=[
            MapReduceResultOut(
                name=output.name,
                size_bytes=output.upload.size_bytes,
                url=request.build_absolute_uri(links.of_output(output)),
            )
            for output in selectors.outputs_of(job)
        ]
    )


@router.get("/jobs/{uuid:job_id}/logs", response=LogsOut, summary="What the tasks said")
def list_logs(request: UserRequest, job_id: UUID, text: str = "", failed: bool = False) -> Any:
    """At most 200 attempts, those that failed first; `text` must stand in stderr, the error or the input's name."""
    job = selectors.job_get(owner=request.user, job_id=job_id)
    return LogsOut(items=[attempt_out(found) for found in selectors.attempts_of(job, text=text[:200], failed=failed)])


@router.post("/jobs/{uuid:job_id}/share", response=ShareOut, summary="Share the results by link, or end that")
def share_job(request: UserRequest, job_id: UUID, body: ShareIn) -> Any:
    """Whoever has the link sees the results as long as they are kept."""
    job = services.job_share(owner=request.user, job_id=job_id, shared=body.shared)
    secret = links.secret_of(job)
    return ShareOut(
        url=request.build_absolute_uri(reverse("mapreduce:shared-results", args=(secret,))) if secret else None
    )


@router.post("/jobs/{uuid:job_id}/savings", response={202: SavingOut}, summary="Copy results to the drive")
def create_saving(request: UserRequest, job_id: UUID, body: SavingIn, response: HttpResponse) -> Any:
    """All parts, if none is named. Poll the address in `Location`."""
    saving = services.saving_create(owner=request.user, job_id=job_id, names=body.names, now=timezone.now())
    response["Location"] = request.build_absolute_uri(f"/api/v1/mapreduce/savings/{saving.pk}")
    return Status(202, saving_out(request, saving))


@router.get("/savings/{uuid:saving_id}", response=SavingOut, summary="How far the copy is")
def get_saving(request: UserRequest, saving_id: UUID) -> Any:
    return saving_out(request, services.saving_get(owner=request.user, saving_id=saving_id))


@router.post("/jobs/{uuid:job_id}/schedules", response={201: ScheduleOut}, summary="Repeat a job")
def create_schedule(request: UserRequest, job_id: UUID, body: ScheduleIn) -> Any:
    """At the times of a cron expression in the owner's time zone; files of the drive are read as they then are."""
    schedule = services.schedule_create(owner=request.user, job_id=job_id, cron=body.cron, now=timezone.now())
    return Status(201, schedule_out(schedule))


@router.get("/schedules", response=SchedulesOut, summary="Schedules, newest first")
def list_schedules(request: UserRequest) -> Any:
    return SchedulesOut(items=[schedule_out(found) for found in services.schedule_list(owner=request.user)])


@router.post("/schedules/{uuid:schedule_id}/pause", response=ScheduleOut, summary="Pause a schedule, or go on")
def pause_schedule(request: UserRequest, schedule_id: UUID, body: PauseIn) -> Any:
    return schedule_out(
        services.schedule_pause(owner=request.user, schedule_id=schedule_id, paused=body.paused, now=timezone.now())
    )


@router.delete("/schedules/{uuid:schedule_id}", response={204: None}, summary="Delete a schedule")
def delete_schedule(request: UserRequest, schedule_id: UUID) -> Any:
    services.schedule_delete(owner=request.user, schedule_id=schedule_id)
    return Status(204, None)


def _scripts(request: UserRequest, body: TrialIn) -> Scripts:
    if body.program_id is not None:
        return selectors.version_get(owner=request.user, program_id=body.program_id).scripts
    return cast(ScriptsIn, body.scripts).scripts()


def _kept_program(request: UserRequest, body: MapReduceJobIn) -> services.ProgramChoice:
    """Make a program of the uploaded scripts; inside the transaction that makes the job."""
    now = timezone.now()
    ids = (body.mapper_upload_id, body.reducer_upload_id, body.combiner_upload_id)
    scripts = Scripts(
        *(
            services.script_receive(owner=request.user, upload_id=upload_id, now=now) if upload_id else Script.none
            for upload_id in ids
        )
    )
    title = body.name or scripts.mapper.filename
    program = services.program_create(owner=request.user, title=title, scripts=scripts, now=now)
    return services.ProgramChoice(program_id=program.pk)
