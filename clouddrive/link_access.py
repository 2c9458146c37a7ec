"""How both doors let the holder of a link in: guesses are counted, the password is asked once a session."""

import hashlib
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from cloudapps.guesses import guess
from clouddrive import selectors, services
from clouddrive.models import Link
from clouddrive.selectors import Linked, LinkNotFound

SECRETS_RATE = "30/min"  # wrong ones, from one address
PASSWORDS_RATE = "10/min"
PASSWORDS_RATE_FROM_ANYWHERE = "100/hour"


class PasswordNeeded(services.PasswordWrong):
    """The link asks for a password, and none was given."""

    status = 401


def opened(request: HttpRequest, secret: str, *, item_id: UUID | None = None) -> Linked:
    """
    Give what a link leads to, or an item below it, to somebody who knows its password.

    :raises LinkNotFound: if it leads nowhere.
    :raises PasswordNeeded: if it asks for a password and none was given.
    :raises PasswordWrong: if another one was given.
    :raises TooMany: if there were too many guesses.
    """
    found = found_by(request, secret, item_id=item_id)
    if found.link.password and not is_unlocked(request, found.link):
        password = request.headers.get("X-Link-Password", "")
        if not password:
            raise PasswordNeeded("This link asks for a password.")
        unlock(request, found.link, password)
    return found


def downloadable(request: HttpRequest, secret: str, *, item_id: UUID | None = None) -> Linked:
    """Give an item to be downloaded by a link. Raises what `opened` does; an upload link shows nothing."""
    found = opened(request, secret, item_id=item_id)
    if found.link.mode != Link.Mode.VIEW:
        raise LinkNotFound("Nothing can be downloaded by this link.")
    return found


def droppable(request: HttpRequest, secret: str) -> Linked:
    """Give the folder into which files may be dropped by a link. Raises what `opened` does."""
    found = opened(request, secret)
    if found.link.mode != Link.Mode.UPLOAD:
        raise LinkNotFound("Nothing can be uploaded by this link.")
    return found


def found_by(request: HttpRequest, secret: str, *, item_id: UUID | None = None) -> Linked:
    """Give what a link leads to, whether it was unlocked or not. :raises LinkNotFound: TooMany:"""
    try:
        return selectors.linked(secret=secret, item_id=item_id, now=timezone.now())
    except LinkNotFound:
        guess(request, "link", rate=SECRETS_RATE)
        raise


def unlock(request: HttpRequest, link: Link, password: str) -> None:
    """Check a password, and remember in the session that it was right. :raises PasswordWrong: TooMany:"""
    guess(request, f"link-{link.pk}", rate=PASSWORDS_RATE)
    guess(request, f"link-{link.pk}", rate=PASSWORDS_RATE_FROM_ANYWHERE, from_anywhere=True)
    services.link_unlock(link, password)
    if "X-Link-Password" not in request.headers:
        request.session[_session_key(link)] = _fingerprint(link)


def is_unlocked(request: HttpRequest, link: Link) -> bool:
    """Whether this session gave the password that the link has now."""
    return constant_time_compare(request.session.get(_session_key(link), ""), _fingerprint(link))


def _session_key(link: Link) -> str:
    return f"drive-link-{link.pk}"


def _fingerprint(link: Link) -> str:
    return hashlib.sha256(link.password.encode()).hexdigest()
