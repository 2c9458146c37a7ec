"""What an engine that works on files of this machine needs: inputs, program, and how long it may take."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings

from cloudapps.storage import ObjectNotFound, storage
from mapreduce.core.job import JobFailed, Progress, Stage
from mapreduce.core.streaming import InputFile
from mapreduce.engines.port import StoredFile, Watcher, Work


def fetch_inputs(files: tuple[StoredFile, ...], folder: Path, watcher: Watcher) -> list[InputFile]:
    """
    Bring the inputs to this machine's disk, each in a folder of its own, since two may have one name.

    :raises JobFailed: if one was deleted.
    """
    found = []
    for number, file in enumerate(files):
        path = folder / str(number)
        path.parent.mkdir(exist_ok=True)
        _fetch(file, path)
        found.append(InputFile(name=file.name, path=path))
        watcher.progress(Progress(Stage.SETUP, status=f"Fetched {number + 1} of {len(files)} inputs"))
    return found


def place_program(program: Mapping[str, bytes], files: Sequence[StoredFile], folder: Path) -> Path:
    """Write the scripts into a folder, and the extra files beside them. :raises JobFailed: if one was deleted."""
    folder.mkdir()
    for file in files:
        _fetch(file, folder / file.name)
    for name, body in program.items():
        (folder / name).unlink(missing_ok=True)  # never through a link into the storage
        (folder / name).write_bytes(body)
    return folder


def seconds_left(work: Work, *, now: datetime) -> float:
    """Say for how long the job may go on; at least a second, so that it is told why."""
    minutes: int = min(work.max_minutes or settings.MAPREDUCE_MAX_MINUTES, settings.MAPREDUCE_MAX_MINUTES)
    return max(1.0, minutes * 60 - (now - work.started_at).total_seconds())


def _fetch(file: StoredFile, path: Path) -> None:
    try:
        storage().fetch(file.key, path)
    except ObjectNotFound:
        raise JobFailed(
            f"The file “{file.name}” was deleted before the job could read it. Choose another one."
        ) from None
