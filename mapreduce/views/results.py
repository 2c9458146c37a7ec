"""Results: downloaded, shared by a link, saved to the drive; and the page for whoever has the link."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from cloudapps.apps import ExportedFile
from cloudapps.archive import blocks_of, safe_name, zip_response
from cloudapps.guesses import guess
from cloudapps.models.job import Status
from cloudapps.offers import files as drive_files
from cloudapps.problems import NotFound, TooMany
from cloudapps.requests import UserRequest
from mapreduce import links, selectors, services
from mapreduce.core.preview import TOPS, Question, preview_of
from mapreduce.core.table import Unreadable
from mapreduce.models import Job

SECRETS_RATE = "30/min"  # wrong ones, from one address
PARTS_SHOWN = 50

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def results_context(request: HttpRequest, job: Job) -> dict[str, Any]:
    """Say what the results are, and show their beginning as the address asks."""
    question = Question.from_query(request.GET.dict())
    outputs = selectors.outputs_of(job)
    context = {
        "outputs": outputs[:PARTS_SHOWN],
        "output_count": len(outputs),
        "output_bytes": sum(output.upload.size_bytes for output in outputs),
        "tops": TOPS,
        "question": question,
    }
    try:
        table = selectors.table_of(job, name=question.file)
    except Unreadable as error:
        return context | {"unreadable": str(error)}
    return context | {"preview": preview_of(table, question, is_histogram=selectors.result_shape(job) == "histogram")}


def share_context(request: HttpRequest, job: Job) -> dict[str, Any]:
    """Say what the owner can do with results besides downloading them, and the link under which they are shared."""
    secret = links.secret_of(job)
    path = reverse("mapreduce:shared-results", args=(secret,)) if secret else ""
    url = request.build_absolute_uri(path) if secret else ""
    return {"secret": secret, "share_url": url, "has_drive": drive_files.get() is not None}


@login_required
@require_safe
def download_result(request: UserRequest, job_id: UUID, name: str) -> HttpResponse:
    """Lead to one part of the results, as a download."""
    job = selectors.job_get(owner=request.user, job_id=job_id)
    return HttpResponseRedirect(links.of_output(selectors.output_get(job, name)))


@login_required
@require_safe
def results_zip(request: UserRequest, job_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """Send all parts of the results as one zip file."""
    job = selectors.job_get(owner=request.user, job_id=job_id)
    outputs = selectors.outputs_of(job)
    if not outputs:
        messages.info(request, "There is nothing to download yet.")
        return redirect(job)
    files = [ExportedFile(o.name, blocks_of(o.upload.key), size_bytes=o.upload.size_bytes) for o in outputs]
    return zip_response(files, filename=f"{safe_name(job.name)}.zip")


@login_required
@require_POST
def share_results(request: UserRequest, job_id: UUID) -> HttpResponse:
    """Let whoever has the link see the results (`shared=1`), or nobody any more."""
    services.job_share(owner=request.user, job_id=job_id, shared=request.POST.get("shared") == "1")
    return redirect(f"{reverse('mapreduce:job-detail', args=(job_id,))}#share")


@login_required
@require_POST
def save_results(request: UserRequest, job_id: UUID) -> HttpResponse:
    """Have the results copied to the drive: the parts that are named, or all."""
    names = request.POST.getlist("names")
    try:
        services.saving_create(owner=request.user, job_id=job_id, names=names, now=timezone.now())
    except services.NothingToSave as problem:
        messages.error(request, str(problem))
    return redirect(f"{reverse('mapreduce:job-detail', args=(job_id,))}#savings")


def shared_page(view: "View[P]") -> "View[P]":
    """
    Answer alike whatever is wrong with a secret, count wrong ones, and keep right ones: no cache, no search engine and
    no other site learns the address.
    """

    @wraps(view)
    def guarded(request: HttpRequest, secret: str, *args: P.args, **options: P.kwargs) -> HttpResponseBase:
        try:
            response = _counted(request, lambda: view(request, secret, *args, **options))
        except TooMany as problem:
            response = render(request, "429.html", {"problem": problem}, status=problem.status)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return cast("View[P]", never_cache(guarded))


@shared_page
@sensitive_variables("secret")
@require_safe
def shared_results(request: HttpRequest, secret: str) -> HttpResponse:
    """Show results to whoever has the link, signed in or not."""
    job = _shared(secret)
    return render(
        request, "mapreduce/shared_results.html", {"job": job, "secret": secret, **results_context(request, job)}
    )


@shared_page
@sensitive_variables("secret")
@require_safe
def download_shared(request: HttpRequest, secret: str, name: str) -> HttpResponse:
    """Lead whoever has the link to one part of the results, as a download."""
    return HttpResponseRedirect(links.of_output(selectors.output_get(_shared(secret), name)))


def _shared(secret: str) -> Job:
    job = links.share_get(secret)
    if job.status != Status.SUCCEEDED or not job.owner.is_active:
        raise links.ShareNotFound("Nothing is shared here (any more).")
    return job


def _counted(request: HttpRequest, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    try:
        return answer()
    except NotFound:
        guess(request, "mapreduce-share", rate=SECRETS_RATE)
        return render(request, "mapreduce/share_gone.html", status=NotFound.status)
