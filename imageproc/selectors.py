"""Reads, always of one owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Prefetch, Q

from cloudapps.models import User
from cloudapps.models.job import UNFINISHED, Status
from cloudapps.paging import Page, page_by_id
from cloudapps.problems import NotFound
from imageproc.models import Batch, Job, Picture, Preset

COVERS = 4  # results that a batch shows in the gallery


class PictureNotFound(NotFound):
    """There is no such picture of this owner."""


class BatchNotFound(NotFound):
    """There is no such batch of this owner."""


class JobNotFound(NotFound):
    """There is no such job of this owner."""


class ResultNotReady(NotFound):
    """The job has no result (yet)."""


@dataclass(frozen=True)
class BatchCard:
    """A batch as the gallery shows it."""

    batch: Batch
    covers: list[Job]
    total: int
    unfinished: int
    failed: int


def picture_get(*, owner: User, picture_id: UUID) -> Picture:
    """Give one picture. :raises PictureNotFound:"""
    picture = Picture.objects.filter(owner=owner, pk=picture_id).select_related("upload").first()
    if picture is None:
        raise PictureNotFound("There is no such picture.")
    return picture


def pictures_unused(*, owner: User) -> list[Picture]:
    """List the pictures that wait on the editor's film strip: no batch has used them yet. Oldest first."""
    mine = Picture.objects.filter(owner=owner, jobs=None).select_related("upload")
    return list(mine.order_by("pk")[:1000])


def batch_get(*, owner: User, batch_id: UUID) -> Batch:
    """Give one batch with its jobs and their pictures. :raises BatchNotFound:"""
    jobs = Prefetch("jobs", Job.objects.select_related("picture__upload").order_by("pk"))
    batch = Batch.objects.filter(owner=owner, pk=batch_id).prefetch_related(jobs).first()
    if batch is None:
        raise BatchNotFound("There is no such batch.")
    return batch


def batch_cards(*, owner: User, before: UUID | None, size: int = 24) -> tuple[list[BatchCard], UUID | None]:
    """Give one page of the gallery, newest first, and the key of the next."""
    batches = Batch.objects.filter(owner=owner).annotate(
        total=Count("jobs"),
        unfinished=Count("jobs", filter=Q(jobs__status__in=UNFINISHED)),
        failed=Count("jobs", filter=Q(jobs__status=Status.FAILED)),
    )
    page = page_by_id(batches, before=before, size=size)
    covers = _covers(page.items)
    cards = [
        BatchCard(b, covers.get(b.pk, []), b.total, b.unfinished, b.failed)  # type: ignore[attr-defined]  # annotated
        for b in page.items
    ]
    return cards, page.next_before


def job_list(*, owner: User, before: UUID | None) -> "Page[Job]":
    """Give one page of jobs, newest first."""
    return page_by_id(Job.objects.filter(owner=owner).select_related("picture__upload"), before=before)


def job_get(*, owner: User, job_id: UUID) -> Job:
    """Give one job. :raises JobNotFound:"""
    job = Job.objects.filter(owner=owner, pk=job_id).select_related("picture__upload", "batch").first()
    if job is None:
        raise JobNotFound("There is no such job.")
    return job


def preset_list(*, owner: User) -> list[Preset]:
    """List the owner's presets by name."""
    return list(Preset.objects.filter(owner=owner))


def _covers(batches: Sequence[Batch]) -> dict[UUID, list[Job]]:
    covers: dict[UUID, list[Job]] = {}
    done = Job.objects.filter(batch__in=batches, status=Status.SUCCEEDED).select_related("picture__upload")
    for job in done.order_by("pk"):
        covers.setdefault(job.batch_id, [])
        if len(covers[job.batch_id]) < COVERS:
            covers[job.batch_id].append(job)
    return covers
