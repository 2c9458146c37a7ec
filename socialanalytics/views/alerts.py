"""The page of a tracker's alerts: what is watched, and what there was."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cloudapps.requests import UserRequest, uuid_or_none
from socialanalytics import selectors, services
from socialanalytics.core.surges import LEVELS
from socialanalytics.models import Alert, Tracker
from socialanalytics.subscription_forms import AlertForm

WORDS = {
    Alert.Kind.SPIKE: "Many more posts in 15 minutes than at the same time of the days before.",
    Alert.Kind.NEGATIVE: "A far larger part of an hour’s posts is negative than in the week before.",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: UserRequest, tracker_id: UUID) -> HttpResponse:
    """Show the alerts and the surges that there were, or change what is watched."""
    tracker = selectors.tracker_get(owner=request.user, tracker_id=tracker_id)
    watched = selectors.alerts_of(tracker)
    if request.method != "POST":
        return _page(request, tracker, [(alert, AlertForm.of(alert)) for alert in watched])
    forms = [(alert, AlertForm.of(alert, request.POST)) for alert in watched]
    if [form for _, form in forms if not form.is_valid()]:
        return _page(request, tracker, forms, status=422)
    for alert, form in forms:
        services.alert_set(
            owner=request.user, tracker_id=tracker_id, kind=alert.kind, **form.cleaned_data, now=timezone.now()
        )
    messages.success(request, "The alerts are saved.")
    return redirect("socialanalytics:alerts", tracker_id)


def _page(
    request: UserRequest, tracker: Tracker, forms: list[tuple[Alert, AlertForm]], *, status: int = 200
) -> HttpResponse:
    before = request.GET.get("before", "")
    page = selectors.alert_events(tracker, before=uuid_or_none(before))
    context = {
        "tracker": tracker,
        "watched": [(alert, form, WORDS[Alert.Kind(alert.kind)]) for alert, form in forms],
        "events": page.items,
        "next": f"?before={page.next_before}" if page.next_before else None,
        "cool_down_hours": services.COOL_DOWN_HOURS,
        "levels": [(title, LEVELS[name]) for name, title in Alert.Sensitivity.choices],
    }
    return render(request, "socialanalytics/alerts.html", context, status=status)
