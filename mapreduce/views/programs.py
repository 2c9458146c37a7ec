"""Pages of programs: the library, and what somebody wrote."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cloudapps.problems import Problem
from cloudapps.requests import UserRequest
from mapreduce import selectors, services
from mapreduce.core import programs
from mapreduce.core.programs import LibraryProgram
from mapreduce.core.prose import prose
from mapreduce.core.scripts import Script, Scripts
from mapreduce.core.source import coloured
from mapreduce.forms import ROLES, ProgramForm
from mapreduce.models import ProgramVersion
from mapreduce.views.scripts import BEGINNING, script_fields

SHOWN_BYTES = 8000  # of a file of a sample
VERSIONS_SHOWN = 200


@login_required
@require_safe
def program_list(request: UserRequest) -> HttpResponse:
    """Show the library, and one's own programs."""
    own = selectors.program_rows(owner=request.user)
    return render(request, "mapreduce/program_list.html", {"library": programs.library(), "own": own})


@login_required
@require_safe
def library_detail(request: UserRequest, slug: str) -> HttpResponse:
    """Show a program of the library: what it does, its scripts, a sample of what it reads and gives."""
    program = selectors.library_get(slug)
    context = {
        "program": program,
        "description": prose(program.description),
        "sources": [(name, coloured(name, body.decode())) for name, body in program.files.items()],
        "samples": _beginnings(program.sample),
        "results": _beginnings(program.expected),
    }
    return render(request, "mapreduce/library_detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_program(request: UserRequest) -> HttpResponse:
    """Write a program; `?library=<slug>` begins with a copy of one of the library."""
    if request.method == "POST":
        return _save(request, None)
    slug = request.GET.get("library", "")
    library = selectors.library_get(slug) if slug else None
    title = f"My {library.title[0].lower()}{library.title[1:]}" if library else ""
    scripts = library_scripts(library) if library else BEGINNING
    return render(request, "mapreduce/program_form.html", {"title": title, "fields": script_fields(scripts)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def program_detail(request: UserRequest, program_id: UUID) -> HttpResponse:
    """
    Show a program to be read and changed; `?version=<number>` shows how it was.

    `?part=history` gives only the list of versions.
    """
    newest = selectors.version_get(owner=request.user, program_id=program_id)
    if request.method == "POST":
        return _save(request, newest)
    if request.GET.get("part") == "history":
        return render(request, "mapreduce/program_history.html", _history(newest, newest))
    number = request.GET.get("version", "")
    shown = newest
    if number.isascii() and number.isdecimal():
        shown = selectors.version_get(owner=request.user, program_id=program_id, number=min(int(number), 2**31 - 1))
    context = {"title": newest.program.title, "fields": script_fields(shown.scripts), **_history(newest, shown)}
    return render(request, "mapreduce/program_detail.html", context)


@login_required
@require_POST
def delete_program(request: UserRequest, program_id: UUID) -> HttpResponse:
    """Delete a program; jobs that have run it stay."""
    services.program_delete(owner=request.user, program_id=program_id, now=timezone.now())
    messages.success(request, "The program was deleted. Jobs that have run it stay as they are.")
    return redirect("mapreduce:program-list")


def library_scripts(program: LibraryProgram) -> Scripts:
    """Give the scripts of a program of the library, to go on from."""
    commands = (program.mapper_command, program.reducer_command, program.combiner_command)
    return Scripts(*(_script(program, command) for command in commands))


def _script(program: LibraryProgram, command: str | None) -> Script:
    named = [name for name in program.files if command and name in command.split()]
    return Script(named[0], program.files[named[0]].decode()) if named else Script.none


def _save(request: UserRequest, newest: ProgramVersion | None) -> HttpResponse:
    """Keep what was sent as a new program or version, or say what is wrong with it."""
    form, owner, now = ProgramForm(request.POST), request.user, timezone.now()
    if form.is_valid():
        title, scripts = form.cleaned_data["title"], form.scripts
        try:
            if newest is None:
                program = services.program_create(owner=owner, title=title, scripts=scripts, now=now)
            else:
                program = services.program_save(
                    owner=owner, program_id=newest.program_id, title=title, scripts=scripts, now=now
                ).program
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "The program was saved.")
            return redirect(program)
    template = "mapreduce/program_detail.html" if newest else "mapreduce/program_form.html"
    context = {"form": form, "title": form["title"].value(), "fields": _sent(form)}
    return render(request, template, context | (_history(newest, newest) if newest else {}), status=422)


def _sent(form: ProgramForm) -> list[dict[str, Any]]:
    fields = {role: Script(form[f"{role}_name"].value() or "", form[role].value() or "") for role in ROLES}
    errors = {role: [*form[f"{role}_name"].errors, *form[role].errors] for role in ROLES}
    return script_fields(Scripts(**fields), errors=errors)


def _history(newest: ProgramVersion, shown: ProgramVersion) -> dict[str, Any]:
    versions = newest.program.versions.only("number", "created_at")[:VERSIONS_SHOWN]
    return {"program": newest.program, "newest": newest, "shown": shown, "versions": versions}


def _beginnings(files: Mapping[str, bytes]) -> list[tuple[str, str, bool]]:
    return [
        (name, body[:SHOWN_BYTES].decode(errors="replace"), len(body) > SHOWN_BYTES) for name, body in files.items()
    ]
