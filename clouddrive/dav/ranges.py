"""Ranges of a file (RFC 9110, section 14): one at a time; of several the whole file is sent, as the RFC allows."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.http import parse_http_date_safe
from wsgidav.dav_error import HTTP_RANGE_NOT_SATISFIABLE, DAVError

RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True)
class Span:
    """Bytes of a file that are sent."""

    start: int
    length: int
    is_part: bool = False

    @property
    def status(self) -> str:
        """The status line's end."""
        return "206 Partial Content" if self.is_part else "200 OK"

    def headers(self, size_bytes: int) -> list[tuple[str, str]]:
        """Say which part it is."""
        last = self.start + self.length - 1
        return [("Content-Range", f"bytes {self.start}-{last}/{size_bytes}")] if self.is_part else []


def span_of(environ: dict[str, Any], *, size_bytes: int, etag: str, modified_at: datetime) -> Span:
    """Read which bytes are asked for. :raises DAVError: (416) if there are none of them."""
    found = RANGE.fullmatch(environ.get("HTTP_RANGE", "").strip())
    if found is None or found.group() == "bytes=-" or not _still_right(environ, etag, modified_at):
        return Span(0, size_bytes)
    first, last = found.groups()
    start = int(first) if first else max(0, size_bytes - int(last))
    end = min(int(last), size_bytes - 1) if first and last else size_bytes - 1
    if first and last and int(last) < int(first):
        return Span(0, size_bytes)  # not a range at all
    if start > end:
        headers = [("Content-Range", f"bytes */{size_bytes}")]
        raise DAVError(HTTP_RANGE_NOT_SATISFIABLE, f"The file has {size_bytes:,} bytes.", add_headers=headers)
    return Span(start, end - start + 1, is_part=True)


def _still_right(environ: dict[str, Any], etag: str, modified_at: datetime) -> bool:
    """Whether the range is asked of the content that there is (`If-Range`)."""
    sent = environ.get("HTTP_IF_RANGE", "").strip()
    if not sent:
        return True
    return sent == f'"{etag}"' or parse_http_date_safe(sent) == int(modified_at.timestamp())
