"""Bytes between the storage and a worker's disk."""

from pathlib import Path

from django.conf import settings

from cloudapps.offers import PictureUnusable, Thumbnail
from cloudapps.storage import ObjectNotFound, storage
from imageproc.core import pipeline
from imageproc.core.errors import PictureError
from imageproc.core.limits import Limits

LARGE_SIDE = 1600
THUMBNAIL_SIDE = 400


class PictureGone(PictureError):
    """A picture that the job needs was deleted meanwhile."""


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


def fetch(key: str, path: Path, *, size_bytes: int = 0) -> None:
    """
    Bring an object to the disk, only to be read.

    :raises PictureGone: if there is none.
    :raises PictureTooLarge: if it is known to have too many bytes.
    """
    limits().check_bytes(size_bytes)
    try:
        storage().fetch(key, path)
    except ObjectNotFound:
        raise PictureGone("The picture was deleted. Upload it again.") from None


def store(key: str, path: Path, content_type: str) -> None:
    """Copy a file from the disk to the storage."""
    with path.open("rb") as body:
        storage().put(key, body, content_type=content_type)


def store_smaller(source: Path, scratch: Path, *, large_key: str, thumbnail_key: str) -> pipeline.PictureInfo:
    """
    Store a picture of at most 1600 px and a thumbnail, both encoded by us for a browser; describe the larger one.

    :raises PictureError: if the source is broken or too large.
    """
    large, thumbnail = scratch / "large", scratch / "thumbnail"
    info = pipeline.thumbnail(source, large, LARGE_SIDE, limits())
    pipeline.thumbnail(large, thumbnail, THUMBNAIL_SIDE, limits())
    store(large_key, large, info.content_type)
    store(thumbnail_key, thumbnail, info.content_type)
    return info


def thumbnail_make(*, source: Path, target: Path, side: int) -> Thumbnail:
    """See `cloudapps.offers.Thumbnailer`."""
    try:
        limits().check_bytes(source.stat().st_size)
        info = pipeline.thumbnail(source, target, side, limits())
    except PictureError as error:
        raise PictureUnusable(str(error)) from error
    return Thumbnail(info.content_type, info.width, info.height)
