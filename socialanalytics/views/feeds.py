"""The page of sources: how each feed is doing."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cloudapps.requests import UserRequest
from socialanalytics.forms import SOURCES


@login_required
@require_safe
def feed_list(request: UserRequest) -> HttpResponse:
    """Show where posts come from; static/js/social/feeds.js keeps the numbers up to date."""
    return render(request, "socialanalytics/feed_list.html", {"sources": SOURCES})
