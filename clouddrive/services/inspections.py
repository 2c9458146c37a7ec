"""Inspections: a worker looks for viruses, and makes a preview of what can be shown."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from cloudapps import jobs
from cloudapps.offers import PictureUnusable, Thumbnail, thumbnailer
from cloudapps.scratch import scratch_folder
from cloudapps.storage import ObjectNotFound, storage
from clouddrive.core import pdf
from clouddrive.core.kinds import Category
from clouddrive.models import Event, Inspection, Item
from clouddrive.services import scanner
from clouddrive.services.events import record

PREVIEW_SIDE = 1600
THUMBNAIL_SIDE = 400
PREVIEW_MAX_BYTES = 200 * 2**20
PDF = "application/pdf"


class NothingToShow(Exception):
    """No preview can be made of the file; `str(error)` says why."""


def inspection_request(file: Item, *, now: datetime) -> None:
    """Have a worker look at a file's bytes, if there is something to look for and nobody has; in a transaction."""
    if not (settings.CLAMD_URL or has_preview(file)):
        return
    inspection, made = Inspection.objects.get_or_create(
        upload=file.bytes,
        defaults={
            "owner_id": file.owner_id,
            "created_at": now,
            "enqueued_at": now,
            "request_id": jobs.current_request_id(),
        },
    )
    if made:
        jobs.enqueue(inspection)


def has_preview(file: Item) -> bool:
    """Whether a picture can be made of it."""
    shown = file.category == Category.IMAGE or file.content_type == PDF
    return shown and 0 < file.size_bytes <= PREVIEW_MAX_BYTES


def inspection_run(*, inspection_id: UUID, now: datetime) -> None:
    """
    Scan a file's bytes, and make its preview and thumbnail.

    :raises AlreadyClaimed: if another worker holds it or it is finished.
    """
    failures = (NothingToShow, PictureUnusable, pdf.PdfUnusable)
    with jobs.running(Inspection, inspection_id, now=now, failures=failures) as job, scratch_folder() as scratch:
        file = Item.objects.filter(upload=job.upload_id).first()
        source = scratch / "source"
        _fetch(job.upload.key, source)
        if infected_by := scanner.scan(source):
            _quarantine(job, infected_by)
            return
        if file is None or not has_preview(file):
            job.succeed(now=timezone.now())
            return
        job.renew(now=timezone.now(), progress=50)
        pages = _render(file, source, scratch / "page")
        shown = _store_smaller(job, scratch / "page" if pages else source, scratch)
        job.succeed(
            now=timezone.now(),
            pages=pages,
            preview_content_type=shown.content_type,
            preview_width=shown.width,
            preview_height=shown.height,
        )


def _quarantine(job: Inspection, infected_by: str) -> None:
    job.succeed(now=timezone.now(), infected_by=infected_by[:200])
    for file in Item.objects.filter(upload=job.upload_id):
        record(file, Event.Verb.QUARANTINED, actor=None, now=timezone.now(), detail=infected_by)


def _render(file: Item, source: Path, page: Path) -> int:
    """Draw the first page of a PDF, and return how many it has; 0 for a picture, which needs no drawing."""
    return pdf.draw_first_page(source, page, side=PREVIEW_SIDE) if file.content_type == PDF else 0


def _store_smaller(job: Inspection, source: Path, scratch: Path) -> Thumbnail:
    make = thumbnailer.get()
    if make is None:
        raise NothingToShow("No app makes thumbnails here.")
    preview, thumbnail = scratch / "preview", scratch / "thumbnail"
    shown = make(source=source, target=preview, side=PREVIEW_SIDE)
    make(source=preview, target=thumbnail, side=THUMBNAIL_SIDE)
    for key, path in ((job.preview_key, preview), (job.thumbnail_key, thumbnail)):
        with path.open("rb") as body:
            storage().put(key, body, content_type=shown.content_type)
    return shown


def _fetch(key: str, path: Path) -> None:
    try:
        storage().fetch(key, path)
    except ObjectNotFound:
        raise NothingToShow("The file was deleted.") from None
