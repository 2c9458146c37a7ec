"""What whoever holds a link may see; every access asks for everything again, in one statement."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.crypto import salted_hmac

from cloudapps.models import Upload, User
from cloudapps.problems import NotFound
from cloudapps.uploads import UploadNotFound
from clouddrive.models import Drop, Grant, Item, Link
from clouddrive.selectors.access import Right, chains, item_seen
from clouddrive.selectors.items import ItemPage, folder_page

SALT = "clouddrive.link"


class LinkNotFound(NotFound):
    """There is no such link (any more), or nothing of this kind behind it."""


@dataclass(frozen=True)
class Linked:
    """An item as the holder of a link may see it; `path` begins with the item that was shared."""

    link: Link
    item: Item
    path: tuple[Item, ...]

    @property
    def shared(self) -> Item:
        """The item that the link was made for."""
        return self.path[0] if self.path else self.item


def secret_of(link: Link) -> str:
    """
    Tell the secret of a link, so that its owner can copy it again.

    It is derived from SECRET_KEY and the link's id, so the database alone tells it to nobody.
    """
    digest = salted_hmac(SALT, link.pk.hex, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def digest_of(secret: str) -> str:
    """Give what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def link_get(*, owner: User, link_id: UUID) -> Link:
    """Give a link of the owner's. :raises LinkNotFound:"""
    found = Link.objects.filter(item__owner=owner, pk=link_id).select_related("item").first()
    if found is None:
        raise LinkNotFound("There is no such link.")
    return found


def links_of(*, owner: User, item_id: UUID) -> list[Link]:
    """List the links of an item of one's own. :raises ItemNotFound: NotAllowed:"""
    seen = item_seen(user=owner, item_id=item_id, right=Right.OWN)
    return list(seen.item.links.select_related("item"))


def grants_of(*, owner: User, item_id: UUID) -> list[Grant]:
    """List the rights of other users on an item of one's own. :raises ItemNotFound: NotAllowed:"""
    seen = item_seen(user=owner, item_id=item_id, right=Right.OWN)
    return list(seen.item.grants.select_related("user"))


def shared_ids(items: Sequence[Item]) -> set[UUID]:
    """Name those of the items that have a link or a right of another user on them."""
    ids = [item.pk for item in items]
    by_link = Link.objects.filter(item__in=ids).order_by().values_list("item_id", flat=True)
    by_name = Grant.objects.filter(item__in=ids).order_by().values_list("item_id", flat=True)
    return {*by_link, *by_name}


def valid_links(*, secret: str, now: datetime) -> "QuerySet[Link]":
    """Keep the link of this secret, unless it has expired or its owner is gone."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=now)
    return Link.objects.filter(unexpired, digest=digest_of(secret), item__owner__is_active=True)


def linked(*, secret: str, now: datetime, item_id: UUID | None = None) -> Linked:
    """
    Give what a link leads to, or an item below it.

    :raises LinkNotFound: whatever is wrong: the secret, the time, the trash, or an item that does not lie below.
    """
    link = valid_links(secret=secret, now=now).select_related("item").first()
    if link is None:
        raise _nothing_here()
    chain = list(chains([item_id or link.item_id]))
    heights = [height for height, item in enumerate(chain) if item.pk == link.item_id]
    if not heights or not chain[-1].is_root:
        raise _nothing_here()
    if item_id not in {None, link.item_id} and link.mode != Link.Mode.VIEW:
        raise _nothing_here()
    return Linked(link, chain[0], tuple(reversed(chain[1 : heights[0] + 1])))


def link_take(*, link: Link, item_id: UUID, now: datetime) -> bool:
    """
    Count one download of an item by a link, if it is still allowed: one statement asks for everything and counts.

    What is asked: is the link still there with the same password, unexpired, of an active owner, not used up, and does
    the item still lie below it and outside the trash?
    """
    way_up = chains([item_id]).filter(pk=link.item_id).values("pk")
    ends_at_root = chains([item_id]).filter(parent=None, trashed_at=None, purge_at=None).values("owner")
    unexpired = Q(expires_at=None) | Q(expires_at__gt=now)
    left = Q(max_downloads=None) | Q(downloads__lt=F("max_downloads"))
    allowed = Link.objects.filter(
        unexpired,
        left,
        pk=link.pk,
        mode=Link.Mode.VIEW,
        password=link.password,
        item__in=way_up,
        item__owner__in=ends_at_root,
        item__owner__is_active=True,
    )
    return bool(allowed.update(downloads=F("downloads") + 1))


def linked_page(found: Linked, *, cursor: str = "") -> ItemPage:
    """Give one page of what lies in a folder that a link leads to; nothing, where files can only be dropped."""
    if not found.item.is_folder or found.link.mode != Link.Mode.VIEW:
        return ItemPage([], "")
    return folder_page(folder=found.item, cursor=cursor)


def dropped(*, link: Link, upload_id: UUID) -> Upload:
    """Give an upload that was begun by this link. :raises UploadNotFound:"""
    drop = Drop.objects.filter(link=link, upload=upload_id).select_related("upload").first()
    if drop is None:
        raise UploadNotFound("There is no such upload.")
    return drop.upload


def _nothing_here() -> LinkNotFound:
    return LinkNotFound("This link leads nowhere. It may have expired, or its owner has ended it.")
