"""The browser's door of Cloud Drive; what the pages do meanwhile goes through the REST door."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from cloudapps.requests import UserRequest
from clouddrive import content, selectors


@login_required
@require_safe
def root(request: UserRequest) -> HttpResponse:
    """Lead to the user's root folder."""
    return redirect(selectors.root_of(request.user, now=timezone.now()))


@login_required
@require_safe
def folder(request: UserRequest, item_id: UUID) -> HttpResponse:
    """Show what lies in a folder."""
    return HttpResponse("to come")


@login_required
@require_safe
def file(request: UserRequest, item_id: UUID) -> HttpResponse:
    """Show a file."""
    return HttpResponse("to come")


@login_required
@require_safe
def image(request: UserRequest, item_id: UUID, kind: str) -> HttpResponse:
    """Lead to the preview or the thumbnail of a file."""
    seen = selectors.item_seen(user=request.user, item_id=item_id)
    return HttpResponseRedirect(content.of_preview(seen.item, kind))


@require_safe
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what a link leads to."""
    return HttpResponse("to come")
