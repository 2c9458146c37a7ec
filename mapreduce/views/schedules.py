"""Pages of schedules: jobs that are run again and again."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from cloudapps.models import User
from cloudapps.requests import UserRequest
from mapreduce import selectors, services
from mapreduce.services.schedules import next_time

PRESETS = (
    ("0 * * * *", "Every hour"),
    ("0 6 * * *", "Every day at 6:00"),
    ("0 6 * * 1-5", "On weekdays at 6:00"),
    ("0 6 * * 1", "On Mondays at 6:00"),
    ("0 6 1 * *", "On the first of each month at 6:00"),
)
TIMES_SHOWN = 3
LONGEST = 100


@login_required
@require_safe
def schedule_list(request: UserRequest) -> HttpResponse:
    """Show the schedules, newest first."""
    schedules = list(services.schedule_list(owner=request.user))
    last = selectors.last_jobs(schedules)
    words = dict(PRESETS)
    rows = [{"schedule": s, "last": last.get(s.pk), "words": words.get(s.cron, "")} for s in schedules]
    return render(request, "mapreduce/schedule_list.html", {"rows": rows})


@login_required
@require_POST
def create_schedule(request: UserRequest, job_id: UUID) -> HttpResponse:
    """Repeat a job; what is wrong with the times is said on the job's page."""
    cron = chosen_cron(request.POST.dict())
    try:
        services.schedule_create(owner=request.user, job_id=job_id, cron=cron, now=timezone.now())
    except services.ScheduleRefused as problem:
        messages.error(request, str(problem))
        page = reverse("mapreduce:job-detail", args=(job_id,))
        return redirect(f"{page}?{urlencode({'preset': 'own', 'cron': cron})}#repeat")
    messages.success(request, "The job will be repeated.")
    return redirect("mapreduce:schedule-list")


@login_required
@require_POST
def pause_schedule(request: UserRequest, schedule_id: UUID) -> HttpResponse:
    """Pause a schedule (`paused=1`), or go on with it."""
    paused = request.POST.get("paused") == "1"
    services.schedule_pause(owner=request.user, schedule_id=schedule_id, paused=paused, now=timezone.now())
    return redirect("mapreduce:schedule-list")


@login_required
@require_POST
def delete_schedule(request: UserRequest, schedule_id: UUID) -> HttpResponse:
    """Delete a schedule."""
    services.schedule_delete(owner=request.user, schedule_id=schedule_id)
    messages.success(request, "The schedule was deleted. The jobs that it submitted stay.")
    return redirect("mapreduce:schedule-list")


def times_context(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """Say what is chosen in the form that repeats a job, and when it would run next."""
    query = request.GET.dict()
    cron, user = chosen_cron(query), request.user
    zone = user.zone() if isinstance(user, User) else ZoneInfo("UTC")
    context: dict[str, Any] = {
        "presets": PRESETS,
        "preset": query.get("preset", PRESETS[1][0]),
        "cron": query.get("cron", "")[:LONGEST],
        "zone": zone.key,
        "times": [],
    }
    try:
        for _ in range(TIMES_SHOWN):
            now = next_time(cron, zone, now)
            context["times"].append(now)
    except services.ScheduleRefused as problem:
        context["refusal"] = str(problem)
    return context


def chosen_cron(fields: dict[str, str]) -> str:
    """Give the preset that was chosen, or the expression that was written."""
    preset = fields.get("preset", PRESETS[1][0])
    cron = fields.get("cron", "") if preset == "own" else preset
    return " ".join(cron.split())[:LONGEST]
