"""Writes: pictures are looked at, batches made, jobs run, and all of it deleted without a trace."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from time import monotonic
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import RestrictedError
from django.utils import timezone

from cloudapps import jobs, uploads
from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.problems import Invalid, Problem, TooMany
from cloudapps.storage import ObjectNotFound, storage
from imageproc import selectors
from imageproc.core import pipeline, samples
from imageproc.core.encoding import FormatName
from imageproc.core.errors import InvalidStep, PictureError
from imageproc.core.limits import Limits
from imageproc.models import LEASE, Batch, Job, Picture, Preset

PROXY_SIDE = 1600
THUMBNAIL_SIDE = 400
UNUSED_FOR = timedelta(days=7)
MAX_PICTURES = 1000  # in one batch
MAX_PRESETS = 200
REPORT_SECONDS = 0.5
PREVIEW_PATIENCE_SECONDS = 5
DEMO_PICTURES = 3
DEMO_STEPS = ({"filter": "sepia", "params": {"amount": 60}}, {"filter": "vignette"})

preview_slots = BoundedSemaphore(2)


class PictureInUse(Problem):
    """A batch was made of the picture."""


class PictureNotReady(Problem):
    """The picture has not been looked at, or could not be read."""


class StepsInvalid(Invalid):
    """A step of the pipeline is wrong."""


class TooManyPresets(Problem):
    """The owner has as many presets as fit."""


class PictureGone(PictureError):
    """A picture that the job needs was deleted meanwhile."""


@dataclass(frozen=True)
class Output:
    """How results are to be written; `format` "same" keeps each picture's own."""

    format: str = "same"
    quality: int = 85
    keep_metadata: bool = False


def limits() -> Limits:
    """Give the limits that the settings name."""
    return Limits(
        max_bytes=settings.IMAGE_MAX_BYTES,
        max_pixels=settings.IMAGE_MAX_PIXELS,
        max_side=settings.IMAGE_MAX_SIDE,
        max_frames=settings.IMAGE_MAX_FRAMES,
        max_total_pixels=settings.IMAGE_MAX_TOTAL_PIXELS,
        max_steps=settings.IMAGE_MAX_STEPS,
    )


def picture_create(*, owner: User, upload_id: UUID, now: datetime) -> Picture:
    """
    Make a picture of a complete upload, and have a worker look at it; the same upload gives the same picture.

    :raises UploadNotFound: if there is no such upload.
    :raises UploadIncomplete: if it is still open.
    """
    try:
        with transaction.atomic():
            upload = uploads.upload_adopt(owner=owner, upload_id=upload_id)
            picture = Picture.objects.create(
                owner=owner,
                upload=upload,
                created_at=now,
                enqueued_at=now,
                request_id=jobs.current_request_id(),
            )
            jobs.enqueue(picture)
    except IntegrityError:
        return Picture.objects.select_related("upload").get(owner=owner, upload_id=upload_id)
    return picture


def picture_prepare(*, picture_id: UUID, now: datetime) -> None:
    """
    Look at an uploaded picture: note its size, and make a thumbnail and a proxy.

    :raises AlreadyClaimed: if another worker holds it or it is finished.
    """
    with jobs.running(Picture, picture_id, now=now, failures=PictureError) as picture, _scratch() as scratch:
        source, proxy, thumbnail = scratch / "source", scratch / "proxy", scratch / "thumbnail"
        _fetch(picture.upload.key, source, size_bytes=picture.upload.size_bytes)
        info = pipeline.probe(source, limits())
        encoded = pipeline.thumbnail(source, proxy, PROXY_SIDE, limits())
        pipeline.thumbnail(proxy, thumbnail, THUMBNAIL_SIDE, limits())
        _store(picture.proxy_key, proxy, encoded.content_type)
        _store(picture.thumbnail_key, thumbnail, encoded.content_type)
        picture.succeed(
            now=timezone.now(),
            format=info.format,
            width=info.width,
            height=info.height,
            frames=info.frames,
            has_alpha=info.has_alpha,
            proxy_width=encoded.width,
            proxy_content_type=encoded.content_type,
        )


def picture_delete(*, owner: User, picture_id: UUID, now: datetime) -> None:
    """
    Delete a picture that no batch uses.

    :raises PictureNotFound: if there is none.
    :raises PictureInUse: if a batch uses it.
    """
    picture = selectors.picture_get(owner=owner, picture_id=picture_id)
    try:
        _delete_picture(picture, now=now)
    except RestrictedError:
        raise PictureInUse("This picture belongs to a job. Delete that job instead.") from None


def picture_preview(*, owner: User, picture_id: UUID, steps: Sequence[Mapping[str, Any]]) -> pipeline.Encoded:
    """
    Show what the steps would make of a picture, on its proxy.

    :raises PictureNotFound: if there is none.
    :raises PictureNotReady: if nobody has looked at it yet, or it could not be read.
    :raises StepsInvalid: if a step is wrong, or makes more of the picture than a preview can show.
    :raises TooMany: if this process has its hands full of previews.
    """
    picture = selectors.picture_get(owner=owner, picture_id=picture_id)
    if picture.status != Status.SUCCEEDED:
        raise PictureNotReady("This picture is not ready for a preview.")
    parsed = steps_parse(owner=owner, steps=steps)
    with _preview_slot(), _scratch() as scratch:
        _fetch(picture.proxy_key, scratch / "proxy")
        pictures = _watermarks(owner, parsed, scratch)
        scale = picture.proxy_width / picture.width
        try:
            return pipeline.preview(scratch / "proxy", parsed, scale=scale, pictures=pictures)
        except InvalidStep as error:
            raise _steps_invalid(error) from error
        except PictureError as error:
            raise StepsInvalid(str(error)) from error


def steps_parse(*, owner: User, steps: Sequence[Mapping[str, Any]]) -> pipeline.Pipeline:
    """
    Check the steps of a pipeline, and that the pictures they mention are the owner's.

    :raises StepsInvalid: with the index of the wrong step and the name of its wrong parameter.
    """
    try:
        parsed = pipeline.parse(steps, limits())
    except InvalidStep as error:
        raise _steps_invalid(error) from error
    for name in parsed.picture_names():
        if _ready_picture(owner, name) is None:
            raise StepsInvalid("The picture of the watermark is not one of yours, or not ready. Choose another.")
    return parsed


def batch_create(
    *,
    owner: User,
    picture_ids: Sequence[UUID],
    steps: Sequence[Mapping[str, Any]],
    output: Output,
    now: datetime,
) -> Batch:
    """
    Apply the steps to each of the pictures: a batch with one queued job each.

    :raises PictureNotFound: if one of them is not the owner's.
    :raises StepsInvalid: if a step is wrong.
    """
    parsed = steps_parse(owner=owner, steps=steps)
    pictures = Picture.objects.filter(owner=owner, pk__in=picture_ids).in_bulk()
    missing = [picture_id for picture_id in picture_ids if picture_id not in pictures]
    if missing or not picture_ids:
        raise selectors.PictureNotFound("One of these pictures does not exist. Reload the page and choose again.")
    with transaction.atomic():
        batch = Batch.objects.create(
            owner=owner,
            steps=parsed.as_json(),
            format=output.format,
            quality=output.quality,
            keep_metadata=output.keep_metadata,
            created_at=now,
        )
        for picture_id in dict.fromkeys(picture_ids):
            _job_create(batch, pictures[picture_id], now=now)
    return batch


def demo_create(*, owner: User, now: datetime) -> Batch:
    """Make a batch of pictures that we drew ourselves, to look at before there are others."""
    pictures = [_demo_picture(owner, number, now=now) for number in range(DEMO_PICTURES)]
    picture_ids = [picture.pk for picture in pictures]
    return batch_create(owner=owner, picture_ids=picture_ids, steps=DEMO_STEPS, output=Output(), now=now)


def batch_delete(*, owner: User, batch_id: UUID, now: datetime) -> None:
    """
    Delete a batch, its results, and those of its pictures that no other batch uses.

    :raises BatchNotFound: if there is none.
    """
    batch = selectors.batch_get(owner=owner, batch_id=batch_id)
    with transaction.atomic():
        for job in batch.jobs.all():
            _delete_job(job, now=now)
        batch.delete()


def batch_cancel(*, owner: User, batch_id: UUID, now: datetime) -> None:
    """
    Cancel what still waits or runs.

    :raises BatchNotFound: if there is none.
    """
    for job in selectors.batch_get(owner=owner, batch_id=batch_id).jobs.all():
        job.cancel(now=now)


def job_create(
    *, owner: User, upload_id: UUID, steps: Sequence[Mapping[str, Any]], output: Output, now: datetime
) -> Job:
    """
    Apply the steps to one complete upload: a batch of one.

    :raises UploadNotFound: if there is no such upload.
    :raises UploadIncomplete: if it is still open.
    :raises StepsInvalid: if a step is wrong.
    """
    steps_parse(owner=owner, steps=steps)
    with transaction.atomic():
        picture = picture_create(owner=owner, upload_id=upload_id, now=now)
        batch = batch_create(owner=owner, picture_ids=[picture.pk], steps=steps, output=output, now=now)
    return selectors.job_get(owner=owner, job_id=batch.jobs.get().pk)


def job_run(*, job_id: UUID, now: datetime) -> None:
    """
    Turn the stored picture into its result.

    :raises AlreadyClaimed: if another worker holds the job or it is finished.
    """
    with jobs.running(Job, job_id, now=now, failures=PictureError) as job, _scratch() as scratch:
        source, result, preview, thumbnail = (scratch / n for n in ("source", "result", "preview", "thumbnail"))
        _fetch(job.picture.upload.key, source, size_bytes=job.picture.upload.size_bytes)
        parsed = pipeline.parse(job.batch.steps, limits())
        output = pipeline.OutputOptions(cast(FormatName, job.batch.format), job.batch.quality, job.batch.keep_metadata)
        made = pipeline.process(
            source,
            parsed,
            output,
            result,
            limits(),
            pictures=_watermarks(job.owner, parsed, scratch),
            on_progress=_reporter(job),
        )
        shown = pipeline.thumbnail(result, preview, PROXY_SIDE, limits())
        pipeline.thumbnail(preview, thumbnail, THUMBNAIL_SIDE, limits())
        _store(job.result_key, result, made.content_type)
        _store(job.preview_key, preview, shown.content_type)
        _store(job.thumbnail_key, thumbnail, shown.content_type)
        job.succeed(
            now=timezone.now(),
            result_format=made.format,
            result_content_type=made.content_type,
            result_extension=made.extension,
            result_width=made.width,
            result_height=made.height,
            result_frames=made.frames,
            result_size_bytes=made.size_bytes,
            preview_content_type=shown.content_type,
        )


def job_delete(*, owner: User, job_id: UUID, now: datetime) -> None:
    """
    Delete a job with its result, its picture if no other job uses it, and its batch if it was the last one.

    :raises JobNotFound: if there is none.
    """
    job = selectors.job_get(owner=owner, job_id=job_id)
    with transaction.atomic():
        _delete_job(job, now=now)
        if not job.batch.jobs.exists():
            job.batch.delete()


def preset_save(*, owner: User, name: str, steps: Sequence[Mapping[str, Any]], now: datetime) -> Preset:
    """
    Keep a pipeline under a name, in place of what had that name.

    :raises StepsInvalid: if a step is wrong.
    :raises TooManyPresets: if the owner has as many as fit.
    """
    parsed = steps_parse(owner=owner, steps=steps)
    if owner.image_presets.exclude(name=name).count() >= MAX_PRESETS:
        raise TooManyPresets(f"You have {MAX_PRESETS} presets. Delete one first.")
    preset, _ = Preset.objects.update_or_create(
        owner=owner,
        name=name,
        defaults={"steps": parsed.as_json()},
        create_defaults={"steps": parsed.as_json(), "created_at": now},
    )
    return preset


def preset_delete(*, owner: User, preset_id: int) -> None:
    """Forget a preset; harmless if there is none."""
    Preset.objects.filter(owner=owner, pk=preset_id).delete()


def pictures_sweep(*, now: datetime) -> int:
    """Delete the pictures that no batch used for a week, and return how many."""
    unused = Picture.objects.filter(jobs=None, created_at__lt=now - UNUSED_FOR).select_related("upload")
    pictures = list(unused[:1000])
    for picture in pictures:
        try:
            _delete_picture(picture, now=now)
        except RestrictedError:  # used just now
            continue
    return len(pictures)


def _demo_picture(owner: User, number: int, *, now: datetime) -> Picture:
    body = BytesIO()
    samples.landscape(number).save(body, "JPEG", quality=90)
    upload = uploads.upload_store(
        owner=owner, filename=f"landscape-{number + 1}.jpg", body=body.getvalue(), content_type="image/jpeg", now=now
    )
    return picture_create(owner=owner, upload_id=upload.pk, now=now)


def _job_create(batch: Batch, picture: Picture, *, now: datetime) -> None:
    job = Job.objects.create(
        owner=batch.owner,
        batch=batch,
        picture=picture,
        created_at=now,
        enqueued_at=now,
        request_id=jobs.current_request_id(),
    )
    jobs.enqueue(job)


def _delete_job(job: Job, *, now: datetime) -> None:
    picture = job.picture
    uploads.delete_later([job.result_key, job.preview_key, job.thumbnail_key], due_at=_when_idle(job, now))
    job.delete()
    if not picture.jobs.exists():
        _delete_picture(picture, now=now)


def _delete_picture(picture: Picture, *, now: datetime) -> None:
    due_at = _when_idle(picture, now)
    with transaction.atomic():
        upload, keys = picture.upload, [picture.proxy_key, picture.thumbnail_key]
        picture.delete()
        uploads.delete_later(keys, due_at=due_at)
        uploads.upload_release(upload, due_at=due_at)


def _reporter(job: Job) -> Callable[[float], None]:
    """Make a function that passes the progress (0 to 1) on to the row, about twice a second."""
    last = monotonic()

    def report(share: float) -> None:
        nonlocal last
        if monotonic() - last > REPORT_SECONDS:
            last = monotonic()
            job.renew(now=timezone.now(), progress=int(share * 95))

    return report


def _when_idle(job: Picture | Job, now: datetime) -> datetime:
    """Say when no worker can write the job's objects any more; one that was cancelled may be at it yet."""
    return now if job.is_finished and job.status != Status.CANCELLED else now + LEASE


def _steps_invalid(error: InvalidStep) -> StepsInvalid:
    return StepsInvalid(str(error), step=error.index, parameter=error.parameter)


def _ready_picture(owner: User, name: str) -> Picture | None:
    try:
        return Picture.objects.filter(owner=owner, pk=UUID(name), status=Status.SUCCEEDED).first()
    except ValueError:
        return None


def _watermarks(owner: User, parsed: pipeline.Pipeline, scratch: Path) -> dict[str, Path]:
    """Fetch the proxies of the pictures that the steps mention."""
    paths = {}
    for name in parsed.picture_names():
        picture = _ready_picture(owner, name)
        if picture is None:
            raise PictureGone("The picture of the watermark was deleted. Choose another one.")
        paths[name] = scratch / f"watermark-{picture.pk}"
        _fetch(picture.proxy_key, paths[name])
    return paths


@contextmanager
def _preview_slot() -> Iterator[None]:
    """Let only so many previews be computed at once, so that the other pages of this process stay quick."""
    if not preview_slots.acquire(timeout=PREVIEW_PATIENCE_SECONDS):
        raise TooMany("Too many previews at once. Try again in a moment.", retry_after_seconds=1)
    try:
        yield
    finally:
        preview_slots.release()


@contextmanager
def _scratch() -> Iterator[Path]:
    with TemporaryDirectory(prefix="picture-") as folder:
        yield Path(folder)


def _fetch(key: str, path: Path, *, size_bytes: int = 0) -> None:
    limits().check_bytes(size_bytes)
    try:
        with storage().open(key) as body, path.open("wb") as target:
            shutil.copyfileobj(body, target, 1 << 20)
    except ObjectNotFound:
        raise PictureGone("The picture was deleted. Upload it again.") from None


def _store(key: str, path: Path, content_type: str) -> None:
    with path.open("rb") as body:
        storage().put(key, body, content_type=content_type)
