"""Writes: pictures are looked at, batches made, jobs run, and all of it deleted without a trace."""

from imageproc.services.batches import (
    MAX_PICTURES,
    batch_cancel,
    batch_create,
    batch_delete,
    demo_create,
    job_create,
)
from imageproc.services.files import PictureGone, limits, thumbnail_make
from imageproc.services.jobs import job_delete, job_run
from imageproc.services.owners import owner_forget
from imageproc.services.pictures import (
    UNUSED_FOR,
    PictureInUse,
    picture_create,
    picture_delete,
    picture_prepare,
    pictures_sweep,
)
from imageproc.services.presets import MAX_PRESETS, TooManyPresets, preset_delete, preset_save
from imageproc.services.previews import PictureNotReady, picture_preview
from imageproc.services.steps import StepsInvalid, steps_parse

__all__ = [
    "MAX_PICTURES",
    "MAX_PRESETS",
    "UNUSED_FOR",
    "PictureGone",
    "PictureInUse",
    "PictureNotReady",
    "StepsInvalid",
    "TooManyPresets",
    "batch_cancel",
    "batch_create",
    "batch_delete",
    "demo_create",
    "job_create",
    "job_delete",
    "job_run",
    "limits",
    "owner_forget",
    "picture_create",
    "picture_delete",
    "picture_prepare",
    "picture_preview",
    "pictures_sweep",
    "preset_delete",
    "preset_save",
    "steps_parse",
    "thumbnail_make",
]
