"""The REST door of Image Processing, under `/api/v1/images/`."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from ninja import Router, Status

from cloudapps.requests import UserRequest
from imageproc import links, selectors, services
from imageproc.core.catalogue import PRESETS, catalogue
from imageproc.schemas import (
    BatchIn,
    BatchOut,
    FiltersOut,
    JobIn,
    JobOut,
    JobPage,
    PictureIn,
    PictureOut,
    PicturesOut,
    PresetIn,
    PresetOut,
    PresetsOut,
    PreviewIn,
    StepIn,
    batch_out,
    job_out,
    picture_out,
    preset_out,
)

router = Router(tags=["images"])


@router.get("/filters", response=FiltersOut, summary="The filter catalogue")
def list_filters(request: UserRequest) -> Any:
    """Every filter with its parameters: type, unit, range, default."""
    return {"items": [asdict(spec) for spec in catalogue()]}


@router.post("/pictures", response={202: PictureOut}, summary="Look at an uploaded picture")
def create_picture(request: UserRequest, body: PictureIn, response: HttpResponse) -> Any:
    """Has a worker read the header and make a thumbnail; needed for previews and batches, not for a single job."""
    picture = services.picture_create(owner=request.user, upload_id=body.upload_id, now=timezone.now())
    response["Location"] = request.build_absolute_uri(f"/api/v1/images/pictures/{picture.pk}")
    return Status(202, picture_out(request, picture))


@router.get("/pictures", response=PicturesOut, summary="Pictures that no batch has used yet, or those of one batch")
def list_pictures(request: UserRequest, batch: UUID | None = None) -> Any:
    """Oldest first; unused pictures are deleted after a week."""
    if batch is None:
        pictures = selectors.pictures_unused(owner=request.user)
    else:
        pictures = [job.picture for job in selectors.batch_get(owner=request.user, batch_id=batch).jobs.all()]
    return {"items": [picture_out(request, picture) for picture in pictures]}


@router.get("/pictures/{uuid:picture_id}", response=PictureOut, summary="One picture")
def get_picture(request: UserRequest, picture_id: UUID) -> Any:
    return picture_out(request, selectors.picture_get(owner=request.user, picture_id=picture_id))


@router.delete("/pictures/{uuid:picture_id}", response={204: None}, summary="Delete an unused picture")
def delete_picture(request: UserRequest, picture_id: UUID) -> Any:
    services.picture_delete(owner=request.user, picture_id=picture_id, now=timezone.now())
    return Status(204, None)


@router.post("/previews", summary="Try steps on a picture")
def create_preview(request: UserRequest, body: PreviewIn) -> HttpResponse:
    """Answers with the picture itself, at most 1600 px wide and high; nothing is stored."""
    steps = [step.dict() for step in body.steps]
    made = services.picture_preview(owner=request.user, picture_id=body.picture_id, steps=steps)
    return HttpResponse(made.body, content_type=made.content_type, headers={"Cache-Control": "no-store"})


@router.post("/jobs", response={202: JobOut}, summary="Apply filters to an upload")
def create_job(request: UserRequest, body: JobIn, response: HttpResponse) -> Any:
    """Queues the work; poll the address in `Location`."""
    job = services.job_create(
        owner=request.user,
        upload_id=body.upload_id,
        steps=body.step_list(),
        output=body.output(),
        now=timezone.now(),
    )
    response["Location"] = request.build_absolute_uri(f"/api/v1/images/jobs/{job.pk}")
    return Status(202, job_out(request, job))


@router.get("/jobs", response=JobPage, summary="Jobs, newest first")
def list_jobs(request: UserRequest, before: UUID | None = None) -> Any:
    """`next` leads to the following page."""
    page = selectors.job_list(owner=request.user, before=before)
    following = page.next_before and f"{request.path}?{urlencode({'before': page.next_before})}"
    return JobPage(
        items=[job_out(request, job) for job in page.items],
        next=request.build_absolute_uri(following) if following else None,
    )


@router.get("/jobs/{uuid:job_id}", response=JobOut, summary="State of a job")
def get_job(request: UserRequest, job_id: UUID) -> Any:
    return job_out(request, selectors.job_get(owner=request.user, job_id=job_id))


@router.post("/jobs/{uuid:job_id}/cancel", response=JobOut, summary="Cancel a job")
def cancel_job(request: UserRequest, job_id: UUID) -> Any:
    """Harmless once the job is finished."""
    job = selectors.job_get(owner=request.user, job_id=job_id)
    job.cancel(now=timezone.now())
    return job_out(request, job)


@router.delete("/jobs/{uuid:job_id}", response={204: None}, summary="Delete a job and its result")
def delete_job(request: UserRequest, job_id: UUID) -> Any:
    services.job_delete(owner=request.user, job_id=job_id, now=timezone.now())
    return Status(204, None)


@router.get("/jobs/{uuid:job_id}/result", response={302: None}, summary="The result's bytes")
def get_result(request: UserRequest, job_id: UUID) -> Any:
    """Redirects to a signed link that expires within minutes; 404 until the job has SUCCEEDED."""
    job = selectors.job_get(owner=request.user, job_id=job_id)
    return HttpResponseRedirect(request.build_absolute_uri(links.of_result(job)))


@router.post("/batches", response={202: BatchOut}, summary="Apply filters to several pictures")
def create_batch(request: UserRequest, body: BatchIn, response: HttpResponse) -> Any:
    """One job for each picture."""
    batch = services.batch_create(
        owner=request.user,
        picture_ids=body.picture_ids,
        steps=body.step_list(),
        output=body.output(),
        now=timezone.now(),
    )
    response["Location"] = request.build_absolute_uri(f"/api/v1/images/batches/{batch.pk}")
    return Status(202, batch_out(request, selectors.batch_get(owner=request.user, batch_id=batch.pk)))


@router.get("/batches/{uuid:batch_id}", response=BatchOut, summary="State of a batch")
def get_batch(request: UserRequest, batch_id: UUID) -> Any:
    return batch_out(request, selectors.batch_get(owner=request.user, batch_id=batch_id))


@router.delete("/batches/{uuid:batch_id}", response={204: None}, summary="Delete a batch and its results")
def delete_batch(request: UserRequest, batch_id: UUID) -> Any:
    services.batch_delete(owner=request.user, batch_id=batch_id, now=timezone.now())
    return Status(204, None)


@router.get("/presets", response=PresetsOut, summary="Built-in and own presets")
def list_presets(request: UserRequest) -> Any:
    """Built-in ones have no id."""
    built_in = [PresetOut(id=None, name=p.label, steps=[StepIn(**step) for step in p.steps]) for p in PRESETS]
    own = [preset_out(preset) for preset in selectors.preset_list(owner=request.user)]
    return PresetsOut(items=built_in + own)


@router.post("/presets", response={201: PresetOut}, summary="Save a pipeline under a name")
def save_preset(request: UserRequest, body: PresetIn) -> Any:
    """Replaces the preset that had this name."""
    steps = [step.dict() for step in body.steps]
    preset = services.preset_save(owner=request.user, name=body.name, steps=steps, now=timezone.now())
    return Status(201, preset_out(preset))


@router.delete("/presets/{int:preset_id}", response={204: None}, summary="Delete a preset")
def delete_preset(request: UserRequest, preset_id: int) -> Any:
    services.preset_delete(owner=request.user, preset_id=preset_id)
    return Status(204, None)
