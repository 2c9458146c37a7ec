"""The browser's door of Image Processing; what the editor does meanwhile goes through the REST door."""

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cloudapps.archive import zip_response
from cloudapps.models.job import Status
from cloudapps.requests import UserRequest, uuid_or_none
from imageproc import archive, links, selectors, services
from imageproc.core.catalogue import PRESETS, catalogue

IMAGE_CACHE = timedelta(minutes=4)  # less than a signed link lives


@login_required
@require_safe
def gallery(request: UserRequest) -> HttpResponse:
    """Show past batches, newest first."""
    before = uuid_or_none(request.GET.get("before", ""))
    cards, next_before = selectors.batch_cards(owner=request.user, before=before)
    context = {
        "cards": cards,
        "unfinished": sum(card.unfinished for card in cards),
        "next_before": next_before,
        "is_first_page": before is None,
    }
    return render(request, "imageproc/batch_list.html", context)


@login_required
@require_safe
def editor(request: UserRequest) -> HttpResponse:
    """Show the place where pictures are dropped and filters chosen; `?from=<batch>` begins with that batch again."""
    again = uuid_or_none(request.GET.get("from", ""))
    batch = selectors.batch_get(owner=request.user, batch_id=again) if again else None
    config = {
        "filters": [asdict(spec) for spec in catalogue()],
        "builtInPresets": [{"name": p.label, "steps": p.steps} for p in PRESETS],
        "maxBytes": settings.IMAGE_MAX_BYTES,
        "maxSteps": settings.IMAGE_MAX_STEPS,
        "again": batch
        and {
            "batchId": str(batch.pk),
            "steps": batch.steps,
            "output": {"format": batch.format, "quality": batch.quality, "keep_metadata": batch.keep_metadata},
        },
    }
    return render(request, "imageproc/batch_form.html", {"config": config})


@login_required
@require_safe
def batch_detail(request: UserRequest, batch_id: UUID) -> HttpResponse:
    """
    Show how far each picture of a batch is, and one of them (`?show=<job>`) before and after.

    `?part=jobs` gives only what changes meanwhile.
    """
    batch = selectors.batch_get(owner=request.user, batch_id=batch_id)
    jobs = list(batch.jobs.all())
    with_result = [job for job in jobs if job.result_format]
    asked = uuid_or_none(request.GET.get("show", ""))
    context = {
        "batch": batch,
        "jobs": jobs,
        "shown": next((job for job in with_result if job.pk == asked), with_result[0] if with_result else None),
        "unfinished": sum(not job.is_finished for job in jobs),
        "succeeded": len(with_result),
        "failed": sum(job.status == Status.FAILED for job in jobs),
        "progress": sum(100 if job.is_finished else job.progress for job in jobs) // max(1, len(jobs)),
    }
    template = "imageproc/batch_jobs.html" if request.GET.get("part") == "jobs" else "imageproc/batch_detail.html"
    return render(request, template, context)


@login_required
@require_safe
def batch_zip(request: UserRequest, batch_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """Send all results of a batch as one zip file."""
    batch = selectors.batch_get(owner=request.user, batch_id=batch_id)
    jobs = [job for job in batch.jobs.all() if job.result_format]
    if not jobs:
        messages.info(request, "There is nothing to download yet.")
        return redirect(batch)
    return zip_response(archive.results_of(jobs), filename=f"pictures-{batch.created_at:%Y-%m-%d-%H%M}.zip")


@login_required
@require_POST
def cancel_batch(request: UserRequest, batch_id: UUID) -> HttpResponse:
    """Cancel what still waits or runs."""
    services.batch_cancel(owner=request.user, batch_id=batch_id, now=timezone.now())
    return redirect("imageproc:batch-detail", batch_id)


@login_required
@require_POST
def delete_batch(request: UserRequest, batch_id: UUID) -> HttpResponse:
    """Delete a batch with its results, and go back to the gallery."""
    services.batch_delete(owner=request.user, batch_id=batch_id, now=timezone.now())
    messages.success(request, "The job and its results were deleted.")
    return redirect("imageproc:gallery")


@login_required
@require_safe
def download_result(request: UserRequest, job_id: UUID) -> HttpResponse:
    """Lead to a job's result, as a download."""
    return HttpResponseRedirect(links.of_result(selectors.job_get(owner=request.user, job_id=job_id)))


@login_required
@require_safe
def job_image(request: UserRequest, job_id: UUID, kind: str) -> HttpResponse:
    """Lead to the preview, the thumbnail or (to be shown, not saved) the result of a job."""
    job = selectors.job_get(owner=request.user, job_id=job_id)
    return _image_redirect(links.of_result(job, inline=True) if kind == "result" else links.of_preview(job, kind))


@login_required
@require_safe
def picture_image(request: UserRequest, picture_id: UUID, kind: str) -> HttpResponse:
    """Lead to the proxy or the thumbnail of a picture."""
    picture = selectors.picture_get(owner=request.user, picture_id=picture_id)
    return _image_redirect(links.of_picture(picture, kind))


def _image_redirect(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response["Cache-Control"] = f"private, max-age={IMAGE_CACHE.seconds}"
    return response
