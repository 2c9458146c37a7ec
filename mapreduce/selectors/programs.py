"""Programs: those of the library, and the owner's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from cloudapps.models import User
from cloudapps.problems import NotFound
from mapreduce.core import programs
from mapreduce.core.job import StreamingJob
from mapreduce.core.options import Options
from mapreduce.core.programs import LibraryProgram
from mapreduce.core.scripts import Script, Scripts
from mapreduce.models import Job, Program, ProgramVersion


class ProgramNotFound(NotFound):
    """There is no such program, or not for you."""


@dataclass(frozen=True)
class Runnable:
    """A program of either kind, ready to be run: its files by name, and the commands that run them."""

    title: str
    files: Mapping[str, bytes]
    mapper: str
    reducer: str | None
    combiner: str | None
    trusted: bool

    def job(self, options: Options) -> StreamingJob:
        """Say what is to be run, with these options."""
        return options.job(mapper=self.mapper, reducer=self.reducer, combiner=self.combiner)


def program_list(*, owner: User) -> "QuerySet[Program]":
    """List the owner's own programs, newest first."""
    return Program.objects.filter(owner=owner, deleted_at=None).order_by("-pk")


def program_rows(*, owner: User) -> "QuerySet[Program]":
    """
    List the owner's own programs, what was changed last first.

    Each has the `newest` number, when that was made (`changed_at`), and its `reducer_name` and `combiner_name`, which
    are empty if it has none; no texts are read.
    """
    newest = ProgramVersion.objects.filter(program=OuterRef("pk")).order_by("-number")
    rows = program_list(owner=owner).annotate(
        newest=Subquery(newest.values("number")[:1]),
        changed_at=Subquery(newest.values("created_at")[:1]),
        reducer_name=Subquery(newest.values("reducer_name")[:1]),
        combiner_name=Subquery(newest.values("combiner_name")[:1]),
    )
    return rows.order_by("-changed_at")


def program_get(*, owner: User, program_id: UUID) -> Program:
    """Give one of the owner's own. :raises ProgramNotFound:"""
    found = program_list(owner=owner).filter(pk=program_id).first()
    if found is None:
        raise ProgramNotFound("There is no such program.")
    return found


def version_get(*, owner: User, program_id: UUID, number: int | None = None) -> ProgramVersion:
    """Give a version of one of the owner's programs, the newest if no number is given. :raises ProgramNotFound:"""
    versions = program_get(owner=owner, program_id=program_id).versions.select_related("program")
    found = versions.order_by("-number").first() if number is None else versions.filter(number=number).first()
    if found is None:
        raise ProgramNotFound("The program has no such version.")
    return found


def library_get(slug: str) -> LibraryProgram:
    """Give one of the library. :raises ProgramNotFound:"""
    try:
        return programs.program(slug)
    except programs.ProgramNotFound as error:
        raise ProgramNotFound(str(error)) from None


def library_runnable(program: LibraryProgram) -> Runnable:
    """Make one of the library ready."""
    return Runnable(
        title=program.title,
        files=program.files,
        mapper=program.mapper_command,
        reducer=program.reducer_command,
        combiner=program.combiner_command,
        trusted=True,
    )


def scripts_runnable(scripts: Scripts, *, title: str) -> Runnable:
    """Make what somebody wrote ready."""
    return Runnable(
        title=title,
        files={script.filename: script.text.encode() for script in scripts.all},
        mapper=scripts.mapper.command,
        reducer=_command(scripts.reducer),
        combiner=_command(scripts.combiner),
        trusted=False,
    )


def runnable_of(job: Job) -> Runnable:
    """Make the program of a job ready. :raises ProgramNotFound: if the library has it no more."""
    if job.version is None:
        return library_runnable(library_get(job.library_slug))
    return scripts_runnable(job.version.scripts, title=job.version.program.title)


def _command(script: Script) -> str | None:
    return script.command if script else None
