"""All results of a batch as one zip file, made while it is sent."""

from collections.abc import Iterator
from pathlib import PurePath

from zipstream import ZIP_STORED, ZipStream

from cloudapps.storage import storage
from imageproc.models import Job

BLOCK_BYTES = 1 << 20


def zip_of(jobs: list[Job]) -> ZipStream:
    """
    Make the zip of these jobs' results: bytes come out block by block, none is kept.

    Results are compressed pictures already, so they are stored as they are, and the size is known beforehand.
    """
    stream = ZipStream(compress_type=ZIP_STORED, sized=True)
    names: set[str] = set()
    for job in jobs:
        stream.add(_read(job), arcname=_unused(job.result_name, names), size=job.result_size_bytes)
    return stream


def _read(job: Job) -> Iterator[bytes]:
    with storage().open(job.result_key) as body:
        while block := body.read(BLOCK_BYTES):
            yield block


def _unused(name: str, names: set[str]) -> str:
    """Give the name, or `name (2)` where another result has it; no folders, whatever the upload was called."""
    path = PurePath(name.replace("/", "_").replace("\\", "_"))
    candidate, number = path.name, 1
    while candidate.lower() in names:
        number += 1
        candidate = f"{path.stem} ({number}){path.suffix}"
    names.add(candidate.lower())
    return candidate
