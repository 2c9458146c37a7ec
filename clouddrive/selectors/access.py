"""Who may see what: the way up from an item decides, and it is asked in one statement, every time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F, QuerySet, Value
from django_cte import CTE, with_cte

from cloudapps.models import User
from cloudapps.prepared import Select, slot
from cloudapps.problems import NotFound, Problem
from clouddrive.models import Grant, Item, Kind, root_id


class ItemNotFound(NotFound):
    """There is no such item that this user may see."""


class NotAllowed(Problem):
    """The user may see the item, but not do this with it."""

    status = 403


class Right(IntEnum):
    """What somebody may do with an item; more includes less."""

    VIEW = 1
    EDIT = 2
    OWN = 3


ROLES = {Grant.Role.VIEW: Right.VIEW, Grant.Role.EDIT: Right.EDIT}


@dataclass(frozen=True)
class Seen:
    """An item as one user may see it; `path` are the folders above it, the outermost first."""

    item: Item
    right: Right
    path: tuple[Item, ...]

    @property
    def right_on_parent(self) -> Right:
        """What the user may do with the folder that it lies in: that decides who may move or rename it."""
        return self.right if self.path else Right.VIEW


_BY_ID = Select(lambda: Item.objects.filter(pk=slot("id", Item._meta.pk)))


def root_of(owner: User, *, now: datetime) -> Item:
    """Give the owner's root folder, and make it if this is the first time that it is asked for."""
    pk = root_id(owner.pk)
    found = _BY_ID.first(id=pk)
    if found is not None:
        return found
    try:
        return Item.objects.create(pk=pk, owner=owner, kind=Kind.FOLDER, created_at=now, modified_at=now)
    except IntegrityError:
        return Item.objects.get(pk=pk)


def chains(item_ids: Collection[UUID]) -> "QuerySet[Item]":
    """
    Give each of the items with all that lie above it, in one statement.

    Every row has `start` (the item that its chain belongs to) and `height` (0 for that item itself).
    """

    def climb(cte: CTE) -> "QuerySet[Item, Any]":
        ground = Item.objects.filter(pk__in=item_ids).values("id", "parent_id", start=F("id"), height=Value(0))
        above = cte.join(Item, id=cte.col.parent_id)
        return ground.union(
            above.values("id", "parent_id", start=cte.col.start, height=cte.col.height + Value(1)), all=True
        )

    cte = CTE.recursive(climb, name="chain")
    rows: QuerySet[Item] = with_cte(cte, select=cte.join(Item, id=cte.col.id))
    return rows.annotate(start=cte.col.start, height=cte.col.height).order_by("height")


def item_seen(*, user: User, item_id: UUID, right: Right = Right.VIEW) -> Seen:
    """
    Give an item that the user may see, and that is not in the trash.

    :raises ItemNotFound: if there is none: it does not exist, or is nothing of theirs.
    :raises NotAllowed: if they may see it and have less than the given right on it.
    """
    seen = items_seen(user=user, item_ids=[item_id]).get(item_id)
    if seen is None:
        raise ItemNotFound("There is no such file or folder.")
    require(seen.right, right)
    return seen


def items_seen(*, user: User, item_ids: Iterable[UUID]) -> dict[UUID, Seen]:
    """Give those of the items that the user may see and that are not in the trash, by their ids."""
    above: dict[UUID, list[Item]] = {}
    wanted = list(item_ids)
    for row in chains(wanted) if wanted else ():
        above.setdefault(row.start, []).append(row)  # type: ignore[attr-defined]  # annotated
    theirs = [chain for chain in above.values() if chain[0].owner_id != user.pk]
    roles = _roles(user, theirs) if theirs else {}
    seen = {start: _seen(user, chain, roles) for start, chain in above.items() if chain[-1].is_root}
    return {start: found for start, found in seen.items() if found is not None}


def trashed_get(*, owner: User, item_id: UUID) -> Item:
    """Give what the owner put into the trash. :raises ItemNotFound:"""
    found = Item.objects.filter(owner=owner, pk=item_id, trashed_at__isnull=False, purge_at=None).first()
    if found is None:
        raise ItemNotFound("There is no such thing in your trash.")
    return found


def require(right: Right, needed: Right) -> None:
    """:raises NotAllowed: if the right is less than what is needed."""
    if right < needed:
        raise NotAllowed("You may look at this, but not change it. Ask its owner for the right to edit.")


def _roles(user: User, chains: list[list[Item]]) -> dict[UUID, Right]:
    above = {item.pk for chain in chains for item in chain}
    grants = Grant.objects.filter(user=user, item__in=above)
    return {grant.item_id: ROLES[Grant.Role(grant.role)] for grant in grants}


def _seen(user: User, chain: list[Item], roles: dict[UUID, Right]) -> Seen | None:
    item, *above = chain
    if item.owner_id == user.pk:
        return Seen(item, Right.OWN, tuple(reversed(above)))
    granted = [height for height, step in enumerate(chain) if step.pk in roles]
    if not granted:
        return None
    right = max(roles[chain[height].pk] for height in granted)
    visible = chain[1 : granted[-1] + 1]  # what lies above the shared folder is nobody's business
    return Seen(item, right, tuple(reversed(visible)))
