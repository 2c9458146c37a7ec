"""The port to object storage: a bag of objects under slash-separated keys, reached by browsers through signed links."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import IO, BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings


class ObjectNotFound(Exception):
    """No object lies under this key."""


class MultipartNotFound(Exception):
    """No multipart upload is open under this id: it was completed or aborted."""


@dataclass(frozen=True)
class ObjectInfo:
    """What the storage knows of an object."""

    key: str
    size_bytes: int
    modified_at: datetime


@dataclass(frozen=True)
class Part:
    """One part of a multipart upload that has arrived; `number` counts from 1."""

    number: int
    etag: str
    size_bytes: int


@dataclass(frozen=True)
class PartLink:
    """Where and how to PUT one part."""

    url: str
    method: str = "PUT"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/octet-stream"})


@dataclass(frozen=True)
class OpenMultipart:
    """A multipart upload that was begun and neither completed nor aborted."""

    key: str
    multipart_id: str
    begun_at: datetime


class Storage(Protocol):
    """
    A bag of objects.

    Writes are atomic: an object is there with all its bytes, or not at all. Whatever else goes wrong (a slow or
    failing S3, a full disk) is raised as it comes, for the caller's retry.
    """

    def put(self, key: str, body: BinaryIO | IO[bytes], *, content_type: str) -> None:
        """Store an object under the key, in place of what lay there."""

    def open(self, key: str, *, offset: int = 0, size_bytes: int | None = None) -> BinaryIO:
        """
        Open the object for reading, from a byte within it on; to be used as a context manager.

        With `size_bytes` no more than that will be read, so no more has to be sent.

        :raises ObjectNotFound: if there is none.
        """

    def fetch(self, key: str, path: Path) -> None:
        """
        Bring the object to this machine's disk, in place of what lay at the path; there is never half a file.

        The file is only to be read, and never to be made writable or executable: it may be the stored object itself.

        :raises ObjectNotFound: if there is none.
        """

    def stat(self, key: str) -> ObjectInfo:
        """
        Look at the object without reading it.

        :raises ObjectNotFound: if there is none.
        """

    def delete(self, key: str) -> None:
        """Remove the object; harmless if there is none."""

    def walk(self, prefix: str) -> Iterator[ObjectInfo]:
        """Walk over the objects whose key begins with the prefix, in no promised order."""

    def link(self, key: str, *, expires_in: timedelta, filename: str, content_type: str, inline: bool = False) -> str:
        """
        Make an address where anyone can GET the object until it expires, as a download unless `inline`.

        It may be a path on this site: a door that needs it whole asks `request.build_absolute_uri`.
        """

    def begin_multipart(self, key: str, *, content_type: str) -> str:
        """Open a multipart upload for the key and return its id."""

    def part_link(
        self, key: str, multipart_id: str, number: int, *, size_bytes: int, expires_in: timedelta
    ) -> PartLink:
        """Make an address (as `link` does) where one part of exactly this size can be PUT until it expires."""

    def list_parts(self, key: str, multipart_id: str) -> list[Part]:
        """
        List the parts that have arrived, by number.

        :raises MultipartNotFound: if it is not open.
        """

    def complete_multipart(self, key: str, multipart_id: str, parts: list[Part]) -> None:
        """
        Put the parts together into the object.

        :raises MultipartNotFound: if it is not open.
        """

    def abort_multipart(self, key: str, multipart_id: str) -> None:
        """Throw the parts away; harmless if it is not open."""

    def list_multiparts(self, prefix: str) -> Iterator[OpenMultipart]:
        """Walk over the open multipart uploads whose key begins with the prefix."""

    def check(self) -> None:
        """Raise something that says what is wrong, if the storage cannot be used."""


@cache
def storage() -> Storage:
    """Give the adapter that the setting STORAGE_URL names."""
    url = urlsplit(settings.STORAGE_URL)
    if url.scheme == "s3":
        from cloudapps.storage.s3 import S3Storage

        return S3Storage(
            bucket=url.netloc,
            prefix=url.path.strip("/"),
            region=settings.AWS_REGION,
            endpoint_url=settings.S3_ENDPOINT_URL,
        )
    from cloudapps.storage.files import FileStorage

    return FileStorage(Path(unquote(url.path)))
