"""Own programs: written, changed by new versions, given up."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from cloudapps import uploads
from cloudapps.models import Upload, User
from cloudapps.problems import Invalid, Problem
from cloudapps.storage import storage
from mapreduce import selectors
from mapreduce.core.scripts import LARGEST_BYTES, Script, ScriptRefused, Scripts
from mapreduce.models import Program, ProgramVersion

MOST_PROGRAMS = 500
MOST_VERSIONS = 1000


class ProgramRefused(Invalid):
    """A program cannot be like this."""


class TooManyPrograms(Problem):
    """The owner has as many programs, or the program as many versions, as there may be."""


def program_create(*, owner: User, title: str, scripts: Scripts, now: datetime) -> Program:
    """
    Keep a new program, with its first version.

    :raises ProgramRefused: if its scripts cannot be run, or it has no title.
    :raises TooManyPrograms: if the owner has too many.
    """
    checked(scripts)
    if selectors.program_list(owner=owner).count() >= MOST_PROGRAMS:
        raise TooManyPrograms(f"You have {MOST_PROGRAMS} programs. Delete one that you do not need.")
    with transaction.atomic():
        program = Program.objects.create(owner=owner, title=_title(title), created_at=now)
        _add_version(program, scripts, number=1, now=now)
    return program


def program_save(
    *, owner: User, program_id: UUID, scripts: Scripts, now: datetime, title: str | None = None
) -> ProgramVersion:
    """
    Make a new version, unless it would be the same as the newest, and perhaps give another title.

    :raises ProgramNotFound: if there is none.
    :raises ProgramRefused: if its scripts cannot be run, or somebody saved another version at the same moment.
    :raises TooManyPrograms: if it has too many versions.
    """
    checked(scripts)
    newest = selectors.version_get(owner=owner, program_id=program_id)
    if title is not None:
        Program.objects.filter(pk=program_id).update(title=_title(title))
    if newest.scripts == scripts:
        return newest
    if newest.number >= MOST_VERSIONS:
        raise TooManyPrograms(f"The program has {MOST_VERSIONS} versions. Go on with a copy of it.")
    try:
        with transaction.atomic():
            return _add_version(newest.program, scripts, number=newest.number + 1, now=now)
    except IntegrityError:
        raise ProgramRefused(
            "The program was saved elsewhere just now. Look at that version, then save again."
        ) from None


def program_delete(*, owner: User, program_id: UUID, now: datetime) -> None:
    """
    Delete a program with its versions; those that jobs have run stay readable on the pages of those jobs.

    :raises ProgramNotFound: if there is none.
    """
    program = selectors.program_get(owner=owner, program_id=program_id)
    with transaction.atomic():
        Program.objects.filter(pk=program.pk).update(deleted_at=now)
        program.versions.filter(jobs=None).delete()
        program_forget(program)


def program_forget(program: Program) -> None:
    """Delete the row of a program that is deleted, once no job needs a version of it; inside a transaction."""
    Program.objects.filter(pk=program.pk, deleted_at__isnull=False, versions=None).delete()


def script_receive(*, owner: User, upload_id: UUID, now: datetime) -> Script:
    """
    Read an uploaded script, and let go of the upload: its text goes into the program.

    Inside the transaction that makes the program.

    :raises UploadNotFound: if there is no such upload.
    :raises UploadIncomplete: if it is still open.
    :raises ProgramRefused: if it is too large, or no text.
    """
    upload = uploads.upload_adopt(owner=owner, upload_id=upload_id, by="mapreduce")
    script = Script(upload.filename, _text(upload))
    uploads.upload_release(upload, due_at=now)
    return script


def checked(scripts: Scripts) -> Scripts:
    """See that they can be run. :raises ProgramRefused:"""
    try:
        scripts.check()
    except ScriptRefused as error:
        raise ProgramRefused(str(error)) from None
    return scripts


def _text(upload: Upload) -> str:
    if upload.size_bytes > LARGEST_BYTES:
        raise ProgramRefused(f"{upload.filename} is larger than {LARGEST_BYTES // 1024} KB, too large for a program.")
    with storage().open(upload.key) as body:
        try:
            return body.read().decode()
        except UnicodeDecodeError:
            raise ProgramRefused(
                f"{upload.filename} is no text in UTF-8. Programs are scripts, such as Python's."
            ) from None


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not 1 <= len(title) <= 100:
        raise ProgramRefused("Give the program a title of at most 100 characters.")
    return title


def _add_version(program: Program, scripts: Scripts, *, number: int, now: datetime) -> ProgramVersion:
    texts = {}
    for role, script in asdict(scripts).items():
        texts[role], texts[f"{role}_name"] = script["text"], script["filename"]
    return ProgramVersion.objects.create(program=program, number=number, created_at=now, **texts)
