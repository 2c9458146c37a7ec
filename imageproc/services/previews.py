"""Live previews, made in the web process of a proxy that we encoded ourselves."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.problems import Problem, TooMany
from cloudapps.scratch import scratch_folder
from imageproc import selectors
from imageproc.core import pipeline
from imageproc.core.errors import InvalidStep, PictureError
from imageproc.services.files import fetch
from imageproc.services.steps import StepsInvalid, fetch_watermarks, steps_invalid, steps_parse

PREVIEW_PATIENCE_SECONDS = 5

preview_slots = BoundedSemaphore(2)


class PictureNotReady(Problem):
    """The picture has not been looked at, or could not be read."""


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
    with _preview_slot(), scratch_folder() as scratch:
        fetch(picture.proxy_key, scratch / "proxy")
        pictures = fetch_watermarks(owner, parsed, scratch)
        scale = picture.proxy_width / picture.width
        try:
            return pipeline.preview(scratch / "proxy", parsed, scale=scale, pictures=pictures)
        except InvalidStep as error:
            raise steps_invalid(error) from error
        except PictureError as error:
            raise StepsInvalid(str(error)) from error


@contextmanager
def _preview_slot() -> Iterator[None]:
    """Let only so many previews be computed at once, so that the other pages of this process stay quick."""
    if not preview_slots.acquire(timeout=PREVIEW_PATIENCE_SECONDS):
        raise TooMany("Too many previews at once. Try again in a moment.", retry_after_seconds=1)
    try:
        yield
    finally:
        preview_slots.release()
