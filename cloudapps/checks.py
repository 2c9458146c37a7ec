"""System checks: a wrong setting is named, with what to do, before it can do harm."""

import ipaddress
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from cloudapps.jobs import kinds

S3_SMALLEST_PART_BYTES = 5 * 2**20


@register()
def check_storage_url(**_: Any) -> list[CheckMessage]:
    """STORAGE_URL must be a folder or a bucket."""
    url = urlsplit(settings.STORAGE_URL)
    if (url.scheme == "file" and url.path.startswith("/")) or (url.scheme == "s3" and url.netloc):
        return []
    hint = "Use file:///absolute/folder or s3://bucket/prefix."
    return [Error(f"STORAGE_URL {settings.STORAGE_URL!r} names no storage.", hint=hint, id="cloudapps.E001")]


@register()
def check_queue(**_: Any) -> list[CheckMessage]:
    """QUEUE must name an adapter."""
    if settings.QUEUE in {"sqs", "memory"}:
        return []
    return [
        Error(
            f"QUEUE {settings.QUEUE!r} is unknown.",
            hint="Use sqs (or memory, for tests).",
            id="cloudapps.E002",
        )
    ]


@register()
def check_part_size(**_: Any) -> list[CheckMessage]:
    """S3 refuses small parts."""
    if settings.UPLOAD_PART_BYTES >= S3_SMALLEST_PART_BYTES or not settings.STORAGE_URL.startswith("s3:"):
        return []
    hint = f"S3 takes parts of {S3_SMALLEST_PART_BYTES} bytes or more."
    return [Error("UPLOAD_PART_BYTES is too small for S3.", hint=hint, id="cloudapps.E003")]


@register()
def check_metrics_networks(**_: Any) -> list[CheckMessage]:
    """METRICS_ALLOWED must be networks."""
    found: list[CheckMessage] = []
    for network in settings.METRICS_ALLOWED:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            hint = "Write networks like 10.0.0.0/8, separated by commas."
            found.append(Error(f"METRICS_ALLOWED: {error}", hint=hint, id="cloudapps.E004"))
    return found


@register(deploy=True)
def check_not_local(**_: Any) -> list[CheckMessage]:
    """The local default is no place for other people."""
    if not settings.LOCAL:
        return []
    hint = "Unset LOCAL to get TLS-only cookies, HSTS and real mail."
    return [Warning("LOCAL is on.", hint=hint, id="cloudapps.W001")]


@register()
def check_leases(**_: Any) -> list[CheckMessage]:
    """A message must not come back while its job may still run."""
    longest = timedelta(seconds=settings.VISIBILITY_TIMEOUT_SECONDS)
    hint = "Raise VISIBILITY_TIMEOUT_SECONDS, or lower the time limit of these jobs."
    return [
        Error(f"{model._meta.label} may run longer than its message is away.", hint=hint, id="cloudapps.E005")
        for model in kinds()
        if model.lease >= longest
    ]
