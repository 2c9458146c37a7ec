"""Lists that lie across all folders: recent, starred, shared, the trash, and what happened."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from cloudapps.requests import UserRequest
from clouddrive import selectors
from clouddrive.selectors import ItemPage
from clouddrive.views.pane import next_url, show, uuid_or_none
from clouddrive.views.rows import icon_of, rows_of


@login_required
@require_safe
def recent(request: UserRequest) -> HttpResponse:
    """Show the user's files, the latest changed first."""
    page = selectors.recent_page(owner=request.user, cursor=request.GET.get("cursor", ""))
    return _across(request, "recent", page)


@login_required
@require_safe
def starred(request: UserRequest) -> HttpResponse:
    """Show what the user has starred, the latest first."""
    page = selectors.starred_page(owner=request.user, cursor=request.GET.get("cursor", ""))
    return _across(request, "starred", page)


@login_required
@require_safe
def shared(request: UserRequest) -> HttpResponse:
    """Show what others have shared with the user."""
    rows = rows_of(selectors.shared_with(user=request.user))
    return show(request, "shared_page.html", "shared", {"rows": rows, "is_first_page": True})


@login_required
@require_safe
def trash(request: UserRequest) -> HttpResponse:
    """Show what the user has deleted, and when it goes for good."""
    page = selectors.trash_page(owner=request.user, cursor=request.GET.get("cursor", ""))
    days = settings.DRIVE_TRASH_DAYS
    rows = [(item, item.trashed_at + timedelta(days=days)) for item in page.items if item.trashed_at]
    context = {
        "rows": [{"item": item, "goes_at": goes_at, "icon": icon_of(item)} for item, goes_at in rows],
        "next": next_url(request, page.next_cursor),
        "days": days,
        "is_first_page": "cursor" not in request.GET,
    }
    return show(request, "trash_page.html", "trash", context)


@login_required
@require_safe
def activity(request: UserRequest) -> HttpResponse:
    """Show what happened in the user's drive, newest first."""
    before = uuid_or_none(request.GET.get("before", ""))
    page = selectors.events_of_owner(owner=request.user, before=before)
    context = {
        "events": page.items,
        "next": f"?before={page.next_before}" if page.next_before else "",
        "is_first_page": before is None,
    }
    return show(request, "activity_page.html", "activity", context)


def _across(request: UserRequest, section: str, page: ItemPage) -> HttpResponse:
    seen = selectors.items_seen(user=request.user, item_ids=[item.pk for item in page.items])
    there = [seen[item.pk] for item in page.items if item.pk in seen]
    context = {
        "rows": rows_of(there, shows_path=True),
        "next": next_url(request, page.next_cursor),
        "is_first_page": "cursor" not in request.GET,
    }
    return show(request, f"{section}_page.html", section, context)
