"""The page of staff, `/status/`."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cloudapps.requests import UserRequest
from cloudapps.status.overview import overview


@require_safe
@login_required
def status(request: UserRequest) -> HttpResponse:
    """Show every component with its instances, and the queues; the part that changes alone, if it is asked for."""
    if not request.user.is_staff:
        raise PermissionDenied
    template = "status/live.html" if request.GET.get("part") == "live" else "status/status.html"
    return render(request, template, {"status": overview(now=timezone.now())})
