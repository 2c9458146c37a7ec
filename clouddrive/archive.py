"""Files and folders to be taken home in one zip file: rows are read in batches, and bytes when their turn comes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.db.models import prefetch_related_objects
from django.http import StreamingHttpResponse

from cloudapps.apps import ExportedFile
from cloudapps.archive import BLOCK_BYTES, endless_zip_response, safe_name
from cloudapps.storage import ObjectNotFound, storage
from clouddrive import content, selectors
from clouddrive.models import Item

ROOT_NAME = "My files"
NOTE_NAME = "NOT INCLUDED.txt"
NOTE = "These files are not in this archive:\r\n\r\n"


def response_of(items: Sequence[Item], *, now: datetime, for_stranger: bool = False) -> StreamingHttpResponse:
    """Answer with these items, which their reader was found to see, and all that lies below them."""
    stem = safe_name(items[0].name or ROOT_NAME) if len(items) == 1 else f"drive-{now:%Y-%m-%d-%H%M}"
    return endless_zip_response(files_of(items, for_stranger=for_stranger), filename=f"{stem}.zip")


def files_of(items: Sequence[Item], *, for_stranger: bool = False) -> Iterator[ExportedFile]:
    """List the files below these items, and the folders; what must not or cannot be sent is named in a note."""
    left_out: list[str] = []
    yield from _walk(iter(items), "", left_out, for_stranger=for_stranger)
    if left_out:
        note = (NOTE + "\r\n".join(left_out)).encode()
        yield ExportedFile(NOTE_NAME, iter([note]), size_bytes=len(note))


def _walk(items: Iterator[Item], above: str, left_out: list[str], *, for_stranger: bool) -> Iterator[ExportedFile]:
    while batch := list(islice(items, selectors.LARGEST_PAGE)):
        prefetch_related_objects(batch, "upload")
        refused = content.refused(batch, for_stranger=for_stranger)
        for item in batch:
            path = f"{above}{item.name or ROOT_NAME}"
            if item.is_folder:
                yield ExportedFile(f"{path}/", iter(()), size_bytes=0)
                yield from _walk(_children(item), f"{path}/", left_out, for_stranger=for_stranger)
            elif why := refused.get(item.pk):
                left_out.append(f"{path}: {why}")
            elif body := _opened(item):
                with body:
                    yield ExportedFile(path, _blocks(body), size_bytes=item.size_bytes)
            else:
                left_out.append(f"{path}: it was deleted meanwhile")


def _children(folder: Item) -> Iterator[Item]:
    cursor = ""
    while True:
        page = selectors.folder_page(folder=folder, cursor=cursor, size=selectors.LARGEST_PAGE)
        yield from page.items
        if not (cursor := page.next_cursor):
            return


def _opened(file: Item) -> BinaryIO | None:
    """Open a file before it is announced: somebody may have deleted it since its row was read."""
    try:
        return storage().open(file.bytes.key)
    except ObjectNotFound:
        return None


def _blocks(body: BinaryIO) -> Iterator[bytes]:
    while block := body.read(BLOCK_BYTES):
        yield block
