"""Files and folders as one zip file, made while it is sent: rows are read in batches, bytes in blocks, none is kept."""

import re
import unicodedata
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from zipstream import ZIP_STORED, ZipStream

from cloudapps.storage import ObjectNotFound, storage
from clouddrive import content, selectors
from clouddrive.core.names import FORBIDDEN, split_suffix
from clouddrive.models import Item

BLOCK_BYTES = 1 << 20
NAME_BYTES = 240  # what file systems take, with room for a number
UNUSABLE = re.compile(r'[<>:"|?*]')  # on Windows
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$", re.IGNORECASE)
NOTE_NAME = "NOT INCLUDED.txt"
NOTE = "These files are not in this archive:\r\n\r\n"


class Names:
    """The names that are taken in one folder of an archive, whatever their case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        """Give a name that every system can unpack here and that nothing else has."""
        safe = safe_name(name)
        candidate, number = safe, 1
        while (key := unicodedata.normalize("NFC", candidate.casefold())) in self._taken:
            number += 1
            stem, suffix = split_suffix(safe)
            candidate = f"{stem} ({number}){suffix}"
        self._taken.add(key)
        return candidate


def safe_name(name: str) -> str:
    """
    Make a name that is one plain name on every system, and leads nowhere else.

    >>> safe_name("../a:b"), safe_name("CON.txt"), safe_name("...")
    ('.._a_b', '_CON.txt', '_')
    """
    plain = UNUSABLE.sub("_", FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)))
    stem, suffix = split_suffix(plain)
    while stem and len((stem + suffix).encode()) > NAME_BYTES:
        stem = stem[:-1]
    plain = (stem + suffix).rstrip(". ").lstrip() or "_"
    return f"_{plain}" if RESERVED.match(plain) else plain


def response_of(items: Sequence[Item], *, now: datetime, for_stranger: bool = False) -> StreamingHttpResponse:
    """Answer with these items, which their reader was found to see, and all that lies below them."""
    stem = safe_name(items[0].name or "My files") if len(items) == 1 else f"drive-{now:%Y-%m-%d-%H%M}"
    response = StreamingHttpResponse(blocks_of(items, for_stranger=for_stranger), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{stem}.zip") or ""
    response["X-Content-Type-Options"] = "nosniff"
    return response


def blocks_of(items: Sequence[Item], *, for_stranger: bool = False) -> Iterator[bytes]:
    """
    Give the zip file block by block.

    What is infected or gone is left out, and a note in the archive says so. Nothing is compressed: most of what is
    large is so already, and the web process has better things to do.
    """
    stream = ZipStream(compress_type=ZIP_STORED)
    left_out: list[str] = []
    top = Names()
    note_name = top.take(NOTE_NAME)
    yield from _batch(stream, iter(items), "", top, left_out, for_stranger=for_stranger)
    if left_out:
        stream.add((NOTE + "\r\n".join(left_out)).encode(), note_name)
        yield from stream.file()
    yield from stream.finalize()


def _batch(
    stream: ZipStream, items: Iterator[Item], above: str, names: Names, left_out: list[str], *, for_stranger: bool
) -> Iterator[bytes]:
    while batch := list(islice(items, selectors.LARGEST_PAGE)):
        refused = content.refused(batch, for_stranger=for_stranger)
        for item in batch:
            path = f"{above}{names.take(item.name or 'My files')}"
            if item.is_folder:
                stream.mkdir(path)
                yield from stream.file()
                below = _children(item)
                yield from _batch(stream, below, f"{path}/", Names(), left_out, for_stranger=for_stranger)
            elif why := refused.get(item.pk) or (yield from _file(stream, item, path)):
                left_out.append(f"{path}: {why}")


def _children(folder: Item) -> Iterator[Item]:
    cursor = ""
    while True:
        page = selectors.folder_page(folder=folder, cursor=cursor, size=selectors.LARGEST_PAGE)
        yield from page.items
        if not (cursor := page.next_cursor):
            return


def _file(stream: ZipStream, item: Item, path: str) -> Generator[bytes, None, str]:
    """Send one file, and return why it could not be."""
    try:
        body = storage().open(item.bytes.key)
    except ObjectNotFound:
        return "it was deleted meanwhile"
    with body:
        stream.add(_read(body.read), path, size=item.size_bytes)
        yield from stream.file()
    return ""


def _read(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while block := read(BLOCK_BYTES):
        yield block
