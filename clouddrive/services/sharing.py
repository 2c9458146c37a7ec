"""Sharing: by a link, for whoever has it, or with another user by name."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q

from cloudapps.models import User
from cloudapps.problems import Invalid, NotFound, Problem
from clouddrive.models import Event, Grant, Item, Link
from clouddrive.selectors.access import ItemNotFound, Right, item_seen
from clouddrive.selectors.links import digest_of, link_get, link_take, secret_of
from clouddrive.services.events import record

MAX_LINKS = 100  # of one item


class LinkRefused(Invalid):
    """A link cannot be made like this."""


class UserUnknown(NotFound):
    """There is nobody with this name."""


class PasswordWrong(Problem):
    """The link asks for a password, and this is not it."""

    status = 403


class LinkUsedUp(Problem):
    """The link's downloads are used up, or it has just ended."""

    status = 410


def link_create(
    *,
    owner: User,
    item_id: UUID,
    now: datetime,
    mode: Link.Mode = Link.Mode.VIEW,
    password: str = "",
    expires_at: datetime | None = None,
    max_downloads: int | None = None,
) -> Link:
    """
    Make a link to an item of one's own; `selectors.links.secret_of` tells its secret.

    :raises ItemNotFound: if there is none.
    :raises NotAllowed: if it is somebody else's.
    :raises LinkRefused: if files are to be dropped into a file, it would have ended already, or there are too many.
    """
    item = item_seen(user=owner, item_id=item_id, right=Right.OWN).item
    _check(item, mode=mode, expires_at=expires_at, now=now)
    link = Link(item=item, mode=mode, expires_at=expires_at, max_downloads=max_downloads, created_at=now)
    link.digest, link.password = digest_of(secret_of(link)), make_password(password) if password else ""
    with transaction.atomic():
        link.save(force_insert=True)
        record(item, Event.Verb.SHARED, actor=owner, now=now, detail="by link")
    return link


def link_update(*, owner: User, link_id: UUID, now: datetime, **changes: Any) -> Link:
    """
    Change `password` (empty: none), `expires_at` or `max_downloads` of a link; what is not named stays.

    :raises LinkNotFound: if there is no such link of the owner's.
    :raises LinkRefused: if it would have ended already.
    """
    link = link_get(owner=owner, link_id=link_id)
    if "password" in changes:
        changes["password"] = make_password(changes["password"]) if changes["password"] else ""
    for name, value in changes.items():
        setattr(link, name, value)
    if "expires_at" in changes:
        _check(link.item, mode=Link.Mode(link.mode), expires_at=link.expires_at, now=now)
    link.save(update_fields=list(changes))
    return link


def link_delete(*, owner: User, link_id: UUID, now: datetime) -> None:
    """End a link at once. :raises LinkNotFound: if there is no such link of the owner's."""
    link = link_get(owner=owner, link_id=link_id)
    with transaction.atomic():
        link.delete()
        record(link.item, Event.Verb.UNSHARED, actor=owner, now=now, detail="by link")


def link_unlock(link: Link, password: str) -> None:
    """:raises PasswordWrong: if the link asks for a password and this is not it."""
    if link.password and not check_password(password, link.password):
        raise PasswordWrong("This is not the password of this link.")


def link_download(*, link: Link, item: Item, now: datetime) -> None:
    """
    Count a download by a link, just before the bytes are handed out.

    :raises LinkUsedUp: if it is not allowed any more: it ended, it is used up, or the item went to the trash.
    """
    with transaction.atomic():
        if not link_take(link=link, item_id=item.pk, now=now):
            raise LinkUsedUp("This link cannot be used for downloads any more. Ask its owner for a new one.")
        record(item, Event.Verb.DOWNLOADED, actor=None, now=now, detail="by link")


def grant_set(*, owner: User, item_id: UUID, name: str, role: Grant.Role, now: datetime) -> Grant:
    """
    Let another user, named by the user name, view or edit an item of one's own.

    :raises ItemNotFound: if there is none.
    :raises NotAllowed: if it is somebody else's.
    :raises UserUnknown: if there is nobody with this name.
    """
    item = item_seen(user=owner, item_id=item_id, right=Right.OWN).item
    user = _user_named(name)
    if user is None or user.pk == owner.pk:
        raise UserUnknown("There is nobody else with this user name. Ask them how it is spelt.")
    with transaction.atomic():
        grant, _ = Grant.objects.update_or_create(
            item=item, user=user, defaults={"role": role}, create_defaults={"role": role, "created_at": now}
        )
        record(item, Event.Verb.SHARED, actor=owner, now=now, detail=f"with {user.get_username()}")
    return grant


def grant_delete(*, actor: User, grant_id: int, now: datetime) -> None:
    """
    Take the right away at once; its owner may, and who has it may give it back.

    :raises ItemNotFound: if there is no such right.
    """
    mine = Q(item__owner=actor) | Q(user=actor)
    grant = Grant.objects.filter(mine, pk=grant_id).select_related("item", "user").first()
    if grant is None:
        raise ItemNotFound("There is no such share.")
    with transaction.atomic():
        grant.delete()
        record(grant.item, Event.Verb.UNSHARED, actor=actor, now=now, detail=f"with {grant.user.get_username()}")


def grant_leave(*, user: User, item_id: UUID, now: datetime) -> None:
    """
    Give back the right on an item that somebody shared with the user, so that it is out of the way.

    :raises ItemNotFound: if nobody shared it with them.
    """
    grant = Grant.objects.filter(user=user, item=item_id).first()
    if grant is None:
        raise ItemNotFound("Nobody shares this with you.")
    grant_delete(actor=user, grant_id=grant.pk, now=now)


def _user_named(name: str) -> User | None:
    """By user name alone: an address would tell whoever asks which addresses have an account."""
    return User.objects.filter(username=name.strip(), is_active=True).first()


def _check(item: Item, *, mode: Link.Mode, expires_at: datetime | None, now: datetime) -> None:
    if mode == Link.Mode.UPLOAD and not item.is_folder:
        raise LinkRefused("Files can be dropped into folders only. Choose a folder.")
    if expires_at is not None and expires_at <= now:
        raise LinkRefused("The link would have ended already. Choose a later moment.")
    if item.links.count() >= MAX_LINKS:
        raise LinkRefused(f"This has {MAX_LINKS} links. End one of them first.")
