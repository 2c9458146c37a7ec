"""The history: who did what to which item, written in the transaction that does it."""

from datetime import datetime, timedelta

from cloudapps.models import User
from cloudapps.prepared import insert
from clouddrive.models import Event, Item

KEPT_FOR = timedelta(days=365)


def record(
    item: Item, verb: Event.Verb, *, actor: User | None, now: datetime, detail: str = "", name: str = ""
) -> None:
    """Note what was done; `actor` is None for whoever came by a link, `name` what the item was called before."""
    event = Event(
        owner_id=item.owner_id,
        actor=actor,
        verb=verb,
        item_id=item.pk,
        item_name=name or item.name,
        detail=detail[:255],
        at=now,
    )
    insert([event])


def events_expire(*, now: datetime) -> int:
    """Forget what happened more than a year ago, and return how much that was."""
    old = Event.objects.filter(at__lt=now - KEPT_FOR).order_by("pk").values_list("pk", flat=True)[:10_000]
    return Event.objects.filter(pk__in=list(old)).delete()[0]
