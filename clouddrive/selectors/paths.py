"""What lies at a path: folders are followed by the keys of their names, several in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from cloudapps.models import User
from cloudapps.prepared import Select, slot
from clouddrive.models import Item, root_id
from clouddrive.selectors.access import root_of

STEPS_AT_ONCE = 8  # folders that one statement follows: databases join some sixty tables at most
DEEPEST = 200  # more names in a path than folders can lie in one another


@dataclass(frozen=True)
class Located:
    """What has the last name of a path, and the folder that it lies in or would lie in; None where there is none."""

    folder: Item | None
    item: Item | None


def item_at(*, owner: User, keys: Sequence[str], now: datetime) -> Item | None:
    """Find what lies at a path in the owner's own drive; `keys` are the keys of its names."""
    if len(keys) > DEEPEST:
        return None
    item = None if keys else root_of(owner, now=now)
    above: UUID | None = root_id(owner.pk)
    for start in range(0, len(keys), STEPS_AT_ONCE):
        if above is None:
            return None
        item = _follow(above, keys[start : start + STEPS_AT_ONCE])
        above = None if item is None else item.pk
    if item is not None:
        item.owner = owner  # as is known, so that nobody looks it up
    return item


def located(*, owner: User, keys: Sequence[str], now: datetime) -> Located:
    """Find what lies at a path in the owner's own drive, and the folder around it."""
    if not keys:
        return Located(None, item_at(owner=owner, keys=keys, now=now))
    folder = item_at(owner=owner, keys=keys[:-1], now=now)
    if folder is None or not folder.is_folder:
        return Located(None, None)
    item = _follow(folder.pk, keys[-1:])
    if item is not None:
        item.owner = owner
    return Located(folder, item)


def _follow(folder_id: UUID, keys: Sequence[str]) -> Item | None:
    """Go down from a folder by these names, in one statement."""
    return _steps_down(len(keys)).first(folder=folder_id, **{f"key{step}": key for step, key in enumerate(keys)})


@cache
def _steps_down(count: int) -> Select[Item]:
    """Prepare the statement that follows so many names."""
    conditions: dict[str, object] = {}
    column = ""
    for step in reversed(range(count)):
        conditions[f"{column}name_key"] = slot(f"key{step}", Item._meta.get_field("name_key"))
        column += "parent__"
    conditions[column.removesuffix("__")] = slot("folder", Item._meta.pk)
    return Select(lambda: Item.objects.filter(**conditions))
