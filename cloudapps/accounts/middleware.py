"""What a signed-in person's requests have in common: how times are shown, and that they were here."""

from collections.abc import Callable

import structlog
from allauth.usersessions.models import UserSession
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

log = structlog.get_logger(__name__)

SEEN_RESOLUTION_SECONDS = 60  # how exactly a session's last_seen_at is kept, by each process

GetResponse = Callable[[HttpRequest], HttpResponse]


class PreferencesMiddleware:
    """Shows times and numbers as the person chose on the profile page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(request.user.zone()), translation.override(request.user.language):
            return self.get_response(request)


class LastSeenMiddleware:
    """
    Notes from where and when a session was last used, for the list of sessions.

    allauth's own middleware writes with every request; this once a minute.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if (
            key
            and request.user.is_authenticated
            and caches["process"].add(f"seen:{key}", True, SEEN_RESOLUTION_SECONDS)
        ):
            self._note(request)
        return self.get_response(request)

    def _note(self, request: HttpRequest) -> None:
        try:
            UserSession.objects.create_from_request(request)
        except PermissionDenied:  # the client's address is unknown, as behind a socket: then it is not listed
            log.warning("session_without_address")
