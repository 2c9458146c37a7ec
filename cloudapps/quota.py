"""Quota: bytes are taken by one conditional UPDATE, so that two uploads at once can never exceed it."""

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce
from django.template.defaultfilters import filesizeformat

from cloudapps.models import Quota, User
from cloudapps.prepared import Change, Select, slot
from cloudapps.problems import Problem

_OF_OWNER = Select(lambda: Quota.objects.filter(owner=slot("owner", Quota._meta.get_field("owner"))))
_SIZE = slot("size_bytes", Quota._meta.get_field("used_bytes"))
_ROOM = Coalesce("own_limit_bytes", slot("usual_bytes", Quota._meta.get_field("used_bytes"))) - F("used_bytes")
_TAKE = Change(
    lambda: (
        Quota.objects.filter(owner=slot("owner", Quota._meta.get_field("owner")))
        .alias(room=_ROOM)
        .filter(room__gte=_SIZE)
    ),
    used_bytes=F("used_bytes") + _SIZE,
)


class QuotaExceeded(Problem):
    """The owner's space is used up."""

    status = 413  # a retry does not help, as it may after a 5xx


def quota_of(owner: User) -> Quota:
    """Say what the owner has and may have."""
    return _OF_OWNER.first(owner=owner.pk) or Quota.objects.get_or_create(owner=owner)[0]


def quota_take(owner: User, size_bytes: int) -> None:
    """
    Take so many bytes of the owner's space; inside the transaction that makes the row which holds them.

    :raises QuotaExceeded: if there are not so many left.
    """
    wanted = {"owner": owner.pk, "size_bytes": size_bytes, "usual_bytes": settings.QUOTA_BYTES}
    if _TAKE.run(**wanted):
        return
    quota_of(owner)  # makes the row, if this is the first time
    if not _TAKE.run(**wanted):
        free = filesizeformat(quota_of(owner).free_bytes)
        raise QuotaExceeded(
            f"This needs {filesizeformat(size_bytes)}, and {free} of your space are left. Delete something for good, "
            "or empty the trash, and try again."
        )


def quota_give_back(owner_id: int, size_bytes: int) -> None:
    """Give bytes back; inside the transaction that deletes the row which held them."""
    Quota.objects.filter(owner=owner_id).update(used_bytes=F("used_bytes") - size_bytes)
