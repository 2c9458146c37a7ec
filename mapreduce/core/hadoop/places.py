"""A job's folder on the cluster's file system: inputs are put there, the result is fetched, then it is removed."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from mapreduce.core.hadoop.client import Client
from mapreduce.core.job import JobFailed
from mapreduce.core.streaming import InputFile

Beats = Iterator[None]


class Place(Protocol):
    """Where a job's files are. What takes long beats now and then."""

    inputs: str  # a pattern for -input
    output: str  # for -output

    def put(self, inputs: Sequence[InputFile]) -> Beats:
        """Bring the inputs there. :raises JobFailed: if that cannot be done."""

    def get(self, output: Path) -> Beats:
        """Fetch the result's files into a folder that is not there yet. :raises JobFailed: if that cannot be done."""

    def remove(self) -> Beats:
        """Remove everything, as far as it is there."""


def place_at(work_uri: str, client: Client, scratch: Path) -> Place:
    """Give the place that a URI names: by Hadoop's client, or plainly if it is on this machine's file system."""
    if work_uri.startswith("file:"):
        return LocalPlace(Path(re.sub("^file:(//)?", "", work_uri)))  # Hadoop does not decode %20 either
    return ClusterPlace(work_uri.rstrip("/"), client, scratch)


class LocalPlace:
    """A folder of this machine, which the cluster sees too, or whose client is the cluster."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.inputs, self.output = f"file://{folder}/inputs/*", f"file://{folder}/output"

    def put(self, inputs: Sequence[InputFile]) -> Beats:
        yield from arrange(inputs, self._folder / "inputs")

    def get(self, output: Path) -> Beats:
        output.mkdir(parents=True)
        for path in sorted((self._folder / "output").glob("part-*")):
            shutil.move(path, output / path.name)
            yield

    def remove(self) -> Beats:
        with suppress(FileNotFoundError):
            shutil.rmtree(self._folder)
        yield


class ClusterPlace:
    """A folder on HDFS, or whatever else Hadoop's client can reach."""

    def __init__(self, uri: str, client: Client, scratch: Path) -> None:
        self._uri, self._client, self._scratch = uri, client, scratch
        self.inputs, self.output = f"{uri}/inputs/*", f"{uri}/output"

    def put(self, inputs: Sequence[InputFile]) -> Beats:
        yield from arrange(inputs, self._scratch / "inputs")
        yield from self._do("-mkdir", "-p", self._uri)
        yield from self._do("-put", str(self._scratch / "inputs"), self._uri)

    def get(self, output: Path) -> Beats:
        yield from self._do("-get", self.output, str(output))

    def remove(self) -> Beats:
        yield from self._do("-rm", "-r", "-f", "-skipTrash", self._uri)

    def _do(self, *arguments: str) -> Beats:
        last = ""
        for line in self._client.lines("fs", *arguments):
            last = line or last
            yield
        if self._client.status:
            raise JobFailed(f"The cluster’s file system could not be used: {last or 'it does not say why'}")


def arrange(inputs: Sequence[InputFile], folder: Path) -> Beats:
    """
    Lay files out as `folder/0/NAME`; the second of a name as `folder/1/NAME`, so that programs see their own names.

    Names that begin with `_` or `.` are left out, as Hadoop would. :raises JobFailed: for a name that HDFS cannot keep.
    """
    (folder / "0").mkdir(parents=True)
    for file in inputs:
        name = file.name.rsplit("/", 1)[-1]
        if name.startswith(("_", ".")):
            continue
        if not name or re.search(r"[:\x00-\x1f\x7f]", name):
            raise JobFailed(
                f"Hadoop cannot keep a file named “{name}”. Rename it, without colons or control characters."
            )
        number = next(number for number in range(len(inputs)) if not (folder / str(number) / name).exists())
        target = folder / str(number) / name
        target.parent.mkdir(exist_ok=True)
        _bring(file.path, target)
        yield


def _bring(source: Path, target: Path) -> None:
    """Link a file, or copy it to another disk."""
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)
