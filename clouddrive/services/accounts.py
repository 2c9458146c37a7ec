"""What an account leaves behind when it goes, and what it takes along."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F

from cloudapps.apps import ExportedFile
from cloudapps.archive import blocks_of
from cloudapps.models import User
from clouddrive.models import Event, Grant, Item, Link
from clouddrive.selectors.access import root_of
from clouddrive.services.trash import purge


def drive_forget(*, owner: User, now: datetime) -> None:
    """Delete everything in an owner's drive, with its bytes; inside a transaction."""
    Item.objects.filter(owner=owner).update(parent=None, purge_at=now)
    purge(now=now, owner=owner, most=10**9)


def drive_export(*, owner: User, now: datetime) -> Iterator[ExportedFile]:
    """Give every file where it lies, and `drive.json` with all that is known besides: names, shares, history."""
    root = root_of(owner, now=now)
    yield ExportedFile("drive.json", iter([json.dumps(_facts(owner), cls=DjangoJSONEncoder, indent=1).encode()]))
    yield from _files_below(root, "files")
    trashed = Item.objects.filter(owner=owner, trashed_at__isnull=False, purge_at=None)
    for item in trashed.iterator():
        yield from _exported(item, "trash")


def _files_below(folder: Item, path: str) -> Iterator[ExportedFile]:
    for item in Item.objects.filter(parent=folder).select_related("upload").order_by("kind", "name_key").iterator():
        yield from _exported(item, path)


def _exported(item: Item, path: str) -> Iterator[ExportedFile]:
    here = f"{path}/{item.name}"
    if item.is_folder:
        yield from _files_below(item, here)
    else:
        yield ExportedFile(here, blocks_of(item.bytes.key), size_bytes=item.size_bytes)


def _facts(owner: User) -> dict[str, Any]:
    links = Link.objects.filter(item__owner=owner).annotate(name=F("item__name"))
    grants = Grant.objects.filter(item__owner=owner).annotate(name=F("item__name"), username=F("user__username"))
    events = Event.objects.filter(owner=owner).annotate(username=F("actor__username"))
    return {
        "links": list(links.values("name", "mode", "expires_at", "max_downloads", "downloads", "created_at")),
        "grants": list(grants.values("name", "username", "role", "created_at")),
        "history": list(events.values("at", "username", "verb", "item_name", "detail")),
    }
