"""What lies at a path: folders are followed by the keys of their names, several in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cloudapps.models import User
from clouddrive.models import Item, root_id
from clouddrive.selectors.access import root_of

STEPS_AT_ONCE = 8  # folders that one statement follows: databases join some sixty tables at most
DEEPEST = 200  # more names in a path than folders can lie in one another


@dataclass(frozen=True)
class Located:
    """What has the last name of a path, and the folder that it lies in or would lie in; None where there is none."""

    folder: Item | None
    item: Item | None


def located(*, owner: User, keys: Sequence[str], now: datetime) -> Located:
    """Find what lies at a path in the owner's own drive; `keys` are the keys of its names."""
    if not keys:
        return Located(None, _owned(root_of(owner, now=now), owner))
    folder = _folder_at(owner, keys[:-1], now=now)
    if folder is None or not folder.is_folder:
        return Located(None, None)
    return Located(_owned(folder, owner), _owned(_follow(folder, keys[-1:]), owner))


def _folder_at(owner: User, keys: Sequence[str], *, now: datetime) -> Item | None:
    if len(keys) > DEEPEST:
        return None
    folder: Item | None = root_of(owner, now=now) if not keys else Item(pk=root_id(owner.pk))
    for start in range(0, len(keys), STEPS_AT_ONCE):
        if folder is None:
            return None
        folder = _follow(folder, keys[start : start + STEPS_AT_ONCE])
    return folder


def _follow(folder: Item, keys: Sequence[str]) -> Item | None:
    """Go down from a folder by these names, in one statement."""
    steps: dict[str, object] = {}
    column = ""
    for key in reversed(keys):
        steps[f"{column}name_key"] = key
        column += "parent__"
    return Item.objects.filter(**steps, **{column.removesuffix("__"): folder.pk}).first()


def _owned(item: Item | None, owner: User) -> Item | None:
    if item is not None:
        item.owner = owner  # as is known, so that nobody looks it up
    return item
