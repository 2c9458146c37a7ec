"""API tokens: made once in plain text, kept as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from cloudapps.models import ApiToken, User
from cloudapps.prepared import Select, slot

PREFIX = "cla_"
BY_DIGEST = Select(
    lambda: ApiToken.objects.select_related("owner").filter(
        digest=slot("digest", ApiToken._meta.get_field("digest")), owner__is_active=True
    )
)
USE_RESOLUTION = timedelta(minutes=1)  # how exactly last_used_at is kept


def token_create(*, owner: User, name: str, now: datetime) -> tuple[ApiToken, str]:
    """Make a token (192 bits) and return its row with the plain text, which is never to be had again."""
    plain = PREFIX + secrets.token_urlsafe(24)
    row = ApiToken.objects.create(owner=owner, name=name, prefix=plain[:9], digest=_digest(plain), created_at=now)
    return row, plain


def token_owner(plain: str, *, now: datetime) -> User | None:
    """Say whose token this is, or None if it is nobody's (any more)."""
    row = BY_DIGEST.first(digest=_digest(plain))
    if row is None:
        return None
    if row.last_used_at is None or row.last_used_at < now - USE_RESOLUTION:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row.owner


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()
