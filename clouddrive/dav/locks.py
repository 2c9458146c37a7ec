"""Locks of one request: wsgidav's rules over the rows of the drive's owner, which are read once."""

from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from wsgidav.dav_error import (
    HTTP_LOCKED,
    DAVError,
    DAVErrorCondition,
    PRECONDITION_CODE_MissingLockToken,
)
from wsgidav.lock_man.lock_manager import LockManager, generate_lock_token, normalize_lock_root

from cloudapps.models import User
from clouddrive import selectors, services
from clouddrive.dav.paths import DavPath
from clouddrive.models import Lock


class OwnerLocks:
    """The storage of wsgidav's LockManager: the locks in one drive, for one request. Locks are dicts to wsgidav."""

    def __init__(self, owner: User, *, now: datetime) -> None:
        self.owner, self.now = owner, now
        self.sent_path = ""  # the path of the request, as its answer is to show it
        self._rows: list[Lock] | None = None

    @property
    def rows(self) -> list[Lock]:
        """The locks that hold."""
        if self._rows is None:
            self._rows = selectors.locks_of(owner=self.owner, now=self.now)
        return self._rows

    def forget(self) -> None:
        """Read the locks again when they are asked for."""
        self._rows = None

    def open(self) -> None:
        """Nothing is kept open."""

    def close(self) -> None:
        """Nothing is kept open."""

    def get(self, token: str) -> dict[str, Any] | None:
        """Give a lock."""
        return next((self._described(row) for row in self.rows if row.token == token), None)

    def create(self, path: str, lock: dict[str, Any]) -> dict[str, Any]:
        """Write a lock, and complete its description. :raises TooMany:"""
        row = services.lock_create(
            owner=self.owner,
            token=generate_lock_token(),
            root=path,
            path=self.sent_path,
            scope=lock["scope"],
            depth=lock["depth"],
            client=_without_declaration(lock["owner"]),
            seconds=lock["timeout"],
            now=self.now,
        )
        self.forget()
        lock.update(self._described(row))
        return lock

    def refresh(self, token: str, *, timeout: float) -> dict[str, Any]:
        """Let a lock hold for another term."""
        row = next(row for row in self.rows if row.token == token)
        services.lock_refresh(row, seconds=timeout, now=self.now)
        return self._described(row)

    def delete(self, token: str) -> bool:
        """End a lock."""
        self.forget()
        return services.lock_release(owner=self.owner, token=token)

    def get_lock_list(
        self, path: str, *, include_root: bool, include_children: bool, token_only: bool
    ) -> list[dict[str, Any]]:
        """List the locks at a path, below it, or both."""
        path = normalize_lock_root(path)  # the parent of a path comes with a slash behind it
        found = [row for row in self.rows if include_root and row.root == path]
        found += [row for row in self.rows if include_children and _is_below(row.root, path)]
        return [self._described(row) for row in found]

    def release_below(self, path: DavPath) -> None:
        """End the locks of what has left its path, with all that lay below it."""
        for row in list(self.rows):
            if row.root == path.reference or _is_below(row.root, path.reference):
                self.delete(row.token)

    def _described(self, row: Lock) -> dict[str, Any]:
        return {
            "root": row.root,
            "type": "write",
            "scope": row.scope,
            "depth": row.depth,
            "owner": row.client.encode(),
            "timeout": float(row.timeout_seconds),
            "expire": row.expires_at.timestamp(),
            "principal": self.owner.get_username(),
            "token": row.token,
        }


class OwnerLockManager(LockManager):  # type: ignore[misc]  # wsgidav has no types
    """Says who may write; made for each request, since locks are shared through the database and nowhere else."""

    storage: OwnerLocks
    LOCK_TIME_OUT_DEFAULT = services.USUAL_LOCK.total_seconds()

    def __init__(self, storage: OwnerLocks) -> None:
        super().__init__(storage)

    def __del__(self) -> None:
        """Nothing is kept open."""

    def refresh(self, token: str, *, timeout: float | None = None) -> dict[str, Any]:
        """Let a lock hold for another term."""
        return self.storage.refresh(token, timeout=self.LOCK_TIME_OUT_DEFAULT if timeout is None else timeout)

    def _generate_lock(self, *args: Any) -> Any:
        *others, timeout = args
        return super()._generate_lock(*others, self.LOCK_TIME_OUT_DEFAULT if timeout is None else timeout)

    def check_write_permission(self, *, url: str, depth: str, token_list: list[str], principal: str) -> None:
        """
        Make sure that whoever sent these tokens may write at a path, and with depth "infinity" below it.

        :raises DAVError: (423) if a lock stands against it.
        """
        condition = DAVErrorCondition(PRECONDITION_CODE_MissingLockToken)
        for row in self.storage.rows:
            if row.token not in token_list and _covers(row, url, depth):
                condition.add_href(row.root)
        if condition.hrefs:
            raise DAVError(HTTP_LOCKED, "This is locked by another program.", err_condition=condition)


def _without_declaration(xml: bytes) -> str:
    """Give an XML document as an element that stands in another."""
    return xml.decode().partition("?>")[2].strip() if xml.startswith(b"<?xml") else xml.decode()


def lock_discovery(rows: list[Lock], mount: str, *, now: datetime) -> str:
    """Write the active locks as XML (RFC 4918, section 15.8)."""
    return "".join(_active_lock(row, mount, now) for row in rows)


def locks_over(rows: list[Lock], path: DavPath) -> list[Lock]:
    """List those of the locks that protect a path, its own and those from above."""
    return [row for row in rows if _covers(row, path.reference, "0")] if rows else []


def _active_lock(row: Lock, mount: str, now: datetime) -> str:
    left = max(timedelta(), row.expires_at - now)
    href = DavPath.of(row.path).href(mount, is_folder=row.path.endswith("/"))
    return (
        f"<D:activelock><D:locktype><D:write/></D:locktype><D:lockscope><D:{row.scope}/></D:lockscope>"
        f"<D:depth>{row.depth}</D:depth>{row.client}<D:timeout>Second-{int(left.total_seconds())}</D:timeout>"
        f"<D:locktoken><D:href>{escape(row.token)}</D:href></D:locktoken>"
        f"<D:lockroot><D:href>{escape(href)}</D:href></D:lockroot></D:activelock>"
    )


def _covers(row: Lock, url: str, depth: str) -> bool:
    if row.root == url:
        return True
    from_above = row.depth == Lock.Depth.INFINITY and _is_below(url, row.root)
    return from_above or (depth == Lock.Depth.INFINITY and _is_below(row.root, url))


def _is_below(path: str, other: str) -> bool:
    return path.startswith(f"{other.rstrip('/')}/") and path != other
