"""What every page of the drive shows beside its own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from cloudapps.quota import quota_of
from cloudapps.requests import UserRequest
from clouddrive.core.kinds import Category
from clouddrive.models import root_id


def show(
    request: UserRequest, template: str, section: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page of the drive; `section` names where it stands in the navigation."""
    quota = quota_of(request.user)
    besides = {
        "section": section,
        "root_id": root_id(request.user.pk),
        "quota": quota,
        "used_percent": min(100, 100 * quota.used_bytes // max(1, quota.limit_bytes)),
        "categories": list(Category),
    }
    return render(request, f"clouddrive/{template}", {**besides, **context}, status=status)


def next_url(request: UserRequest, cursor: str) -> str:
    """Name the next page of this list; empty at the end."""
    if not cursor:
        return ""
    asked = request.GET.copy()
    asked["cursor"] = cursor
    return f"?{asked.urlencode()}"


def uuid_or_none(text: str) -> UUID | None:
    """Read an id that somebody may have mistyped."""
    try:
        return UUID(text)
    except ValueError:
        return None
