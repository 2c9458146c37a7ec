"""Who asks: a user name and an API token, by basic authentication (RFC 7617)."""

import binascii
import hmac
from base64 import b64decode
from datetime import datetime

from django.http import HttpRequest

from cloudapps.guesses import guess
from cloudapps.models import User
from cloudapps.problems import Problem
from cloudapps.tokens import token_owner

WRONG_RATE = "30/min"


class Unauthorized(Problem):
    """Nobody is known by what was sent."""

    status = 401


def user_of(request: HttpRequest, *, now: datetime) -> User:
    """
    Give the user who sent their name and one of their tokens.

    Only what is wrong is counted: with tokens of 192 random bits the count keeps a program with an old token quiet, and
    it must not lock out whoever else comes from the same address.

    :raises Unauthorized: if nothing was sent, or what was sent is wrong.
    :raises TooMany: if the address has sent too much that was wrong.
    """
    sent = request.META.get("HTTP_AUTHORIZATION", "")
    if not sent:
        raise Unauthorized("Sign in with your user name and, as the password, an API token from your profile page.")
    username, token = _read(sent)
    owner = token_owner(token, now=now)
    name = owner.get_username() if owner is not None else ""
    if hmac.compare_digest(name.encode(), username.encode()) and owner is not None:
        return owner
    guess(request, "dav", rate=WRONG_RATE)
    raise Unauthorized("The user name or the API token is wrong. Make a token on your profile page.")


def _read(header: str) -> tuple[str, str]:
    """Take the header apart; what is no basic authentication is nobody's name and token."""
    scheme, _, encoded = header.partition(" ")
    try:
        plain = b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        plain = ""
    username, _, token = plain.partition(":")
    return username, token
