"""
The methods of WebDAV on the drive.

wsgidav's RequestServer does OPTIONS, MKCOL, PROPPATCH, LOCK and UNLOCK, and judges the If header. Files are sent and
taken here, since its own way reads a path several times; folders are listed, moved, copied and deleted here, since
the drive does each of these as a whole.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date
from wsgidav import util
from wsgidav.dav_error import (
    HTTP_BAD_GATEWAY,
    HTTP_BAD_REQUEST,
    HTTP_CONFLICT,
    HTTP_FORBIDDEN,
    HTTP_METHOD_NOT_ALLOWED,
    HTTP_NOT_FOUND,
    HTTP_NOT_IMPLEMENTED,
    HTTP_PRECONDITION_FAILED,
    DAVError,
)
from wsgidav.request_server import RequestServer

from cloudapps.mounts import REQUEST
from clouddrive import content, selectors, services
from clouddrive.dav.listing import Listing, wanted_by
from clouddrive.dav.paths import DavPath
from clouddrive.dav.ranges import Span, span_of
from clouddrive.dav.resources import DriveProvider, etag_of
from clouddrive.models import Item
from clouddrive.services import OnConflict

Environ = dict[str, Any]
Start = Callable[..., Any]
BLOCK_BYTES = 1 << 20
FOLDER_WORDS = b"This folder is for WebDAV programs. In a browser the drive is at /drive/.\n"


class DriveServer(RequestServer):  # type: ignore[misc]  # wsgidav has no types
    """Answers one request; each method gives the blocks of the body after it has called `start`."""

    def __init__(self, provider: DriveProvider) -> None:
        super().__init__(provider)
        self.provider = provider
        self.allow_propfind_infinite = False

    def method(self, environ: Environ) -> Callable[[Environ, Start], Iterable[bytes]]:
        """Give what answers the request. :raises DAVError: (405) if there is no such method."""
        name = environ["REQUEST_METHOD"]
        if name not in self._possible_methods or name == "POST":
            allowed = [("Allow", ", ".join(found for found in self._possible_methods if found != "POST"))]
            raise DAVError(HTTP_METHOD_NOT_ALLOWED, "There is no such method here.", add_headers=allowed)
        found: Callable[[Environ, Start], Iterable[bytes]] = getattr(self, f"do_{name}")
        return found

    def do_GET(self, environ: Environ, start: Start) -> Iterable[bytes]:  # noqa: N802
        """Send a file, or a part of it."""
        return self._send(environ, start)

    def do_HEAD(self, environ: Environ, start: Start) -> Iterable[bytes]:  # noqa: N802
        """Say what GET would send."""
        return self._send(environ, start, head=True)

    def do_PUT(self, environ: Environ, start: Start) -> Iterable[bytes]:  # noqa: N802
        """Keep the body as a file; what the file held becomes a version."""
        path = DavPath.of(environ["PATH_INFO"])
        found = self.provider.located(path)
        folder = _put_into(environ, found)
        self._judge(environ, path, found.item)
        written = path.reference if found.item is not None else DavPath(path.names[:-1]).reference
        filed = services.file_store(
            actor=self.provider.owner,
            folder=folder,
            name=path.name,
            body=environ["wsgi.input"],
            size_bytes=_length(environ),
            content_type=environ.get("CONTENT_TYPE", ""),
            modified_at=_modified_at(environ),
            now=self.provider.now,
            guard=lambda: self._must_be_free(environ, written),
        )
        status = "204 No Content" if filed.outcome == services.Outcome.REPLACED else "201 Created"
        taken = [("X-OC-MTime", "accepted")] if "HTTP_X_OC_MTIME" in environ else []
        start(status, [("Content-Length", "0"), ("ETag", f'"{etag_of(filed.item)}"'), *taken])
        return [b""]

    def do_PROPFIND(self, environ: Environ, start: Start) -> Iterable[bytes]:  # noqa: N802
        """Tell the properties of an item and, with depth 1, of what lies in it."""
        path, item = self._there(environ)
        depth = environ.get("HTTP_DEPTH", "infinity")
        if depth not in {"0", "1"}:
            finite = "{DAV:}propfind-finite-depth"
            raise DAVError(HTTP_FORBIDDEN, "Ask with depth 0 or 1.", err_condition=finite)
        self._evaluate_if_headers(self.provider.resource(item, path, environ), environ)
        wanted = wanted_by(util.parse_xml_body(environ, allow_empty=True))
        blocks = Listing(self.provider, item, path, wanted, members=depth == "1").blocks()
        return _started(blocks, start, "207 Multi-Status", [("Content-Type", "application/xml; charset=utf-8")])

    def do_DELETE(self, environ: Environ, start: Start) -> Iterable[bytes]:  # noqa: N802
        """Put an item into the trash, with all that lies below it."""
        path, item = self._there(environ)
        if item.is_folder and environ.get("HTTP_DEPTH", "infinity") != "infinity":
            raise DAVError(HTTP_BAD_REQUEST, "A folder is deleted with all that lies in it: send no other depth.")
        self._evaluate_if_headers(self.provider.resource(item, path, environ), environ)
        self._must_be_free(environ, DavPath(path.names[:-1]).reference)
        self._must_be_free(environ, path.reference, depth="infinity")
        services.item_trash(actor=self.provider.owner, item_id=item.pk, now=self.provider.now)
        self.provider.locks.release_below(path)
        return _empty(start, "204 No Content")

    def do_MOVE(self, environ: Environ, start: Start) -> Iterable[bytes]:  # noqa: N802
        """Move or rename an item; what has the name there goes to the trash."""
        move = self._transfer(environ, depths={"infinity"})
        self._must_be_free(environ, DavPath(move.path.names[:-1]).reference)
        self._must_be_free(environ, move.path.reference, depth="infinity")
        services.item_move(
            actor=self.provider.owner,
            item_id=move.item.pk,
            parent_id=move.folder.pk,
            name=move.target.name,
            on_conflict=OnConflict.REPLACE,
            now=self.provider.now,
        )
        self.provider.locks.release_below(move.path)
        return _empty(start, move.status)

    def do_COPY(self, environ: Environ, start: Start) -> Iterable[bytes]:  # noqa: N802
        """Copy an item, with depth 0 without what lies in it; what has the name there goes to the trash."""
        copy = self._transfer(environ, depths={"infinity", "0"})
        services.item_copy(
            actor=self.provider.owner,
            item_id=copy.item.pk,
            parent_id=copy.folder.pk,
            name=copy.target.name,
            on_conflict=OnConflict.REPLACE,
            shallow=environ.get("HTTP_DEPTH") == "0",
            now=self.provider.now,
        )
        return _empty(start, copy.status)

    def do_LOCK(self, environ: Environ, start: Start) -> Iterable[bytes]:  # noqa: N802
        """Lock a path, or let a lock hold longer; a name that nothing has becomes an empty file."""
        path = DavPath.of(environ["PATH_INFO"])
        item = self.provider.located(path).item
        if item is None and path.names:
            self._must_be_free(environ, DavPath(path.names[:-1]).reference)
        self.provider.locks.sent_path = f"{path.plain}/" if item is not None and item.is_folder else path.plain
        blocks: Iterable[bytes] = super().do_LOCK(environ, start)
        return blocks

    def _there(self, environ: Environ) -> tuple[DavPath, Item]:
        """Give what the request is about. :raises DAVError: (404)"""
        path = DavPath.of(environ["PATH_INFO"])
        item = self.provider.item_at(path)
        if item is None:
            raise DAVError(HTTP_NOT_FOUND, "There is no such file or folder.")
        return path, item

    def _must_be_free(self, environ: Environ, reference: str, *, depth: str = "0") -> None:
        """:raises DAVError: (423) if a lock stands against a write whose token was not sent."""
        self.provider.locks.forget()
        self.lock_manager.check_write_permission(
            url=reference, depth=depth, token_list=environ["wsgidav.ifLockTokenList"], principal=""
        )

    @property
    def lock_manager(self) -> Any:
        """wsgidav's LockManager over our rows."""
        return self.provider.lock_manager

    def _judge(self, environ: Environ, path: DavPath, item: Item | None) -> None:
        """:raises DAVError: (304 or 412) if a condition of the request is not met."""
        request: HttpRequest = environ[REQUEST]
        etag = f'"{etag_of(item)}"' if item is not None and not item.is_folder else None
        modified = int(item.modified_at.timestamp()) if item is not None else None
        answer = get_conditional_response(request, etag=etag, last_modified=modified)
        if answer is not None:
            headers = [("ETag", etag)] if etag else []
            raise DAVError(answer.status_code, "A condition of the request is not met.", add_headers=headers)
        if item is not None and "HTTP_IF" in environ:
            self._evaluate_if_headers(self.provider.resource(item, path, environ), environ)

    def _send(self, environ: Environ, start: Start, *, head: bool = False) -> Iterable[bytes]:
        path, file = self._there(environ)
        if file.is_folder:
            return _send_folder(environ, start, path, self.provider.mount_path, head=head)
        self._judge(environ, path, file)
        content.check_clean(file)
        span = span_of(environ, size_bytes=file.size_bytes, etag=etag_of(file), modified_at=file.modified_at)
        headers = [
            ("Content-Type", file.content_type),
            ("Content-Length", str(span.length)),
            ("Last-Modified", http_date(file.modified_at.timestamp())),
            ("ETag", f'"{etag_of(file)}"'),
            ("Accept-Ranges", "bytes"),
            ("Content-Disposition", content_disposition_header(True, path.name) or "attachment"),
            ("Content-Security-Policy", "sandbox; default-src 'none'"),  # a browser that asks shows nothing as ours
            ("Cache-Control", "private, no-cache"),
            *span.headers(file.size_bytes),
        ]
        blocks = iter(()) if head or not span.length else _blocks(file, span)
        return _started(blocks, start, span.status, headers)

    def _transfer(self, environ: Environ, *, depths: set[str]) -> "_Transfer":
        """
        Find out what is to be moved or copied, and where to.

        :raises DAVError: if something stands against it.
        """
        path, item = self._there(environ)
        target = _destination(environ, self.provider.mount_path)
        if item.is_folder and environ.get("HTTP_DEPTH", "infinity") not in depths:
            raise DAVError(HTTP_BAD_REQUEST, f"Send as depth: {' or '.join(sorted(depths))}.")
        found = self.provider.located(target)
        if path.names == target.names or path.is_above(target) or target.is_above(path) or not target.names:
            raise DAVError(HTTP_FORBIDDEN, "An item cannot be put onto or into itself.")
        if found.folder is None:
            raise DAVError(HTTP_CONFLICT, "There is no such folder to put it in.")
        self._evaluate_if_headers(self.provider.resource(item, path, environ), environ)
        taken = found.item is not None and found.item.pk != item.pk
        if taken and environ.get("HTTP_OVERWRITE", "T").upper() != "T":
            raise DAVError(HTTP_PRECONDITION_FAILED, "The name is taken there.")
        self._must_be_free(environ, target.reference, depth="infinity")
        if not taken:
            self._must_be_free(environ, DavPath(target.names[:-1]).reference)
        return _Transfer(path, item, target, found.folder, "204 No Content" if taken else "201 Created")


class _Transfer:
    """An item on its way to another path."""

    def __init__(self, path: DavPath, item: Item, target: DavPath, folder: Item, status: str) -> None:
        self.path, self.item, self.target, self.folder, self.status = path, item, target, folder, status


def _put_into(environ: Environ, found: selectors.Located) -> Item:
    """Give the folder that a file is to be put into. :raises DAVError: if it cannot be, or not in this way."""
    if found.item is not None and found.item.is_folder:
        raise DAVError(HTTP_METHOD_NOT_ALLOWED, "This is a folder.")
    if found.folder is None:
        raise DAVError(HTTP_CONFLICT, "There is no such folder to put it in.")
    if "HTTP_CONTENT_RANGE" in environ:
        raise DAVError(HTTP_BAD_REQUEST, "Send the whole file.")  # RFC 9110, section 14.5
    if environ.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
        raise DAVError(HTTP_NOT_IMPLEMENTED, "Send the file as it is, without an encoding.")
    return found.folder


def _length(environ: Environ) -> int | None:
    """Give the size that was promised; None for a body in chunks."""
    sent = environ.get("CONTENT_LENGTH", "")
    if sent:
        return int(sent)
    return None if "HTTP_TRANSFER_ENCODING" in environ else 0


def _modified_at(environ: Environ) -> datetime | None:
    """Read when the file was changed at the client: rclone, ownCloud and Nextcloud send it. :raises DAVError: (400)"""
    sent = environ.get("HTTP_X_OC_MTIME")
    if sent is None:
        return None
    try:
        return datetime.fromtimestamp(float(sent), UTC)
    except (ValueError, OverflowError, OSError):
        raise DAVError(HTTP_BAD_REQUEST, "X-OC-Mtime must be seconds since 1970.") from None


def _destination(environ: Environ, mount: str) -> DavPath:
    """Read where to. :raises DAVError: (400) if it is missing, (502) if it is not in this drive."""
    sent = environ.get("HTTP_DESTINATION")
    if not sent:
        raise DAVError(HTTP_BAD_REQUEST, "Send the address to put it at as Destination.")
    host = urlsplit(sent).netloc
    if host and host.lower() != environ[REQUEST].get_host().lower():
        raise DAVError(HTTP_BAD_GATEWAY, "The destination is on another server.")
    path = DavPath.of_url(sent, mount=mount)
    if path is None:
        raise DAVError(HTTP_BAD_GATEWAY, "The destination does not lie in this drive.")
    return path


def _blocks(file: Item, span: Span) -> Iterator[bytes]:
    """Read a span of a file in blocks."""
    left = span.length
    with content.opened(file, offset=span.start) as body:
        while left and (block := body.read(min(BLOCK_BYTES, left))):
            left -= len(block)
            yield block


def _started(blocks: Iterator[bytes], start: Start, status: str, headers: list[tuple[str, str]]) -> Iterator[bytes]:
    """Read the first block before the answer is begun, so that what goes wrong there can still be said."""
    first = next(blocks, b"")
    start(status, headers)

    def rest() -> Iterator[bytes]:
        yield first
        yield from blocks

    return rest()


def _send_folder(environ: Environ, start: Start, path: DavPath, mount: str, *, head: bool) -> Iterable[bytes]:
    """Tell a browser where it is; and send it to the address with the slash first."""
    if not environ["PATH_INFO"].endswith("/"):
        start("301 Moved Permanently", [("Location", path.href(mount, is_folder=True)), ("Content-Length", "0")])
        return [b""]
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(FOLDER_WORDS)))])
    return [b"" if head else FOLDER_WORDS]


def _empty(start: Start, status: str) -> list[bytes]:
    start(status, [("Content-Length", "0")])
    return [b""]
