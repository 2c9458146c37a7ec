"""Pages of jobs: the list, one job while it runs and afterwards, its logs."""

from typing import Any
from uuid import UUID
from zlib import crc32

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cloudapps.models.job import Status
from cloudapps.requests import UserRequest, uuid_or_none
from mapreduce import selectors, services
from mapreduce.core.job import Progress
from mapreduce.core.source import coloured
from mapreduce.core.words import STAGES, options_in_words, own_first
from mapreduce.models import Job, JobInput
from mapreduce.views.results import results_context, share_context
from mapreduce.views.schedules import times_context

INPUTS_SHOWN = 20


@login_required
@require_safe
def job_list(request: UserRequest) -> HttpResponse:
    """Show the jobs, newest first."""
    before = uuid_or_none(request.GET.get("before", ""))
    page = selectors.job_list(owner=request.user, before=before)
    sizes = selectors.sizes_of(page.items)
    context = {
        "rows": [{"job": job, "program": program_title(job), "size_bytes": sizes.get(job.pk)} for job in page.items],
        "unfinished": sum(not job.is_finished for job in page.items),
        "next_before": page.next_before,
        "is_first_page": before is None,
    }
    return render(request, "mapreduce/job_list.html", context)


@login_required
@require_safe
def job_detail(request: UserRequest, job_id: UUID) -> HttpResponse:
    """
    Show how far a job is, and what came of it.

    `?part=live` gives only what changes meanwhile, `savings` only the copies to the drive, `times` when a schedule
    would run. The rest of the query says how the results are shown, see `core.preview`.
    """
    job = selectors.job_get(owner=request.user, job_id=job_id)
    now = timezone.now()
    match request.GET.get("part"):
        case "live":
            return render(request, "mapreduce/job_live.html", _live_context(request, job))
        case "savings":
            return render(request, "mapreduce/job_savings.html", _savings_context(job))
        case "times":
            return render(request, "mapreduce/schedule_times.html", times_context(request, now=now))
    context = {**_live_context(request, job), **_savings_context(job), **_about(job), **times_context(request, now=now)}
    return render(request, "mapreduce/job_detail.html", context)


@login_required
@require_safe
def job_logs(request: UserRequest, job_id: UUID) -> HttpResponse:
    """Show what the tasks of a job said, those that failed first."""
    job = selectors.job_get(owner=request.user, job_id=job_id)
    text, failed = request.GET.get("text", "")[:200].replace("\0", ""), request.GET.get("failed") == "1"
    attempts = selectors.attempts_of(job, text=text, failed=failed)
    context = {"job": job, "attempts": attempts, "text": text, "failed": failed, "most": selectors.LOGS_SHOWN}
    return render(request, "mapreduce/job_logs.html", context)


@login_required
@require_POST
def cancel_job(request: UserRequest, job_id: UUID) -> HttpResponse:
    """End a job, and go back to its page."""
    return redirect(services.job_cancel(owner=request.user, job_id=job_id, now=timezone.now()))


@login_required
@require_POST
def delete_job(request: UserRequest, job_id: UUID) -> HttpResponse:
    """Delete a job with its results, and go back to the list."""
    try:
        services.job_delete(owner=request.user, job_id=job_id, now=timezone.now())
    except services.JobInUse as problem:
        messages.error(request, str(problem))
        return redirect("mapreduce:job-detail", job_id)
    messages.success(request, "The job and its results were deleted.")
    return redirect("mapreduce:job-list")


def program_title(job: Job) -> str:
    """Name the program of a job, also one that is gone."""
    if job.version is not None:
        return job.version.program.title
    try:
        return selectors.library_get(job.library_slug).title
    except selectors.ProgramNotFound:
        return job.library_slug


def _live_context(request: UserRequest, job: Job) -> dict[str, Any]:
    seen = job.seen
    context: dict[str, Any] = {
        "job": job,
        "seen": seen,
        "stage": _stage(job, seen),
        "bars": [("Map", seen.map), ("Sort", seen.sort), ("Reduce", seen.reduce)][
            : 3 if job.chosen.reduce_tasks else 1
        ],
        "counters": own_first(seen.counters),
        "counters_version": crc32(repr(seen.counters).encode()),
        "now": timezone.now(),
        "failure": selectors.failure_of(job) if job.status == Status.FAILED else None,
        "program": program_title(job),
    }
    if job.status == Status.SUCCEEDED:
        context |= results_context(request, job) | share_context(request, job)
    return context


def _stage(job: Job, seen: Progress) -> str:
    if job.status == Status.QUEUED:
        return "Waiting for its turn"
    if job.status == Status.RUNNING:
        return STAGES[seen.stage]
    if job.status == Status.SUCCEEDED or job.started_at is None:
        return ""
    return f"Ended while {STAGES[seen.stage].lower()}"


def _savings_context(job: Job) -> dict[str, Any]:
    savings = selectors.savings_of(job)
    return {"savings": savings, "unfinished_savings": sum(not saving.is_finished for saving in savings)}


def _about(job: Job) -> dict[str, Any]:
    inputs, files = (selectors.inputs_of(job, role) for role in (JobInput.Role.DATA, JobInput.Role.FILE))
    about: dict[str, Any] = {
        "inputs": inputs[:INPUTS_SHOWN],
        "input_count": len(inputs),
        "input_bytes": sum(row.size_bytes for row in inputs),
        "files": files,
    }
    try:
        runnable = selectors.runnable_of(job)
    except selectors.ProgramNotFound:
        return about | {"options": options_in_words(job.chosen, has_reducer=True, has_combiner=False)}
    sources = {name: body.decode(errors="replace") for name, body in runnable.files.items()}
    has = {"has_reducer": runnable.reducer is not None, "has_combiner": runnable.combiner is not None}
    return about | {
        "options": options_in_words(job.chosen, **has),
        "sources": [(name, coloured(name, text)) for name, text in sources.items()],
    }
