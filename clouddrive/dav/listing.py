"""The answer to PROPFIND, written as it is sent: a folder of any size takes the memory of one page."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from django.utils.http import http_date
from wsgidav.dav_error import HTTP_BAD_REQUEST, DAVError

from cloudapps.models import Quota
from cloudapps.quota import quota_of
from clouddrive import selectors
from clouddrive.dav.locks import lock_discovery, locks_over
from clouddrive.dav.paths import DavPath
from clouddrive.dav.resources import DAV, DriveProvider, etag_of
from clouddrive.models import Item

PAGE_SIZE = 1000
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">'
TAIL = "</D:multistatus>"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
TOP_NAME = "Cloud Drive"
LOCK_ENTRY = "<D:lockentry><D:lockscope><D:{}/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>"
SUPPORTED_LOCK = LOCK_ENTRY.format("exclusive") + LOCK_ENTRY.format("shared")


@dataclass(frozen=True)
class Wanted:
    """What a PROPFIND asks for: `names` are those of `<prop>`, None for all; with `values` unset the names alone."""

    names: tuple[str, ...] | None = None
    values: bool = True


def wanted_by(request: Element | None) -> Wanted:
    """Read the body of a PROPFIND; none at all asks for everything. :raises DAVError: (400) if it is none."""
    if request is None:
        return Wanted()
    asked = {child.tag: child for child in request}
    modes = [mode for mode in ("allprop", "propname", "prop") if f"{DAV}{mode}" in asked]
    if request.tag != f"{DAV}propfind" or len(modes) != 1:
        raise DAVError(HTTP_BAD_REQUEST, "Send one of allprop, propname and prop.")
    if modes == ["prop"]:
        return Wanted(tuple(child.tag for child in asked[f"{DAV}prop"]))
    return Wanted(values=modes == ["allprop"])


class Listing:
    """The answer about one item and, with `members`, about all that lies in it."""

    def __init__(self, provider: DriveProvider, item: Item, path: DavPath, wanted: Wanted, *, members: bool) -> None:
        self.provider, self.item, self.path, self.wanted = provider, item, path, wanted
        self.members = members and item.is_folder

    def blocks(self) -> Iterator[bytes]:
        """Give the document, a block for each page of the folder."""
        yield (HEAD + self._responses([(self.item, self.path)])).encode()
        cursor = "" if self.members else None
        while cursor is not None:
            page = selectors.folder_page(folder=self.item, cursor=cursor, size=PAGE_SIZE)
            yield self._responses([(item, self.path.child(item.name)) for item in page.items]).encode()
            cursor = page.next_cursor or None
        yield TAIL.encode()

    @cached_property
    def quota(self) -> Quota:
        """What the owner has and may have; read if it is asked for."""
        return quota_of(self.provider.owner)

    def _responses(self, found: Sequence[tuple[Item, DavPath]]) -> str:
        dead = selectors.properties_of([item for item, _ in found]) if self._asks_for_dead() else {}
        return "".join(self._response(item, path, dead.get(item.pk, {})) for item, path in found)

    def _asks_for_dead(self) -> bool:
        return self.wanted.names is None or any(not name.startswith(DAV) for name in self.wanted.names)

    def _response(self, item: Item, path: DavPath, dead: dict[str, str]) -> str:
        href = escape(path.href(self.provider.mount_path, is_folder=item.is_folder))
        there, missing = self._properties(item, path, dead)
        found = f"<D:propstat><D:prop>{''.join(there)}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
        lacking = f"<D:propstat><D:prop>{''.join(missing)}</D:prop><D:status>HTTP/1.1 404 Not Found</D:status>"
        return (
            f"<D:response><D:href>{href}</D:href>{found if there or not missing else ''}"
            f"{lacking + '</D:propstat>' if missing else ''}</D:response>"
        )

    def _properties(self, item: Item, path: DavPath, dead: dict[str, str]) -> tuple[list[str], list[str]]:
        """Write the properties that there are, and those that are not."""
        if self.wanted.names is None:
            live = {name: text for name in ALL if (text := LIVE[name](self, item, path)) is not None}
            if self.wanted.values:
                return [*(_live(name, text) for name, text in live.items()), *dead.values()], []
            return [*(_empty(DAV + name) for name in live), *map(_empty, dead)], []
        there, missing = [], []
        for name in self.wanted.names:
            write = LIVE.get(name.removeprefix(DAV)) if name.startswith(DAV) else None
            text = write(self, item, path) if write else None
            if text is not None:
                there.append(_live(name.removeprefix(DAV), text))
            elif name in dead:
                there.append(dead[name])
            else:
                missing.append(_empty(name))
        return there, missing


Live = Callable[[Listing, Item, DavPath], str | None]


def _of_files(text: Callable[[Item], str]) -> Live:
    return lambda listing, item, path: None if item.is_folder else text(item)


def _of_folders(text: Callable[[Listing], str]) -> Live:
    return lambda listing, item, path: text(listing) if item.is_folder else None


LIVE: dict[str, Live] = {
    "resourcetype": lambda listing, item, path: "<D:collection/>" if item.is_folder else "",
    "displayname": lambda listing, item, path: escape(NOT_XML.sub("\ufffd", item.name or TOP_NAME)),
    "creationdate": lambda listing, item, path: f"{item.created_at:%Y-%m-%dT%H:%M:%SZ}",
    "getlastmodified": lambda listing, item, path: http_date(item.modified_at.timestamp()),
    "getcontentlength": _of_files(lambda item: str(item.size_bytes)),
    "getcontenttype": _of_files(lambda item: escape(item.content_type)),
    "getetag": _of_files(lambda item: f'"{etag_of(item)}"'),
    "supportedlock": lambda listing, item, path: SUPPORTED_LOCK,
    "lockdiscovery": lambda listing, item, path: lock_discovery(
        locks_over(listing.provider.locks.rows, path), listing.provider.mount_path, now=listing.provider.now
    ),
    # RFC 4331 wants these two to be asked for by name.
    "quota-used-bytes": _of_folders(lambda listing: str(listing.quota.used_bytes)),
    "quota-available-bytes": _of_folders(lambda listing: str(listing.quota.free_bytes)),
}
ALL = [name for name in LIVE if not name.startswith("quota-")]


def _live(name: str, text: str) -> str:
    return f"<D:{name}>{text}</D:{name}>" if text else f"<D:{name}/>"


def _empty(name: str) -> str:
    """Write a property without its value; the name is `{namespace}name`."""
    if name.startswith(DAV):
        return f"<D:{name.removeprefix(DAV)}/>"
    namespace, _, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
    return f"<{local} xmlns={quoteattr(namespace)}/>"
