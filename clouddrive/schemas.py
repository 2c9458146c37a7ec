"""What the REST door of Cloud Drive takes and gives."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Schema

from clouddrive import selectors, services
from clouddrive.models import Event, Grant, Inspection, Item, Link, Version
from clouddrive.selectors import Right, Seen

Name = Annotated[str, Field(min_length=1, max_length=255)]


class FolderIn(Schema):
    name: Name
    parent_id: UUID | None = None
    on_conflict: services.OnConflict = services.OnConflict.ASK


class FileIn(Schema):
    upload_id: UUID
    parent_id: UUID | None = None
    name: Annotated[str, Field(max_length=255)] = ""
    on_conflict: services.OnConflict = services.OnConflict.ASK
    modified_at: datetime | None = None


class ItemChange(Schema):
    name: Annotated[str, Field(max_length=255)] | None = None
    parent_id: UUID | None = None
    starred: bool | None = None
    on_conflict: services.OnConflict = services.OnConflict.ASK


class CopyIn(Schema):
    parent_id: UUID | None = None
    name: Annotated[str, Field(max_length=255)] = ""
    on_conflict: services.OnConflict = services.OnConflict.KEEP_BOTH


class LinkIn(Schema):
    mode: Link.Mode = Link.Mode.VIEW
    password: Annotated[str, Field(max_length=128)] = ""
    expires_at: datetime | None = None
    max_downloads: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class LinkChange(Schema):
    password: Annotated[str, Field(max_length=128)] | None = None
    expires_at: datetime | None = None
    max_downloads: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class GrantIn(Schema):
    username: Annotated[str, Field(min_length=1, max_length=150)]
    role: Grant.Role = Grant.Role.VIEW


class Action(StrEnum):
    """What can be done with many items at once."""

    MOVE = "move"
    COPY = "copy"
    TRASH = "trash"
    RESTORE = "restore"
    PURGE = "purge"
    STAR = "star"
    UNSTAR = "unstar"
    LEAVE = "leave"


class BulkIn(Schema):
    action: Action
    item_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]
    parent_id: UUID | None = None
    on_conflict: services.OnConflict = services.OnConflict.ASK


class BulkResult(Schema):
    id: UUID
    ok: bool
    error: str = ""
    problem: dict[str, Any] = {}


class BulkOut(Schema):
    items: list[BulkResult]


class ItemOut(Schema):
    id: UUID
    kind: str
    name: str
    parent_id: UUID | None
    owner: str
    right: str
    size_bytes: int
    content_type: str
    category: str
    created_at: datetime
    modified_at: datetime
    starred: bool
    trashed_at: datetime | None
    shared: bool
    infected_by: str
    thumbnail_url: str | None


class PathOut(Schema):
    id: UUID
    name: str


class ItemDetail(ItemOut):
    path: list[PathOut]


class ItemsOut(Schema):
    items: list[ItemOut]
    next: str | None


class FoundOut(ItemOut):
    path: list[PathOut]


class SearchOut(Schema):
    items: list[FoundOut]
    next: str | None


class FiledOut(ItemOut):
    outcome: str


class VersionOut(Schema):
    id: UUID
    size_bytes: int
    content_type: str
    modified_at: datetime


class VersionsOut(Schema):
    items: list[VersionOut]


class LinkOut(Schema):
    id: UUID
    item_id: UUID
    mode: str
    url: str
    has_password: bool
    expires_at: datetime | None
    max_downloads: int | None
    downloads: int
    created_at: datetime


class GrantOut(Schema):
    id: int
    item_id: UUID
    username: str
    role: str
    created_at: datetime


class SharesOut(Schema):
    items: list[LinkOut]
    grants: list[GrantOut]


class EventOut(Schema):
    id: UUID
    at: datetime
    actor: str | None
    verb: str
    words: str
    item_id: UUID
    item_name: str
    detail: str


class EventsOut(Schema):
    items: list[EventOut]
    next: str | None


class UsageOut(Schema):
    used_bytes: int
    limit_bytes: int
    free_bytes: int


class EmptiedOut(Schema):
    deleted: int


class LinkedOut(Schema):
    """What the holder of a link sees of an item."""

    id: UUID
    kind: str
    name: str
    size_bytes: int
    content_type: str
    category: str
    modified_at: datetime


class LinkedPage(Schema):
    mode: str
    item: LinkedOut
    path: list[PathOut]
    items: list[LinkedOut]
    next: str | None


class DroppedOut(Schema):
    name: str
    size_bytes: int


def item_out(item: Item, right: Right, *, shared: bool = False, inspection: Inspection | None = None) -> dict[str, Any]:
    """Describe an item as its reader may see it."""
    shown = inspection is not None and inspection.preview_content_type and not inspection.infected_by
    return {
        "id": item.pk,
        "kind": item.get_kind_display().lower(),
        "name": item.name,
        "parent_id": item.parent_id,
        "owner": item.owner.get_username(),
        "right": right.name.lower(),
        "size_bytes": item.size_bytes,
        "content_type": item.content_type,
        "category": item.category,
        "created_at": item.created_at,
        "modified_at": item.modified_at,
        "starred": right == Right.OWN and item.starred_at is not None,
        "trashed_at": item.trashed_at,
        "shared": shared,
        "infected_by": inspection.infected_by if inspection else "",
        "thumbnail_url": reverse("clouddrive:image", args=(item.pk, "thumbnail")) if shown else None,
    }


def items_out(items: Sequence[Item], right: Right) -> list[dict[str, Any]]:
    """Describe items of one owner, with what else is known of them, in a number of queries that does not grow."""
    inspections = selectors.inspections_of(items)
    shared = selectors.shared_ids(items) if right == Right.OWN else set()
    if items:
        owner = items[0].owner
        for item in items:
            item.owner = owner
    return [
        item_out(item, right, shared=item.pk in shared, inspection=inspections.get(item.upload_id))  # type: ignore[arg-type]
        for item in items
    ]


def item_detail(seen: Seen) -> dict[str, Any]:
    """Describe one item, with the folders above it."""
    (described,) = items_out([seen.item], seen.right)
    return {**described, "path": path_out(seen.path)}


def found_out(found: Sequence[Seen]) -> list[dict[str, Any]]:
    """Describe what a search found."""
    if not found:
        return []
    described = items_out([seen.item for seen in found], found[0].right)
    return [{**item, "path": path_out(seen.path)} for item, seen in zip(described, found, strict=True)]


def path_out(path: Sequence[Item]) -> list[dict[str, Any]]:
    """Describe the folders above an item, the outermost first."""
    return [{"id": folder.pk, "name": folder.name} for folder in path]


def version_out(version: Version) -> VersionOut:
    """Describe an earlier version."""
    return VersionOut(
        id=version.pk,
        size_bytes=version.size_bytes,
        content_type=version.content_type,
        modified_at=version.modified_at,
    )


def link_out(request: HttpRequest, link: Link) -> LinkOut:
    """Describe a link to its owner."""
    return LinkOut(
        id=link.pk,
        item_id=link.item_id,
        mode=link.mode,
        url=request.build_absolute_uri(reverse("clouddrive:link", args=(selectors.secret_of(link),))),
        has_password=bool(link.password),
        expires_at=link.expires_at,
        max_downloads=link.max_downloads,
        downloads=link.downloads,
        created_at=link.created_at,
    )


def grant_out(grant: Grant) -> GrantOut:
    """Describe the right of another user."""
    return GrantOut(
        id=grant.pk,
        item_id=grant.item_id,
        username=grant.user.get_username(),
        role=grant.role,
        created_at=grant.created_at,
    )


def event_out(event: Event) -> EventOut:
    """Describe what happened."""
    return EventOut(
        id=event.pk,
        at=event.at,
        actor=event.actor.get_username() if event.actor else None,
        verb=event.verb.lower(),
        words=event.get_verb_display(),
        item_id=event.item_id,
        item_name=event.item_name,
        detail=event.detail,
    )


def linked_out(item: Item) -> LinkedOut:
    """Describe an item to the holder of a link."""
    return LinkedOut(
        id=item.pk,
        kind=item.get_kind_display().lower(),
        name=item.name,
        size_bytes=item.size_bytes,
        content_type=item.content_type,
        category=item.category,
        modified_at=item.modified_at,
    )
