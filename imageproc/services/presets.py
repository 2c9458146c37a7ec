"""Presets: pipelines with a name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cloudapps.models import User
from cloudapps.problems import Problem
from imageproc.models import Preset
from imageproc.services.steps import steps_parse

MAX_PRESETS = 200


class TooManyPresets(Problem):
    """The owner has as many presets as fit."""


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
