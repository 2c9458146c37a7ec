"""Zip files that are made while they are sent: bytes come out block by block, none is kept."""

import re
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from zipstream import ZIP_DEFLATED, ZIP_STORED, ZipStream

from cloudapps.apps import ExportedFile
from cloudapps.storage import storage

BLOCK_BYTES = 1 << 20
LONGEST_NAME_BYTES = 200  # file systems take 255
UNSAFE = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|\u202a-\u202e\u2066-\u2069]')  # also what mirrors text


def zip_response(files: Iterable[ExportedFile], *, filename: str) -> StreamingHttpResponse:
    """
    Answer with the files as one zip to be saved; each must know its `size_bytes`, so that the browser shows progress.

    They are stored as they are: what people keep is mostly compressed already.
    """
    names = Names()
    stream = ZipStream(compress_type=ZIP_STORED, sized=True)
    for file in files:
        _add(stream, names, file)
    response = _attachment(iter(stream), filename)
    response["Content-Length"] = str(len(stream))
    return response


def endless_zip_response(files: Iterable[ExportedFile], *, filename: str) -> StreamingHttpResponse:
    """Answer with the files as one zip to be saved, however many they are: each is asked for when its turn comes."""
    return _attachment(_one_by_one(files), filename)


def blocks_of(key: str) -> Iterator[bytes]:
    """Read an object block by block, once somebody asks for the first. :raises ObjectNotFound: then."""
    with storage().open(key) as body:
        while block := body.read(BLOCK_BYTES):
            yield block


class Names:
    """
    Gives the files of one zip names that are safe to unpack anywhere, and unlike each other whatever their case.

    A path has its folders parted by slashes; one that ends with a slash is a folder without files.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._folders: dict[tuple[str, ...], str] = {(): ""}

    def give(self, path: str) -> str:
        """Name the file, or `name (2)` where another has its name already."""
        parts = tuple(safe_name(part) for part in path.split("/") if part not in {"", ".", ".."}) or ("file",)
        if path.endswith("/"):
            return self._folder(parts)
        *folders, name = parts
        return self._unused(self._folder(tuple(folders)), name)

    def _folder(self, parts: tuple[str, ...]) -> str:
        if parts not in self._folders:
            self._folders[parts] = self._unused(self._folder(parts[:-1]), parts[-1]) + "/"
        return self._folders[parts]

    def _unused(self, folder: str, name: str) -> str:
        stem, dot, extension = name.rpartition(".") if "." in name[1:] else (name, "", "")
        candidate, number = folder + name, 1
        while candidate.casefold() in self._taken:
            number += 1
            candidate = f"{folder}{stem} ({number}){dot}{extension}"
        self._taken.add(candidate.casefold())
        return candidate


def safe_name(name: str) -> str:
    """Make one part of a path harmless: no slash of any kind, no control characters, not too long, not only dots."""
    clean = UNSAFE.sub("_", name.replace("/", "_")).strip(" ").rstrip(".") or "_"
    if len(clean.encode()) <= LONGEST_NAME_BYTES:
        return clean
    stem, dot, extension = clean.rpartition(".")
    ending = dot + extension if stem and len(extension) < 20 else ""
    return _cut(clean, LONGEST_NAME_BYTES - len(ending.encode())) + ending


def _cut(text: str, size_bytes: int) -> str:
    return text.encode()[:size_bytes].decode(errors="ignore")


def _add(stream: ZipStream, names: Names, file: ExportedFile) -> None:
    name = names.give(file.path)
    if name.endswith("/"):
        stream.mkdir(name)
    else:
        stream.add(file.blocks, arcname=name, size=file.size_bytes)


def _one_by_one(files: Iterable[ExportedFile]) -> Iterator[bytes]:
    names = Names()
    stream = ZipStream(compress_type=ZIP_DEFLATED, compress_level=1)
    for file in files:
        _add(stream, names, file)
        yield from stream.all_files()
    yield from stream.finalize()


def _attachment(stream: Iterator[bytes], filename: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(stream, content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or ""
    response["Cache-Control"] = "private, no-store"
    return response
