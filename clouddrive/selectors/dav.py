"""What WebDAV clients left at items."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cloudapps.models import User
from cloudapps.prepared import Select, slot
from clouddrive.models import Item, Lock, Property

_LOCKS = Select(
    lambda: Lock.objects.filter(
        owner=slot("owner", Lock._meta.get_field("owner")),
        expires_at__gt=slot("now", Lock._meta.get_field("expires_at")),
    ).order_by("token")
)


def locks_of(*, owner: User, now: datetime) -> list[Lock]:
    """List the locks that hold in the owner's drive."""
    return _LOCKS.all(owner=owner.pk, now=now)


def properties_of(items: Sequence[Item]) -> dict[UUID, dict[str, str]]:
    """Give what clients left at these items, by item and name."""
    found: dict[UUID, dict[str, str]] = {}
    rows = Property.objects.filter(item__in=[item.pk for item in items]).order_by("name")
    for item_id, name, value in rows.values_list("item_id", "name", "value"):
        found.setdefault(item_id, {})[name] = value
    return found
