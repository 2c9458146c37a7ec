"""Object storage in a folder of this machine, handed out by signed links that `cloudapps.storage.views` serves."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO
from uuid import uuid4

from django.core import signing
from django.urls import reverse

from cloudapps.scratch import sweep
from cloudapps.storage import MultipartNotFound, ObjectInfo, ObjectNotFound, OpenMultipart, Part, PartLink

SALT = "cloudapps.storage.files"
BLOCK_BYTES = 1 << 20
SAFE_KEY = re.compile(r"[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*(/[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*)*")


class LinkInvalid(Exception):
    """The link is forged, or its time is over."""


class FileStorage:
    """
    See `cloudapps.storage.Storage`.

    `objects/<key>` holds the objects, `multipart/<id>/` the parts of what is on its way (`key` says for which
    object), `tmp/` what is being written: all on one file system, so that a rename makes a write whole.
    """

    def __init__(self, root: Path) -> None:
        self.objects = root / "objects"
        self.multiparts = root / "multipart"
        self.tmp = root / "tmp"
        for folder in (self.objects, self.multiparts, self.tmp):
            folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # another process sweeps too
            sweep(self.tmp)

    def put(self, key: str, body: BinaryIO | IO[bytes], *, content_type: str) -> None:
        with self._replacing(self.path(key)) as target:
            shutil.copyfileobj(body, target, BLOCK_BYTES)

    def open(self, key: str, *, offset: int = 0, size_bytes: int | None = None) -> BinaryIO:
        try:
            body = self.path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise ObjectNotFound(key) from None
        if offset:
            body.seek(offset)
        return body

    def fetch(self, key: str, path: Path) -> None:
        draft = path.with_name(uuid4().hex)
        try:
            self._link_or_copy(key, draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)  # a rename onto another link of the same file leaves both (rename(2))

    def stat(self, key: str) -> ObjectInfo:
        path = self.path(key)
        if not path.is_file():
            raise ObjectNotFound(key)
        return _info(key, path)

    def delete(self, key: str) -> None:
        path = self.path(key)
        path.unlink(missing_ok=True)
        _remove_empty_folders(path.parent, below=self.objects)

    def walk(self, prefix: str) -> Iterator[ObjectInfo]:
        for path in self.objects.rglob("*"):
            key = path.relative_to(self.objects).as_posix()
            if key.startswith(prefix) and path.is_file():
                yield _info(key, path)

    def link(self, key: str, *, expires_in: timedelta, filename: str, content_type: str, inline: bool = False) -> str:
        claims = {"key": key, "type": content_type, "inline": inline}
        return self._signed("storage-object", claims, expires_in, filename=_path_safe(filename))

    def begin_multipart(self, key: str, *, content_type: str) -> str:
        self.path(key)
        multipart_id = uuid4().hex
        folder = self.multiparts / multipart_id
        folder.mkdir()
        (folder / "key").write_text(key)
        return multipart_id

    def part_link(
        self, key: str, multipart_id: str, number: int, *, size_bytes: int, expires_in: timedelta
    ) -> PartLink:
        claims = {"key": key, "multipart": multipart_id, "number": number, "size": size_bytes}
        return PartLink(url=self._signed("storage-part", claims, expires_in))

    def write_part(self, multipart_id: str, number: int, body: IO[bytes], *, size_bytes: int) -> str:
        """
        Keep one part and return its ETag (the MD5, as S3 does).

        :raises MultipartNotFound: if it is not open.
        :raises ValueError: if the body is not exactly of the promised size.
        """
        digest = hashlib.md5(usedforsecurity=False)
        folder = self._multipart(multipart_id)
        with self._open(multipart_id), _Replacing(self.tmp, folder / f"{number:05d}") as target:
            remaining = size_bytes
            while block := body.read(min(BLOCK_BYTES, remaining)) if remaining else b"":
                digest.update(block)
                target.write(block)
                remaining -= len(block)
            if remaining or body.read(1):
                raise ValueError(f"This part must have {size_bytes} bytes.")
        with self._open(multipart_id):
            (folder / f"{number:05d}.md5").write_text(digest.hexdigest())
        return f'"{digest.hexdigest()}"'

    def list_parts(self, key: str, multipart_id: str) -> list[Part]:
        folder = self._multipart(multipart_id)
        with self._open(multipart_id):
            return [
                Part(
                    number=int(path.stem),
                    etag=f'"{path.read_text()}"',
                    size_bytes=(folder / path.stem).stat().st_size,
                )
                for path in sorted(folder.glob("*.md5"))
            ]

    def complete_multipart(self, key: str, multipart_id: str, parts: list[Part]) -> None:
        folder = self._multipart(multipart_id)
        with self._open(multipart_id), self._replacing(self.path(key)) as target:
            for part in parts:
                with (folder / f"{part.number:05d}").open("rb") as source:
                    shutil.copyfileobj(source, target, BLOCK_BYTES)
        self.abort_multipart(key, multipart_id)

    def abort_multipart(self, key: str, multipart_id: str) -> None:
        doomed = self.tmp / uuid4().hex  # gone in one step, so that nobody finds half of the parts
        with suppress(FileNotFoundError):
            (self.multiparts / multipart_id).rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)

    def list_multiparts(self, prefix: str) -> Iterator[OpenMultipart]:
        for folder in self.multiparts.iterdir():
            try:
                key = (folder / "key").read_text()
                begun_at = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
            except FileNotFoundError:  # completed or aborted while we looked
                continue
            if key.startswith(prefix):
                yield OpenMultipart(key=key, multipart_id=folder.name, begun_at=begun_at)

    def check(self) -> None:
        probe = self.tmp / f"check-{uuid4().hex}"
        probe.write_bytes(b"ok")
        probe.unlink()

    def path(self, key: str) -> Path:
        """
        Say which file holds the object.

        :raises ValueError: if the key could lead out of the folder.
        """
        if not SAFE_KEY.fullmatch(key):
            raise ValueError(f"not a storage key: {key!r}")
        return self.objects / key

    def _link_or_copy(self, key: str, draft: Path) -> None:
        """
        Make the file cost nothing where that can be.

        A link stays what it is when the object is replaced or deleted: that is done by name, and never in place.
        """
        try:
            os.link(self.path(key), draft)
        except OSError:  # on another disk, or there is no such object
            with self.open(key) as body, draft.open("xb") as target:
                shutil.copyfileobj(body, target, BLOCK_BYTES)

    def _signed(self, url_name: str, claims: dict[str, object], expires_in: timedelta, **path: str) -> str:
        expires = int((datetime.now(UTC) + expires_in).timestamp())
        token = signing.dumps({**claims, "expires": expires}, salt=f"{SALT}.{url_name}", compress=True)
        return reverse(url_name, kwargs={"token": token, **path})

    def _multipart(self, multipart_id: str) -> Path:
        folder = self.multiparts / multipart_id
        if not folder.is_dir():
            raise MultipartNotFound(multipart_id)
        return folder

    @contextmanager
    def _open(self, multipart_id: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:  # completed or aborted meanwhile
            raise MultipartNotFound(multipart_id) from None

    def _replacing(self, path: Path) -> "_Replacing":
        return _Replacing(self.tmp, path, makes_folders=True)


class _Replacing:
    """A file that takes its place in one rename when the block ends well, and leaves nothing when it does not."""

    def __init__(self, tmp: Path, path: Path, *, makes_folders: bool = False) -> None:
        self.draft = tmp / uuid4().hex
        self.path = path
        self.makes_folders = makes_folders

    def __enter__(self) -> BinaryIO:
        self.file = self.draft.open("xb")
        return self.file

    def __exit__(self, exc_type: object, *_: object) -> None:
        try:
            if exc_type is None:
                self.file.flush()
                os.fsync(self.file.fileno())
                self._rename()
        finally:
            self.file.close()
            self.draft.unlink(missing_ok=True)

    def _rename(self) -> None:
        if not self.makes_folders:
            self.draft.replace(self.path)
            return
        for _ in range(10):  # another thread's delete may take the empty folder away in between
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self.draft.replace(self.path)
                return
            except FileNotFoundError:
                continue
        raise FileNotFoundError(self.path)


def read_token(token: str, url_name: str) -> dict[str, object]:
    """
    Give the claims of a link.

    :raises LinkInvalid: if it is forged or its time is over.
    """
    try:
        claims: dict[str, object] = signing.loads(token, salt=f"{SALT}.{url_name}")
    except signing.BadSignature:
        raise LinkInvalid("This link is not valid.") from None
    if datetime.now(UTC).timestamp() > float(str(claims["expires"])):
        raise LinkInvalid("This link has expired. Go back to the page and take a fresh one.")
    return claims


def _info(key: str, path: Path) -> ObjectInfo:
    stat = path.stat()
    return ObjectInfo(key=key, size_bytes=stat.st_size, modified_at=datetime.fromtimestamp(stat.st_mtime, UTC))


def _path_safe(filename: str) -> str:
    return re.sub(r"[/\\\x00-\x1f\x7f]", "_", filename) or "download"


def _remove_empty_folders(folder: Path, *, below: Path) -> None:
    while folder != below:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
