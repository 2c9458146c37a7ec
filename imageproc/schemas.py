"""What the REST door of Image Processing takes and gives."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import StringConstraints

from imageproc import links, services
from imageproc.core.encoding import FormatName
from imageproc.core.pipeline import OutputOptions
from imageproc.models import Batch, Job, Picture, Preset


class StepIn(Schema):
    filter: Annotated[str, Field(max_length=40)]
    params: dict[str, Any] = {}


class OutputIn(Schema):
    steps: Annotated[list[StepIn], Field(max_length=100)] = []
    format: FormatName = "same"
    quality: Annotated[int, Field(ge=1, le=100)] = 85
    keep_metadata: bool = False

    def output(self) -> OutputOptions:
        """Give what the services understand."""
        return OutputOptions(format=self.format, quality=self.quality, keep_metadata=self.keep_metadata)

    def step_list(self) -> list[dict[str, Any]]:
        """Give the steps as plain dictionaries."""
        return [step.dict() for step in self.steps]


class JobIn(OutputIn):
    upload_id: UUID


class BatchIn(OutputIn):
    picture_ids: Annotated[list[UUID], Field(min_length=1, max_length=services.MAX_PICTURES)]


class PictureIn(Schema):
    upload_id: UUID


class PreviewIn(Schema):
    picture_id: UUID
    steps: Annotated[list[StepIn], Field(max_length=100)] = []


class PresetIn(Schema):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    steps: Annotated[list[StepIn], Field(max_length=100)]


class PictureOut(Schema):
    id: UUID
    status: str
    progress: int
    error: str | None
    name: str
    size_bytes: int
    format: str
    width: int
    height: int
    frames: int
    has_alpha: bool
    proxy_width: int
    thumbnail_url: str | None
    proxy_url: str | None
    created_at: datetime


class ResultOut(Schema):
    name: str
    url: str
    format: str
    content_type: str
    width: int
    height: int
    frames: int
    size_bytes: int


class JobOut(Schema):
    id: UUID
    batch_id: UUID
    picture_id: UUID
    name: str
    status: str
    progress: int
    attempts: int
    error: str | None
    seconds_taken: float | None
    created_at: datetime
    finished_at: datetime | None
    result: ResultOut | None


class JobPage(Schema):
    items: list[JobOut]
    next: str | None


class BatchOut(Schema):
    id: UUID
    url: str
    steps: list[StepIn]
    format: str
    quality: int
    keep_metadata: bool
    created_at: datetime
    jobs: list[JobOut]


class PresetOut(Schema):
    id: int | None
    name: str
    steps: list[StepIn]


class PresetsOut(Schema):
    items: list[PresetOut]


class PicturesOut(Schema):
    items: list[PictureOut]


class FiltersOut(Schema):
    items: list[dict[str, Any]]


def picture_out(request: HttpRequest, picture: Picture) -> PictureOut:
    ready = picture.proxy_width > 0
    return PictureOut(
        id=picture.pk,
        status=picture.status,
        progress=picture.progress,
        error=picture.error or None,
        name=picture.name,
        size_bytes=picture.upload.size_bytes,
        format=picture.format,
        width=picture.width,
        height=picture.height,
        frames=picture.frames,
        has_alpha=picture.has_alpha,
        proxy_width=picture.proxy_width,
        thumbnail_url=request.build_absolute_uri(links.page_of(picture, "thumbnail")) if ready else None,
        proxy_url=request.build_absolute_uri(links.page_of(picture, "proxy")) if ready else None,
        created_at=picture.created_at,
    )


def job_out(request: HttpRequest, job: Job) -> JobOut:
    return JobOut(
        id=job.pk,
        batch_id=job.batch_id,
        picture_id=job.picture_id,
        name=job.picture.name,
        status=job.status,
        progress=job.progress,
        attempts=job.attempts,
        error=job.error or None,
        seconds_taken=job.seconds_taken,
        created_at=job.created_at,
        finished_at=job.finished_at,
        result=result_out(request, job) if job.result_format else None,
    )


def result_out(request: HttpRequest, job: Job) -> ResultOut:
    return ResultOut(
        name=job.result_name,
        url=request.build_absolute_uri(f"/api/v1/images/jobs/{job.pk}/result"),
        format=job.result_format,
        content_type=job.result_content_type,
        width=job.result_width,
        height=job.result_height,
        frames=job.result_frames,
        size_bytes=job.result_size_bytes,
    )


def batch_out(request: HttpRequest, batch: Batch) -> BatchOut:
    return BatchOut(
        id=batch.pk,
        url=request.build_absolute_uri(batch.get_absolute_url()),
        steps=[StepIn(**step) for step in batch.steps],
        format=batch.format,
        quality=batch.quality,
        keep_metadata=batch.keep_metadata,
        created_at=batch.created_at,
        jobs=[job_out(request, job) for job in batch.jobs.all()],
    )


def preset_out(preset: Preset) -> PresetOut:
    return PresetOut(id=preset.pk, name=preset.name, steps=[StepIn(**step) for step in preset.steps])
