"""The request as the doors know it."""

from uuid import UUID

from django.http import HttpRequest

from cloudapps.models import User


class UserRequest(HttpRequest):
    """A request of somebody who is signed in, by session or by token."""

    user: User


def uuid_or_none(text: str) -> UUID | None:
    """Read an id that an address names; None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
