"""The page of one's digest: when it comes, what it would say now, and one at once."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cloudapps.problems import Problem
from cloudapps.requests import UserRequest
from socialanalytics import selectors, services
from socialanalytics.subscription_forms import DigestForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: UserRequest) -> HttpResponse:
    """Show the settings (with `?preview=1` what a digest would say), save them, or send one now (`action=send`)."""
    if request.method != "POST":
        return _page(request, _form(request))
    if request.POST.get("action") == "send":
        return _send(request)
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    asked = form.cleaned_data
    services.digest_set(
        owner=request.user,
        frequency=asked["frequency"],
        hour=asked["hour"],
        tracker_ids=asked["trackers"],
        now=timezone.now(),
    )
    messages.success(request, "Your digest is saved.")
    return redirect("socialanalytics:digest")


def _send(request: UserRequest) -> HttpResponse:
    try:
        services.digest_ask(owner=request.user, now=timezone.now())
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"A digest is on its way to {request.user.email or 'you'}.")
    return redirect("socialanalytics:digest")


def _form(request: UserRequest, data: Any = None) -> DigestForm:
    found = selectors.digest_get(owner=request.user)
    chosen = [str(tracker.pk) for tracker in found.trackers.all()] if found.pk else []
    shown = {"frequency": found.frequency, "hour": found.hour, "trackers": chosen}
    return DigestForm(data, trackers=selectors.trackers_all(owner=request.user), initial=shown)


def _page(request: UserRequest, form: DigestForm, *, status: int = 200) -> HttpResponse:
    found, now = selectors.digest_get(owner=request.user), timezone.now()
    context: dict[str, Any] = {"form": form, "digest": found, "zone": request.user.zone().key}
    if "preview" in request.GET:
        period = services.digest_period(found, now=now)
        trackers = selectors.digest_trackers(found)[: selectors.MOST_SECTIONS]
        context |= {"period": period, "sections": [selectors.section_of(tracker, period) for tracker in trackers]}
    return render(request, "socialanalytics/digest.html", context, status=status)
