"""Steps as a person sends them, checked, with the pictures that they mention."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.problems import Invalid
from imageproc.core import pipeline
from imageproc.core.errors import InvalidStep
from imageproc.models import Picture
from imageproc.services.files import PictureGone, fetch, limits


class StepsInvalid(Invalid):
    """A step of the pipeline is wrong."""


def steps_parse(*, owner: User, steps: Sequence[Mapping[str, Any]]) -> pipeline.Pipeline:
    """
    Check the steps of a pipeline, and that the pictures they mention are the owner's.

    :raises StepsInvalid: with the index of the wrong step and the name of its wrong parameter.
    """
    try:
        parsed = pipeline.parse(steps, limits())
    except InvalidStep as error:
        raise steps_invalid(error) from error
    for name in parsed.picture_names():
        if ready_picture(owner, name) is None:
            raise StepsInvalid("The picture of the watermark is not one of yours, or not ready. Choose another.")
    return parsed


def steps_invalid(error: InvalidStep) -> StepsInvalid:
    """Say the core's words at the REST door, with the place of the wrong step."""
    return StepsInvalid(str(error), step=error.index, parameter=error.parameter)


def fetch_watermarks(owner: User, parsed: pipeline.Pipeline, scratch: Path) -> dict[str, Path]:
    """Fetch the proxies of the pictures that the steps mention."""
    paths = {}
    for name in parsed.picture_names():
        picture = ready_picture(owner, name)
        if picture is None:
            raise PictureGone("The picture of the watermark was deleted. Choose another one.")
        paths[name] = scratch / f"watermark-{picture.pk}"
        fetch(picture.proxy_key, paths[name])
    return paths


def ready_picture(owner: User, name: str) -> Picture | None:
    """Give the owner's picture with this id, if it is one and was looked at."""
    try:
        return Picture.objects.filter(owner=owner, pk=UUID(name), status=Status.SUCCEEDED).first()
    except ValueError:
        return None
