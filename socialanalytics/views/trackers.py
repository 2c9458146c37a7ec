"""Pages of trackers: the list, the form, the dashboard."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cloudapps.requests import UserRequest, uuid_or_none
from socialanalytics import selectors, services
from socialanalytics.core.analysers import ANALYSERS
from socialanalytics.core.post import Kind
from socialanalytics.forms import SOURCES, TrackerForm
from socialanalytics.models import Tracker
from socialanalytics.views.ranges import RANGES

TOPS = tuple(  # kind, title, name in the summary
    (kind.value, kind.plural.capitalize(), kind.plural)
    for kind in (
        *(Kind.HASHTAG, Kind.WORD, Kind.MENTION, Kind.LINK),
        *(Kind.AUTHOR, Kind.EMOJI, Kind.LANGUAGE, Kind.SOURCE),
    )
)
EXPORTS = (  # what, title, the other format than CSV
    ("series", "Numbers over time", "JSON"),
    ("top", "What is talked about", "JSON"),
    ("posts", "The posts", "JSON lines"),
)
BEGINNING = {"sources": ["replay"], "analyser": "textblob"}


@login_required
@require_safe
def tracker_list(request: UserRequest) -> HttpResponse:
    """Show the trackers, newest first, and how each has done in the last 24 hours."""
    before = uuid_or_none(request.GET.get("before", ""))
    page = selectors.tracker_list(owner=request.user, before=before)
    now = timezone.now()
    overview = selectors.overview(page.items, now=now)
    context = {
        "rows": [_state(tracker, now=now) | {"seen": overview.get(tracker.pk)} for tracker in page.items],
        "next_before": page.next_before,
        "is_first_page": before is None,
        "has_replay": any("replay" in tracker.sources for tracker in page.items),
    }
    return render(request, "socialanalytics/tracker_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_tracker(request: UserRequest) -> HttpResponse:
    """Make a tracker."""
    if request.method != "POST":
        return _form_page(request, TrackerForm(initial=BEGINNING), None)
    form = TrackerForm(request.POST)
    if form.is_valid():
        try:
            made = services.tracker_create(owner=request.user, **form.cleaned_data, now=timezone.now())
        except services.TrackerRefused as problem:
            form.add_error("keywords", str(problem))
        except services.TooManyTrackers as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "The tracker is made. Posts count from now on.")
            return redirect(made)
    return _form_page(request, form, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_tracker(request: UserRequest, tracker_id: UUID) -> HttpResponse:
    """Change a tracker."""
    tracker = selectors.tracker_get(owner=request.user, tracker_id=tracker_id)
    if request.method != "POST":
        return _form_page(request, TrackerForm.showing(tracker), tracker)
    form = TrackerForm(request.POST, kept_languages=tuple(tracker.languages))
    if form.is_valid():
        changes: dict[str, Any] = form.cleaned_data
        try:
            services.tracker_change(owner=request.user, tracker_id=tracker_id, changes=changes, now=timezone.now())
        except services.TrackerRefused as problem:
            form.add_error("keywords", str(problem))
        else:
            messages.success(request, "The tracker was changed.")
            return redirect(tracker)
    return _form_page(request, form, tracker)


@login_required
@require_safe
def tracker_detail(request: UserRequest, tracker_id: UUID) -> HttpResponse:
    """
    Show the dashboard; static/js/social/dashboard.js fills it, and keeps it up to date.

    `?part=about` gives only what the tracker is doing.
    """
    now = timezone.now()
    tracker = selectors.tracker_get(owner=request.user, tracker_id=tracker_id)
    about = _state(tracker, now=now) | {"usage": selectors.usage_of(tracker, now=now)}
    if request.GET.get("part") == "about":
        return render(request, "socialanalytics/tracker_about.html", about)
    context = about | {
        "seen": selectors.overview([tracker], now=now).get(tracker.pk),
        "ranges": RANGES,
        "tops": TOPS,
        "exports": EXPORTS,
        "zone": request.user.zone().key,
        "analyser": ANALYSERS.get(tracker.analyser),
    }
    return render(request, "socialanalytics/tracker_detail.html", context)


@login_required
@require_POST
def pause_tracker(request: UserRequest, tracker_id: UUID) -> HttpResponse:
    """Pause a tracker (`paused=1`), or go on with it."""
    changes = {"paused": request.POST.get("paused") == "1"}
    return redirect(
        services.tracker_change(owner=request.user, tracker_id=tracker_id, changes=changes, now=timezone.now())
    )


@login_required
@require_POST
def delete_tracker(request: UserRequest, tracker_id: UUID) -> HttpResponse:
    """Delete a tracker with all its numbers, and go back to the list."""
    services.tracker_delete(owner=request.user, tracker_id=tracker_id, now=timezone.now())
    messages.success(request, "The tracker and its numbers were deleted.")
    return redirect("socialanalytics:tracker-list")


def _state(tracker: Tracker, *, now: datetime) -> dict[str, Any]:
    filling = selectors.filling_track(tracker)
    titles = {source.name: source.title for source in SOURCES}
    return {
        "tracker": tracker,
        "state": selectors.state_of(tracker, now=now),
        "rescoring": filling.rescoring.progress if filling else None,
        "sources": [titles[name] for name in tracker.sources if name in titles],
    }


def _form_page(request: UserRequest, form: TrackerForm, tracker: Tracker | None) -> HttpResponse:
    context = {
        "form": form,
        "tracker": tracker,
        "sources": SOURCES,
        "analysers": ANALYSERS.values(),
        "chosen_sources": form["sources"].value() or [],
        "chosen_languages": form["languages"].value() or [],
        "chosen_analyser": form["analyser"].value(),
    }
    return render(request, "socialanalytics/tracker_form.html", context, status=422 if form.errors else 200)
