"""The history, read."""

from uuid import UUID

from cloudapps.models import User
from cloudapps.paging import Page, page_by_id
from clouddrive.models import Event
from clouddrive.selectors.access import Right, item_seen


def events_of_item(*, user: User, item_id: UUID, before: UUID | None) -> Page[Event]:
    """Give what happened to an item that the user may edit, newest first. :raises ItemNotFound: NotAllowed:"""
    seen = item_seen(user=user, item_id=item_id, right=Right.EDIT)
    events = Event.objects.filter(owner=seen.item.owner_id, item_id=item_id).select_related("actor")
    return page_by_id(events, before=before)


def events_of_owner(*, owner: User, before: UUID | None) -> Page[Event]:
    """Give what happened in an owner's drive, newest first."""
    return page_by_id(Event.objects.filter(owner=owner).select_related("actor"), before=before)
