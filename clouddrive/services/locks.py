"""Locks of WebDAV clients, as rows, so that all web processes know them."""

from datetime import datetime, timedelta

from cloudapps.models import User
from cloudapps.problems import TooMany
from clouddrive.models import Lock

MOST_OF_OWNER = 1000
LONGEST = timedelta(days=1)
USUAL = timedelta(hours=1)


def lock_create(
    *, owner: User, token: str, root: str, path: str, scope: str, depth: str, client: str, seconds: float, now: datetime
) -> Lock:
    """
    Write a lock that was found to stand in nobody's way; inside a transaction that holds the owner's tree.

    :raises TooMany: if the owner has as many as they may.
    """
    if Lock.objects.filter(owner=owner, expires_at__gt=now).count() >= MOST_OF_OWNER:
        raise TooMany(f"You have {MOST_OF_OWNER} locks. Release some, or wait until they end.")
    term = _term(seconds)
    return Lock.objects.create(
        owner=owner,
        token=token,
        root=root,
        path=path,
        scope=scope,
        depth=depth,
        client=client,
        timeout_seconds=int(term.total_seconds()),
        expires_at=now + term,
    )


def lock_refresh(lock: Lock, *, seconds: float, now: datetime) -> None:
    """Let the lock hold for another term."""
    term = _term(seconds)
    lock.timeout_seconds, lock.expires_at = int(term.total_seconds()), now + term
    lock.save(update_fields=["timeout_seconds", "expires_at"])


def lock_release(*, owner: User, token: str) -> bool:
    """End a lock of the owner's, and say whether there was one."""
    return bool(Lock.objects.filter(owner=owner, token=token).delete()[0])


def locks_sweep(*, now: datetime) -> int:
    """Delete the locks whose time is over, and return how many that were."""
    return Lock.objects.filter(expires_at__lte=now).delete()[0]


def _term(seconds: float) -> timedelta:
    """Give the time that is granted; below zero means for ever, which is a day."""
    return LONGEST if seconds < 0 else min(timedelta(seconds=seconds), LONGEST)
