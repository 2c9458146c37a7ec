"""The page of a file, and the ways to its bytes."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cloudapps.problems import Invalid
from cloudapps.requests import UserRequest
from clouddrive import archive, content, selectors
from clouddrive.previews import preview_of
from clouddrive.selectors import Right
from clouddrive.views.pane import show, uuid_or_none
from clouddrive.views.rows import rows_of

IMAGE_CACHE = "private, max-age=240"  # seconds: less than a signed link lives
EVENTS_SHOWN = 20


class NothingChosen(Invalid):
    """A zip file of nothing was asked for."""


@login_required
@require_safe
def file(request: UserRequest, item_id: UUID) -> HttpResponse:
    """Show a file: what is in it, what is known of it, what it was before, and what happened to it."""
    seen = selectors.item_seen(user=request.user, item_id=item_id)
    if seen.item.is_folder:
        return redirect(seen.item)
    can_edit, is_own = seen.right >= Right.EDIT, seen.right == Right.OWN
    events = selectors.events_of_item(user=request.user, item_id=item_id, before=None) if can_edit else None
    context = {
        "seen": seen,
        "row": rows_of([seen])[0],
        "preview": preview_of(seen.item),
        "can_edit": can_edit,
        "is_own": is_own,
        "versions": list(seen.item.versions.all()),
        "events": events.items[:EVENTS_SHOWN] if events else [],
    }
    return show(request, "file_page.html", "files" if is_own else "shared", context)


@login_required
@require_safe
def download(request: UserRequest, item_id: UUID) -> HttpResponse:
    """Lead to a file's bytes, to be saved; a folder comes as a zip file."""
    item = selectors.item_seen(user=request.user, item_id=item_id).item
    if item.is_folder:
        return archive.response_of([item], now=timezone.now())  # type: ignore[return-value]  # it streams
    return HttpResponseRedirect(content.of_file(item))


@login_required
@require_safe
def play(request: UserRequest, item_id: UUID) -> HttpResponse:
    """Lead to the bytes of sound or film, to be played in parts."""
    item = selectors.item_seen(user=request.user, item_id=item_id).item
    return HttpResponseRedirect(content.of_file(item, inline=True))


@login_required
@require_safe
def download_version(request: UserRequest, item_id: UUID, version_id: UUID) -> HttpResponse:
    """Lead to what a file held before, to be saved."""
    item = selectors.item_seen(user=request.user, item_id=item_id).item
    version = selectors.version_get(item, version_id)
    return HttpResponseRedirect(content.of_version(item, version.upload, version.content_type))


@login_required
@require_safe
def image(request: UserRequest, item_id: UUID, kind: str) -> HttpResponse:
    """Lead to the preview or the thumbnail of a file."""
    item = selectors.item_seen(user=request.user, item_id=item_id).item
    response = HttpResponseRedirect(content.of_preview(item, kind))
    response["Cache-Control"] = IMAGE_CACHE
    return response


@login_required
@require_http_methods(["GET", "POST"])
def download_zip(request: UserRequest) -> HttpResponse:
    """Send items (`?id=…&id=…`, or `ids=…,…` in a form, where they are many) as one zip file."""
    texts = request.GET.getlist("id") + request.POST.get("ids", "").split(",")
    ids = list(dict.fromkeys(found for text in texts if (found := uuid_or_none(text))))
    if not ids:
        raise NothingChosen("Choose at least one file or folder to download.")
    seen = selectors.items_seen(user=request.user, item_ids=ids)
    if missing := [item_id for item_id in ids if item_id not in seen]:
        raise selectors.ItemNotFound(f"{len(missing)} of these files and folders are not there any more.")
    items = [seen[item_id].item for item_id in ids]
    return archive.response_of(items, now=timezone.now())  # type: ignore[return-value]  # it streams
