"""Trials: a program is run over the first lines of its data, within seconds."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cloudapps import jobs
from cloudapps.models import User
from cloudapps.problems import NotFound, TooMany
from cloudapps.scratch import scratch_folder
from cloudapps.storage import ObjectNotFound, storage
from mapreduce import selectors
from mapreduce.core.head import first_lines
from mapreduce.core.job import JobFailed, TaskReport
from mapreduce.core.options import Options
from mapreduce.core.programs import LibraryProgram
from mapreduce.core.scripts import Scripts
from mapreduce.core.streaming import InputFile, Limits
from mapreduce.engines import StoredFile
from mapreduce.engines.local import check_sandbox, local_run
from mapreduce.engines.staging import place_program
from mapreduce.models import Trial
from mapreduce.selectors import Runnable
from mapreduce.services.jobs import JobRefused, checked_options
from mapreduce.services.programs import checked
from mapreduce.services.sources import Source, files_behind

LINES = 100
HEAD_BYTES = 1 << 20  # in which they must be
UNPACKED = re.compile(r"\.(gz|bz2)$")
MOST_INPUTS = 5
OUTPUT_SHOWN_BYTES = 64 * 1024
OUTPUT_MAX_BYTES = 10 * 2**20
KEPT_FOR = timedelta(days=1)
MOST_UNFINISHED = 5


class TrialNotFound(NotFound):
    """There is no such trial, or not for you."""


class TooManyTrials(TooMany):
    """The owner has as many unfinished trials as there may be."""


def trial_create(
    *,
    owner: User,
    program: Scripts | LibraryProgram,
    options: Options,
    inputs: Iterable[Source],
    files: Iterable[Source],
    now: datetime,
) -> Trial:
    """
    Have a worker run a program over the first lines of up to five inputs; one of the library has its own sample.

    :raises ProgramRefused: if the scripts cannot be run.
    :raises JobRefused: if an option is wrong, or there is no data; also what `files_behind` raises.
    :raises TooManyTrials: if too many of the owner's wait or run.
    """
    if Trial.objects.unfinished().filter(owner=owner).count() >= MOST_UNFINISHED:
        raise TooManyTrials("Your other trials are still running. Wait a few seconds.", retry_after_seconds=5)
    slug = program.slug if isinstance(program, LibraryProgram) else ""
    options = checked_options(options, library_slug=slug)
    data = files_behind(owner=owner, sources=inputs)[:MOST_INPUTS]
    if not data and not slug:
        raise JobRefused("There is no data to try it on. Upload a file, or choose one.", field="inputs")
    beside = files_behind(owner=owner, sources=files)
    with transaction.atomic():
        trial = Trial.objects.create(
            owner=owner,
            library_slug=slug,
            scripts={} if slug else asdict(checked(cast(Scripts, program))),
            options=asdict(replace(options, reduce_tasks=min(options.reduce_tasks, 1), compress=False)),
            inputs=[{"name": row.name, "key": row.key} for row in data],
            files=[{"name": row.name, "key": row.key} for row in beside],
            created_at=now,
            enqueued_at=now,
            request_id=jobs.current_request_id(),
        )
        jobs.enqueue(trial)
    return trial


def trial_get(*, owner: User, trial_id: UUID) -> Trial:
    """Give one of the owner's trials. :raises TrialNotFound:"""
    found = Trial.objects.filter(owner=owner, pk=trial_id).first()
    if found is None:
        raise TrialNotFound("There is no such trial. Trials are kept for a day.")
    return found


def trial_run(*, trial_id: UUID, now: datetime) -> None:
    """
    Run a trial, and write down what the program put out and said.

    :raises AlreadyClaimed: if another worker holds it or it is finished.
    """
    failures = (JobFailed, selectors.ProgramNotFound)
    with jobs.running(Trial, trial_id, now=now, failures=failures) as trial, scratch_folder() as scratch:
        runnable = _runnable(trial)
        check_sandbox(trusted=runnable.trusted)
        inputs = _first_lines(trial, scratch / "input")
        beside = [StoredFile(file["name"], file["key"], 0) for file in trial.files]
        program = place_program(runnable.files, beside, scratch / "program")
        outcome = _try(trial, runnable, inputs, program, scratch)
        trial.succeed(now=timezone.now(), result=outcome)


def trials_sweep(*, now: datetime) -> None:
    """Forget the trials of yesterday."""
    Trial.objects.filter(created_at__lt=now - KEPT_FOR).delete()


def _runnable(trial: Trial) -> Runnable:
    if trial.library_slug:
        return selectors.library_runnable(selectors.library_get(trial.library_slug))
    return selectors.scripts_runnable(trial.program, title="Trial")


def _first_lines(trial: Trial, folder: Path) -> list[InputFile]:
    """Write the beginnings of the inputs into a folder, each in one of its own, since two may have one name."""
    found = []
    for number, (name, text) in enumerate(_beginnings(trial)):
        path = folder / str(number) / UNPACKED.sub("", name)
        path.parent.mkdir(parents=True)
        path.write_bytes(text)
        found.append(InputFile(name=name, path=path))
    return found


def _beginnings(trial: Trial) -> Iterator[tuple[str, bytes]]:
    if not trial.inputs:
        yield from selectors.library_get(trial.library_slug).sample.items()
    for source in trial.inputs:
        try:
            with storage().open(source["key"], size_bytes=HEAD_BYTES) as body:
                yield source["name"], first_lines(body, source["name"], lines=LINES, most_bytes=HEAD_BYTES)
        except ObjectNotFound:
            raise JobFailed(f"The file “{source['name']}” was deleted. Choose another one.") from None
        except ValueError as error:
            raise JobFailed(f"{source['name']}: {error}") from None


def _try(trial: Trial, runnable: Runnable, inputs: list[InputFile], program: Path, scratch: Path) -> dict[str, Any]:
    limits = Limits(
        slots=1,
        max_attempts=2,  # the second one is fed line by line, and so tells with which line it fails
        task_memory_bytes=settings.MAPREDUCE_TASK_MEMORY_BYTES,
        output_bytes=OUTPUT_MAX_BYTES,
        idle_seconds=settings.MAPREDUCE_TRIAL_SECONDS,
        job_seconds=settings.MAPREDUCE_TRIAL_SECONDS,
    )
    began, reports, error, counters, output = monotonic(), [], "", {}, b""
    with local_run(runnable.job(trial.chosen), inputs, program, scratch, limits) as run:
        try:
            for event in run.events():
                if isinstance(event, TaskReport):
                    reports.append(event)
                else:
                    counters = event.counters
            output = b"".join(_beginning(part.path) for part in run.parts())
        except JobFailed as failure:
            error = str(failure)
    return {
        "output": output[:OUTPUT_SHOWN_BYTES].decode(errors="replace"),
        "is_cut": len(output) >= OUTPUT_SHOWN_BYTES,
        "error": error,
        "stderr": "".join({(report.kind, report.number): report.stderr for report in reports}.values()),
        "last_line": next((report.last_line for report in reports if report.last_line), ""),
        "counters": counters,
        "seconds": round(monotonic() - began, 3),
    }


def _beginning(path: Path) -> bytes:
    with path.open("rb") as body:
        return body.read(OUTPUT_SHOWN_BYTES)
