"""What WebDAV clients left at items."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cloudapps.models import User
from clouddrive.models import Item, Lock, Property


def locks_of(*, owner: User, now: datetime) -> list[Lock]:
    """List the locks that hold in the owner's drive."""
    return list(Lock.objects.filter(owner=owner, expires_at__gt=now).order_by("token"))


def properties_of(items: Sequence[Item]) -> dict[UUID, dict[str, str]]:
    """Give what clients left at these items, by item and name."""
    found: dict[UUID, dict[str, str]] = {}
    rows = Property.objects.filter(item__in=[item.pk for item in items]).order_by("name")
    for item_id, name, value in rows.values_list("item_id", "name", "value"):
        found.setdefault(item_id, {})[name] = value
    return found
