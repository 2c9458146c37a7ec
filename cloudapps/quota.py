"""Quota: bytes are taken by one conditional UPDATE, so that two uploads at once can never exceed it."""

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce
from django.template.defaultfilters import filesizeformat

from cloudapps.models import Quota, User
from cloudapps.problems import Problem


class QuotaExceeded(Problem):
    """The owner's space is used up."""

    status = 413  # a retry does not help, as it may after a 5xx


def quota_of(owner: User) -> Quota:
    """Say what the owner has and may have."""
    quota, _ = Quota.objects.get_or_create(owner=owner)
    return quota


def quota_take(owner: User, size_bytes: int) -> None:
    """
    Take so many bytes of the owner's space; inside the transaction that makes the row which holds them.

    :raises QuotaExceeded: if there are not so many left.
    """
    quota_of(owner)
    room = Coalesce("own_limit_bytes", settings.QUOTA_BYTES) - F("used_bytes")
    fitting = Quota.objects.filter(owner=owner).alias(room=room).filter(room__gte=size_bytes)
    if not fitting.update(used_bytes=F("used_bytes") + size_bytes):
        free = filesizeformat(quota_of(owner).free_bytes)
        raise QuotaExceeded(
            f"This needs {filesizeformat(size_bytes)}, and {free} of your space are left. Delete something for good, "
            "or empty the trash, and try again."
        )


def quota_give_back(owner_id: int, size_bytes: int) -> None:
    """Give bytes back; inside the transaction that deletes the row which held them."""
    Quota.objects.filter(owner=owner_id).update(used_bytes=F("used_bytes") - size_bytes)
