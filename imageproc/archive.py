"""What an owner takes home: the results of a batch, or everything."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from cloudapps.apps import ExportedFile
from cloudapps.archive import Names, blocks_of
from cloudapps.models import User
from imageproc.models import Batch, Job, Picture, Preset


def results_of(jobs: Iterable[Job]) -> list[ExportedFile]:
    """List the results of these jobs, which have some; no folders, whatever the uploads were called."""
    return [
        ExportedFile(_flat(job.result_name), blocks_of(job.result_key), size_bytes=job.result_size_bytes)
        for job in jobs
    ]


def everything_of(owner: User) -> Iterator[ExportedFile]:
    """Give the originals, the results, and at last `images.json`, which says what belongs to what."""
    names = Names()
    pictures: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for picture in Picture.objects.filter(owner=owner).select_related("upload").order_by("pk").iterator():
        path = names.give(f"originals/{_flat(picture.name)}")
        pictures.append({"id": picture.pk, "file": path, "created_at": picture.created_at})
        yield ExportedFile(path, blocks_of(picture.upload.key), size_bytes=picture.upload.size_bytes)
    for job in Job.objects.filter(owner=owner).select_related("picture__upload").order_by("pk").iterator():
        path = names.give(f"results/{_flat(job.result_name)}") if job.result_format else ""
        results.append(_described(job, path))
        if path:
            yield ExportedFile(path, blocks_of(job.result_key), size_bytes=job.result_size_bytes)
    described = {**_rows_of(owner), "pictures": pictures, "jobs": results}
    body = json.dumps(described, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False).encode()
    yield ExportedFile("images.json", iter([body]), size_bytes=len(body))


def _described(job: Job, path: str) -> dict[str, Any]:
    row = {"id": job.pk, "batch": job.batch_id, "picture": job.picture_id, "status": job.status, "error": job.error}
    return {**row, "file": path or None, "created_at": job.created_at, "finished_at": job.finished_at}


def _rows_of(owner: User) -> dict[str, Any]:
    batch_fields = ("id", "steps", "format", "quality", "keep_metadata", "created_at")
    return {
        "batches": list(Batch.objects.filter(owner=owner).order_by("pk").values(*batch_fields)),
        "presets": list(Preset.objects.filter(owner=owner).values("name", "steps", "created_at")),
    }


def _flat(name: str) -> str:
    return name.replace("/", "_")
