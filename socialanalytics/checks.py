"""System checks: a wrong setting of the sources is named, with what to do, before anybody waits for posts."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from socialanalytics.sources import SOURCES

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@register()
def check_sources(**_: Any) -> list[CheckMessage]:
    """SOCIAL_SOURCES must be names of sources."""
    hint = f"Use some of {', '.join(SOURCES)}, separated by commas."
    return [
        Error(f"SOCIAL_SOURCES: there is no source {name!r}.", hint=hint, id="socialanalytics.E001")
        for name in settings.SOCIAL_SOURCES
        if name not in SOURCES
    ]


@register()
def check_token(**_: Any) -> list[CheckMessage]:
    """X needs a token."""
    if settings.X_BEARER_TOKEN or "x" not in settings.SOCIAL_SOURCES:
        return []
    hint = "Set X_BEARER_TOKEN to the bearer token of an app of yours, or take x out of SOCIAL_SOURCES."
    return [Error("X_BEARER_TOKEN is empty.", hint=hint, id="socialanalytics.E002")]


@register()
def check_addresses(**_: Any) -> list[CheckMessage]:
    """The addresses of the networks must be ones, and encrypted."""
    return [
        Error(f"{name} must begin with {scheme}s://.", hint="Nobody on the way should read along.", id=number)
        for name, scheme, number in (
            ("X_API_URL", "http", "socialanalytics.E003"),
            ("BLUESKY_JETSTREAM_URL", "ws", "socialanalytics.E004"),
        )
        if not _is_safe(getattr(settings, name), scheme)
    ]


def _is_safe(address: str, scheme: str) -> bool:
    url = urlsplit(address)
    plain_at_home = url.scheme == scheme and url.hostname in LOOPBACK
    return bool(url.netloc) and (url.scheme == f"{scheme}s" or plain_at_home)
