"""The page on which a job is put together; what it does meanwhile goes through the REST door."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cloudapps.models import User
from cloudapps.offers import files as drive_files
from cloudapps.requests import UserRequest, uuid_or_none
from mapreduce import selectors, services
from mapreduce.core import programs
from mapreduce.core.options import MOST_KEY_FIELDS, MOST_REDUCE_TASKS
from mapreduce.core.pricing import Cluster, instance_types
from mapreduce.core.programs import LibraryProgram
from mapreduce.core.scripts import Scripts
from mapreduce.engines import engines
from mapreduce.models import Job, JobInput, Program
from mapreduce.views.scripts import BEGINNING, script_fields


@login_required
@require_safe
def new_job(request: UserRequest) -> HttpResponse:
    """
    Show the form for a job.

    `?program=<slug or id>` begins with a program, `?from=<job>` with all that a job was, `?input_job=<job>` with its
    results as data.
    """
    owner = request.user
    own = selectors.program_rows(owner=owner)
    begun = _begun(owner, request.GET.dict())
    config = {
        "library": {program.slug: _library_facts(program) for program in programs.library()},
        "own": {str(program.pk): _own_facts(program) for program in own},
        "begun": begun,
        "limits": {"minutes": settings.MAPREDUCE_MAX_MINUTES, "trialSeconds": settings.MAPREDUCE_TRIAL_SECONDS},
    }
    context = {
        "library": programs.library(),
        "own": own,
        "engines": [(name, Job.Engine(name).label) for name in engines()],
        "cluster": Cluster(),
        "instance_types": instance_types(),
        "fields": script_fields(BEGINNING),
        "has_drive": drive_files.get() is not None,
        "is_again": "again" in begun,
        "most": {
            "key_fields": MOST_KEY_FIELDS,
            "reduce_tasks": MOST_REDUCE_TASKS,
            "minutes": settings.MAPREDUCE_MAX_MINUTES,
        },
        "config": config,
    }
    return render(request, "mapreduce/job_form.html", context)


def _begun(owner: User, query: dict[str, str]) -> dict[str, Any]:
    """Say what the form begins with. :raises NotFound: if the address names what is not there."""
    begun: dict[str, Any] = {}
    if again := uuid_or_none(query.get("from", "")):
        begun |= _again(selectors.job_get(owner=owner, job_id=again))
    if earlier := uuid_or_none(query.get("input_job", "")):
        begun["inputs"] = [_results(selectors.job_get(owner=owner, job_id=earlier))]
    if name := query.get("program", ""):
        begun["program"] = _named(owner, name)
    return begun


def _named(owner: User, name: str) -> dict[str, Any]:
    program_id = uuid_or_none(name)
    if program_id is None:
        return {"kind": "library", "slug": selectors.library_get(name).slug}
    return {"kind": "own", "id": str(selectors.program_get(owner=owner, program_id=program_id).pk)}


def _again(job: Job) -> dict[str, Any]:
    submission = services.submission_of(job)
    return {
        "again": str(job.pk),
        "name": submission.name,
        "program": _program_of(job),
        "inputs": _sources(job, JobInput.Role.DATA),
        "files": _sources(job, JobInput.Role.FILE),
        "options": asdict(submission.options),
        "engine": submission.engine,
        "cluster": asdict(submission.cluster),
        "max_minutes": submission.max_minutes,
        "max_cost": None if submission.max_cost is None else str(submission.max_cost),
    }


def _program_of(job: Job) -> dict[str, Any]:
    """Say which program it was; of one that is deleted, the scripts."""
    version = job.version
    if version is None:
        return {"kind": "library", "slug": job.library_slug}
    if version.program.deleted_at is not None:
        return {"kind": "new", "scripts": _facts(version.scripts)}
    return {"kind": "own", "id": str(version.program_id), "version": version.number}


def _facts(scripts: Scripts) -> dict[str, Any]:
    return {role: script if script["text"] else None for role, script in asdict(scripts).items()}


def _sources(job: Job, role: JobInput.Role) -> list[dict[str, Any]]:
    """List what the job reads as it was chosen: the results of an earlier job are one choice."""
    found: dict[tuple[str, UUID], dict[str, Any]] = {}
    for row in selectors.inputs_of(job, role):
        key = (row.source, row.source_id)
        size_bytes = row.size_bytes + (found[key]["size"] if key in found else 0)
        found[key] = {"kind": row.source.lower(), "id": str(row.source_id), "name": row.name, "size": size_bytes}
    for source in found.values():
        if source["kind"] == "job":
            source["name"] = _name_of(job.owner, UUID(source["id"]))
    return list(found.values())


def _name_of(owner: User, job_id: UUID) -> str:
    try:
        return f"Results of “{selectors.job_get(owner=owner, job_id=job_id).name}”"
    except selectors.JobNotFound:
        return "Results of a job that was deleted"


def _results(job: Job) -> dict[str, Any]:
    size_bytes = selectors.sizes_of([job]).get(job.pk, 0)
    return {"kind": "job", "id": str(job.pk), "name": f"Results of “{job.name}”", "size": size_bytes}


def _library_facts(program: LibraryProgram) -> dict[str, Any]:
    return {
        "title": program.title,
        "summary": program.summary,
        "url": reverse("mapreduce:library-detail", args=(program.slug,)),
        "hasReducer": program.reducer_command is not None,
        "hasCombiner": program.combiner_command is not None,
        "settings": [asdict(setting) for setting in program.settings],
        "columns": program.columns,
        "options": {
            "reduce_tasks": program.reduce_tasks,
            "key_fields": program.key_fields,
            "partition_fields": program.partition_fields,
            "separator": program.separator,
        },
    }


def _own_facts(program: Program) -> dict[str, Any]:
    has_reducer = bool(getattr(program, "reducer_name", ""))
    return {
        "title": program.title,
        "summary": "",
        "url": program.get_absolute_url(),
        "hasReducer": has_reducer,
        "hasCombiner": bool(getattr(program, "combiner_name", "")),
        "settings": [],
        "columns": [],
        "options": {"reduce_tasks": int(has_reducer), "key_fields": 1, "partition_fields": None, "separator": "\t"},
    }
