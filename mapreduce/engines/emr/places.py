"""Where in the storage a job's files lie while EMR works on them: `mapreduce/jobs/<job>/<step>/`."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from cloudapps.storage import ObjectNotFound, storage
from cloudapps.storage.s3 import S3Storage
from mapreduce.core.job import JobFailed, Progress, Stage
from mapreduce.engines.port import ResultPart, StoredFile, Watcher, Work

ROOT = "mapreduce/jobs/"
PART = re.compile(r"part-\d{5,}(\.\w+)?")
PLAIN = re.compile(r"[\w.-]+", re.ASCII)
UNREADABLE = re.compile(r"[/:\\\x00-\x1f\x7f]")  # Hadoop cannot list names with them (HADOOP-14217)


def uri_of(key: str) -> str:
    """Say where EMR finds an object, or what begins with the key."""
    return f"{settings.STORAGE_URL.rstrip('/')}/{key}"


class Places:
    """The folders of one step: `program`, `input`, `output`."""

    def __init__(self, job_id: UUID, number: int) -> None:
        self._root = f"{ROOT}{job_id}/{number}"

    def fill(self, work: Work, watcher: Watcher) -> None:
        """
        Put program and inputs where EMR reads them; harmless to repeat.

        Inputs are copied within the storage, each to a folder of its own, since their keys say neither name nor ending:
        Hadoop unpacks by the ending, and a program may ask for the name.

        :raises JobFailed: if one was deleted.
        """
        for key, body in self._program(work).items():
            if isinstance(body, StoredFile):
                _copy(body, key)
            else:
                storage().put(key, BytesIO(body), content_type="application/octet-stream")
        for number, file in enumerate(work.inputs):
            watcher.progress(Progress(Stage.SETUP, status=f"Copied {number} of {len(work.inputs)} inputs"))
            _copy(file, f"{self._root}/input/{number:05d}/{readable(file.name)}")

    def program_uris(self, work: Work) -> list[str]:
        """Name the program's files for `-files`; after a # stands the name under which a program finds it."""
        return [uri_of(key) + _link(name) for name, key in self._keys(work).items()]

    @property
    def input_uri(self) -> str:
        """All inputs by one pattern, however many there are: a step takes few characters."""
        return uri_of(f"{self._root}/input/*")

    @property
    def output_uri(self) -> str:
        """The folder that Hadoop makes; it must not be there yet."""
        return uri_of(f"{self._root}/output")

    def parts(self) -> tuple[ResultPart, ...]:
        """Give the files of the result, in order."""
        folder = f"{self._root}/output/"
        found = {info.key.removeprefix(folder): info for info in storage().walk(folder)}
        return tuple(
            ResultPart(name, found[name].size_bytes, _opener(found[name].key))
            for name in sorted(found)
            if PART.fullmatch(name)
        )

    def _keys(self, work: Work) -> dict[str, str]:
        names = [*dict.fromkeys([*(file.name for file in work.files), *work.program])]
        return {
            name: f"{self._root}/program/{name if PLAIN.fullmatch(name) else f'{number}/file'}"
            for number, name in enumerate(names)
        }

    def _program(self, work: Work) -> dict[str, StoredFile | bytes]:
        keys = self._keys(work)
        files: dict[str, StoredFile | bytes] = {keys[file.name]: file for file in work.files}
        return files | {keys[name]: body for name, body in work.program.items()}  # a script goes before a file


def readable(name: str) -> str:
    """Give a name that Hadoop can list; those that begin with _ or a full stop it skips, as every engine does."""
    return UNREADABLE.sub("_", name)


def remove(job_id: UUID) -> None:
    """Delete all that a job has there; harmless to repeat."""
    for info in list(storage().walk(f"{ROOT}{job_id}")):  # and Hadoop's own marks beside the folder
        storage().delete(info.key)


def jobs_with_files() -> Iterator[UUID]:
    """Walk over the jobs that have something there."""
    seen = set()
    for info in storage().walk(ROOT):
        name = info.key.removeprefix(ROOT)[:36]
        if name not in seen:
            seen.add(name)
            with suppress(ValueError):  # somebody else's
                yield UUID(name)


def _link(name: str) -> str:
    return "" if PLAIN.fullmatch(name) else f"#{name}"


def _opener(key: str) -> Callable[[], BinaryIO]:
    return lambda: storage().open(key)


def _copy(file: StoredFile, key: str) -> None:
    found = storage()
    assert isinstance(found, S3Storage)  # noqa: S101 - see `EmrEngine.unavailable`
    try:
        found.copy(file.key, key)
    except ObjectNotFound:
        raise JobFailed(
            f"The file “{file.name}” was deleted before the job could read it. Choose another one."
        ) from None
