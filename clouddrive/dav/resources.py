"""The drive as wsgidav sees it: a provider for one request of one owner, and the items that it finds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

from wsgidav.dav_error import HTTP_FORBIDDEN, DAVError
from wsgidav.dav_provider import DAVCollection, DAVNonCollection, DAVProvider

from cloudapps.models import User
from cloudapps.problems import Problem
from cloudapps.quota import QuotaExceeded
from clouddrive import selectors, services
from clouddrive.dav.locks import OwnerLockManager, OwnerLocks, lock_discovery, locks_over
from clouddrive.dav.paths import DavPath
from clouddrive.models import Item

DAV = "{DAV:}"


def dav_status(problem: Problem) -> int:
    """Give the status of a refusal: WebDAV has one of its own for a full quota (RFC 4918, section 11.5)."""
    return HTTPStatus.INSUFFICIENT_STORAGE if isinstance(problem, QuotaExceeded) else problem.status


@contextmanager
def dav_errors() -> Iterator[None]:
    """Say a refusal of ours in wsgidav's words."""
    try:
        yield
    except Problem as problem:
        raise DAVError(dav_status(problem), str(problem)) from problem


class DriveProvider(DAVProvider):  # type: ignore[misc]  # wsgidav has no types
    """The owner's own drive; what it found it remembers until something is written."""

    def __init__(self, owner: User, *, mount: str, now: datetime) -> None:
        super().__init__()
        self.owner, self.now = owner, now
        self.mount_path, self.share_path = mount, ""
        self.locks = OwnerLocks(owner, now=now)
        self.lock_manager = OwnerLockManager(self.locks)
        self._found: dict[tuple[str, ...], selectors.Located] = {}

    def located(self, path: DavPath) -> selectors.Located:
        """Find what lies at a path, and the folder around it."""
        if path.keys not in self._found:
            self._found[path.keys] = selectors.located(owner=self.owner, keys=path.keys, now=self.now)
        return self._found[path.keys]

    def item_at(self, path: DavPath) -> Item | None:
        """Find what lies at a path, where the folder around it does not matter."""
        for keys, around in self._found.items():  # the folder around what was found is known too
            if keys and keys[:-1] == path.keys and around.folder is not None:
                return around.folder
        if path.keys in self._found:
            return self._found[path.keys].item
        return selectors.item_at(owner=self.owner, keys=path.keys, now=self.now)

    def forget(self) -> None:
        """Look again at whatever is asked for, since something was written."""
        self._found.clear()

    def resource(self, item: Item, path: DavPath, environ: dict[str, Any]) -> "DriveFolder | DriveFile":
        """Show an item to wsgidav."""
        return (DriveFolder if item.is_folder else DriveFile)(item, path, environ)

    def get_resource_inst(self, path: str, environ: dict[str, Any]) -> "DriveFolder | DriveFile | None":
        """Give what lies at a decoded path, or None."""
        found = DavPath.of(path)
        item = self.item_at(found)
        return None if item is None else self.resource(item, found, environ)


class _Resource:
    """What files and folders have in common; mixed in before wsgidav's own classes."""

    environ: dict[str, Any]
    provider: DriveProvider

    def __init__(self, item: Item, path: DavPath, environ: dict[str, Any]) -> None:
        super().__init__(path.plain, environ)  # type: ignore[call-arg]  # wsgidav's constructor
        self.item, self.at = item, path

    def get_creation_date(self) -> float:
        return self.item.created_at.timestamp()

    def get_last_modified(self) -> float:
        return self.item.modified_at.timestamp()

    def get_ref_url(self) -> str:
        return self.at.reference

    def get_href(self) -> str:
        return self.at.href(self.provider.mount_path, is_folder=self.item.is_folder)

    def get_property_value(self, name: str) -> Element:
        """Describe the locks, which is all that wsgidav still asks for. :raises DAVError: (404) otherwise."""
        if name != f"{DAV}lockdiscovery":
            raise DAVError(404)
        rows = locks_over(self.provider.locks.rows, self.at)
        inner = lock_discovery(rows, self.provider.mount_path, now=self.provider.now)
        return fromstring(f'<D:lockdiscovery xmlns:D="DAV:">{inner}</D:lockdiscovery>')  # noqa: S314 - our own

    def set_property_value(self, name: str, value: Element | None, *, dry_run: bool = False) -> None:
        """Keep, or with None forget, a client's own property. :raises DAVError: if it is ours, or cannot be kept."""
        if name.startswith(DAV):
            raise DAVError(HTTP_FORBIDDEN, err_condition=f"{DAV}cannot-modify-protected-property")
        with dav_errors():
            if value is None:
                if not dry_run:
                    services.property_delete(self.item, name)
                return
            value.tail = None
            keep = services.property_check if dry_run else services.property_set
            keep(self.item, name, tostring(value, encoding="unicode"))


class DriveFile(_Resource, DAVNonCollection):  # type: ignore[misc]  # wsgidav has no types
    """A file."""

    def get_content_length(self) -> int:
        return self.item.size_bytes

    def get_content_type(self) -> str:
        return self.item.content_type

    def get_etag(self) -> str:
        return etag_of(self.item)

    def support_etag(self) -> bool:
        return True

    def support_ranges(self) -> bool:
        return True

    def get_content(self) -> Any:
        raise NotImplementedError("DriveServer sends files itself")


class DriveFolder(_Resource, DAVCollection):  # type: ignore[misc]  # wsgidav has no types
    """A folder."""

    def get_member_names(self) -> Sequence[str]:
        raise NotImplementedError("DriveServer lists folders itself")

    def create_collection(self, name: str) -> None:
        """Make a folder in this one. :raises Problem: if that cannot be."""
        services.folder_create(actor=self.provider.owner, parent_id=self.item.pk, name=name, now=self.provider.now)
        self.provider.forget()

    def create_empty_resource(self, name: str) -> DriveFile:
        """Make an empty file in this folder, for a client that locks a name before it writes there."""
        owner, now = self.provider.owner, self.provider.now
        self.item.owner = owner
        made = services.file_store(actor=owner, folder=self.item, name=name, body=BytesIO(), size_bytes=0, now=now)
        self.provider.forget()
        return DriveFile(made.item, self.at.child(name), self.environ)


def etag_of(file: Item) -> str:
    """Name the file's content: another upload, another name."""
    return "" if file.upload_id is None else file.upload_id.hex
