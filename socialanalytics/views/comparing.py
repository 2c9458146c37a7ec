"""The page that holds trackers beside each other."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cloudapps.problems import NotFound
from cloudapps.requests import UserRequest
from socialanalytics import selectors
from socialanalytics.models import Tracker
from socialanalytics.views.ranges import RANGES

MOST = 5


@login_required
@require_safe
def compare(request: UserRequest) -> HttpResponse:
    """Show up to five trackers (`?tracker=…&tracker=…`) in one chart; those that are not there are left out."""
    offered = selectors.tracker_list(owner=request.user, before=None).items
    asked = list(dict.fromkeys(request.GET.getlist("tracker")))
    chosen = [_tracker_or_none(request, text) for text in asked[: 2 * MOST]]
    trackers = [tracker for tracker in chosen if tracker is not None][:MOST]
    offered += [tracker for tracker in trackers if tracker not in offered]
    context = {
        "offered": offered,
        "trackers": trackers,
        "ranges": RANGES,
        "most": MOST,
        "zone": request.user.zone().key,
    }
    return render(request, "socialanalytics/compare.html", context)


def _tracker_or_none(request: UserRequest, text: str) -> Tracker | None:
    try:
        return selectors.tracker_get(owner=request.user, tracker_id=UUID(text))
    except (ValueError, NotFound):
        return None
