"""What lies in a folder, and the lists that lie across all folders; each page costs what the first one costs."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.problems import Invalid, NotFound
from clouddrive.models import Inspection, Item, Kind, Version
from clouddrive.selectors.access import Right, Seen, items_seen

PAGE_SIZE = 100
LARGEST_PAGE = 1000


class VersionNotFound(NotFound):
    """The file has no such version."""


class CursorInvalid(Invalid):
    """This is not a place in this list."""


class Sort(StrEnum):
    """By what a folder is sorted; folders always stand before files."""

    NAME = "name"
    SIZE = "size"
    MODIFIED = "modified"


COLUMNS = {Sort.NAME: "name_key", Sort.SIZE: "size_bytes", Sort.MODIFIED: "modified_at"}


@dataclass(frozen=True)
class ItemPage:
    """Some items in order, and the place to go on from; empty at the end."""

    items: list[Item]
    next_cursor: str


def folder_page(
    *, folder: Item, sort: Sort = Sort.NAME, descending: bool = False, cursor: str = "", size: int = PAGE_SIZE
) -> ItemPage:
    """
    Give one page of what lies in a folder that the user was found to see.

    A page is gathered from up to four ranges of one index: the rest of those with the cursor's value, the rest of its
    kind, and the other kind.

    :raises CursorInvalid: if the cursor is not one of this list.
    """
    column, ordering = COLUMNS[sort], "-" if descending else ""
    after = "lt" if descending else "gt"
    ranges = [Q(kind=Kind.FOLDER), Q(kind=Kind.FILE)]
    if cursor:
        kind, value, last = _read_cursor(cursor, sort)
        tie, rest = Q(kind=kind, **{column: value, f"id__{after}": last}), Q(kind=kind, **{f"{column}__{after}": value})
        ranges = [tie, rest, *ranges[kind + 1 :]]
    found: list[Item] = []
    for span in ranges:
        rows = Item.objects.filter(span, parent=folder).order_by("kind", f"{ordering}{column}", f"{ordering}id")
        found += rows[: size + 1 - len(found)]
        if len(found) > size:
            last_item = found[size - 1]
            return ItemPage(found[:size], _cursor(last_item.kind, getattr(last_item, column), last_item.pk))
    return ItemPage(found, "")


def trash_page(*, owner: User, cursor: str = "", size: int = PAGE_SIZE) -> ItemPage:
    """Give what is in the owner's trash, the latest first. :raises CursorInvalid:"""
    trashed = Item.objects.filter(owner=owner, trashed_at__isnull=False, purge_at=None)
    return _page_by_time(trashed, "trashed_at", cursor=cursor, size=size)


def recent_page(*, owner: User, cursor: str = "", size: int = PAGE_SIZE) -> ItemPage:
    """Give the owner's files, the latest changed first. :raises CursorInvalid:"""
    files = Item.objects.filter(owner=owner, kind=Kind.FILE, trashed_at=None, purge_at=None)
    page = _page_by_time(files, "modified_at", cursor=cursor, size=size)
    return ItemPage(_there(owner, page.items), page.next_cursor)


def starred_page(*, owner: User, cursor: str = "", size: int = PAGE_SIZE) -> ItemPage:
    """Give what the owner has starred, the latest first. :raises CursorInvalid:"""
    starred = Item.objects.filter(owner=owner, starred_at__isnull=False, trashed_at=None, purge_at=None)
    page = _page_by_time(starred, "starred_at", cursor=cursor, size=size)
    return ItemPage(_there(owner, page.items), page.next_cursor)


def shared_with(*, user: User) -> list[Seen]:
    """List what others have shared with the user, by name; what is in their trash is left out."""
    ids = list(user.drive_grants.values_list("item_id", flat=True))
    seen = items_seen(user=user, item_ids=ids).values()
    return sorted((s for s in seen if s.right < Right.OWN), key=lambda s: (s.item.kind, s.item.name_key))


def version_get(file: Item, version_id: UUID) -> Version:
    """Give one earlier version. :raises VersionNotFound:"""
    found = Version.objects.filter(item=file, pk=version_id).select_related("upload").first()
    if found is None:
        raise VersionNotFound("There is no such version.")
    return found


def inspections_of(items: Sequence[Item]) -> dict[UUID, Inspection]:
    """Give what the workers found of these files, by the id of the upload that they hold."""
    ids = [item.upload_id for item in items if item.upload_id]
    return {found.upload_id: found for found in Inspection.objects.filter(upload__in=ids, status=Status.SUCCEEDED)}


def pending_of(items: Sequence[Item]) -> set[UUID]:
    """Name the uploads of these files that a worker has still to look at."""
    ids = [item.upload_id for item in items if item.upload_id]
    return {*Inspection.objects.unfinished().filter(upload__in=ids).values_list("upload_id", flat=True)}


def child_named(folder: Item, key: str) -> Item | None:
    """Find what has the name with this key in a folder."""
    return Item.objects.filter(parent=folder, name_key=key).first()


def _there(owner: User, items: list[Item]) -> list[Item]:
    """Leave out what lies below something in the trash."""
    seen = items_seen(user=owner, item_ids=[item.pk for item in items])
    return [item for item in items if item.pk in seen]


def _page_by_time(rows: "QuerySet[Item]", column: str, *, cursor: str, size: int) -> ItemPage:
    if cursor:
        _, value, last = _read_cursor(cursor, Sort.MODIFIED)
        rows = rows.filter(**{f"{column}__lte": value}).exclude(**{column: value, "id__gte": last})
    found = list(rows.order_by(f"-{column}", "-id")[: size + 1])
    if len(found) <= size:
        return ItemPage(found, "")
    last_item = found[size - 1]
    return ItemPage(found[:size], _cursor(0, getattr(last_item, column), last_item.pk))


def _cursor(kind: int, value: object, item_id: UUID) -> str:
    plain = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([kind, plain, item_id.hex]).encode()).decode()


def _read_cursor(cursor: str, sort: Sort) -> tuple[int, Any, UUID]:
    try:
        kind, value, item_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if sort == Sort.MODIFIED:
            value = parse_datetime(value)
        expected = {Sort.NAME: str, Sort.SIZE: int, Sort.MODIFIED: datetime}[sort]
        if not isinstance(value, expected) or kind not in Kind.values:
            raise ValueError(cursor)
        return int(kind), value, UUID(item_id)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise CursorInvalid("This is not a place in this list. Begin again at its first page.") from None
