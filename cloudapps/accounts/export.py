"""Everything that a person has here, as files that other programs read."""

import json
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder

from cloudapps.apps import ExportedFile, cloud_apps
from cloudapps.archive import blocks_of
from cloudapps.models import User
from cloudapps.quota import quota_of


def everything_of(owner: User) -> Iterator[ExportedFile]:
    """Give `account.json`, the avatar, and what each app has, in a folder of its own."""
    body = json.dumps(account_of(owner), cls=DjangoJSONEncoder, indent=2, ensure_ascii=False).encode()
    yield ExportedFile("account.json", iter([body]), size_bytes=len(body))
    if (avatar := owner.avatar) is not None:
        yield ExportedFile(f"avatar.{avatar.content_type.rpartition('/')[2]}", blocks_of(avatar.key))
    for app in cloud_apps():
        for file in app.export(owner):
            yield ExportedFile(f"{app.slug}/{file.path}", file.blocks, file.size_bytes)


def account_of(owner: User) -> dict[str, Any]:
    """Describe the account; what would let somebody in (hashes, secrets, session keys) stays here."""
    quota = quota_of(owner)
    return {
        "username": owner.get_username(),
        "name": owner.name,
        "time_zone": owner.time_zone,
        "language": owner.language,
        "date_joined": owner.date_joined,
        "last_login": owner.last_login,
        "storage": {"used_bytes": quota.used_bytes, "limit_bytes": quota.limit_bytes},
        "email_addresses": list(EmailAddress.objects.filter(user=owner).values("email", "verified", "primary")),
        "api_tokens": list(owner.api_tokens.values("name", "prefix", "created_at", "last_used_at")),
        "second_factors": list(Authenticator.objects.filter(user=owner).values("type", "created_at", "last_used_at")),
        "sessions": list(
            UserSession.objects.filter(user=owner).values("ip", "user_agent", "created_at", "last_seen_at")
        ),
    }
