"""Files of a tracker's numbers and posts, made while they are sent."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from cloudapps.archive import safe_name
from cloudapps.problems import Invalid
from cloudapps.requests import UserRequest
from socialanalytics import selectors
from socialanalytics.core.periods import Period, PeriodRefused, period_asked
from socialanalytics.core.tables import csv_of, json_lines_of, json_of
from socialanalytics.selectors import Narrowing, exports
from socialanalytics.subscription_forms import ExportForm

ROWS = {"series": exports.series_rows, "top": exports.top_rows}
COLUMNS = {"series": exports.SERIES_COLUMNS, "top": exports.TOP_COLUMNS, "posts": exports.POST_COLUMNS}


@login_required
@require_safe
def export(request: UserRequest, tracker_id: UUID) -> StreamingHttpResponse:
    """
    Send `what` (series, top or posts) as `format` (csv or json; posts as JSON lines), of the time and narrowed as
    the summary of the REST door is: by `from`, `to`, `last`, `term`, `mood`.
    """
    tracker, now = selectors.tracker_get(owner=request.user, tracker_id=tracker_id), timezone.now()
    form = ExportForm(request.GET)
    if not form.is_valid():
        raise Invalid(
            " ".join(f"{form.add_prefix(name)}: {' '.join(map(str, form.errors[name]))}" for name in form.errors)
        )
    asked, zone = form.cleaned_data, request.user.zone()
    what, period, narrowing = asked["what"], _period(asked, now=now), Narrowing(tuple(asked["term"]), asked["mood"])
    if what == "posts":
        rows = exports.post_rows(tracker, period, narrowing)
    else:
        rows = ROWS[what](tracker, period, narrowing, zone=zone, now=now)
    name = f"{tracker.name} {what} {period.start:%Y-%m-%d} to {period.end:%Y-%m-%d}"
    if asked["format"] == "csv":
        return _download(csv_of(COLUMNS[what], rows), f"{name}.csv", "text/csv; charset=utf-8")
    if what == "posts":
        return _download(json_lines_of(rows), f"{name}.jsonl", "application/x-ndjson")
    return _download(json_of(rows), f"{name}.json", "application/json")


def _period(asked: dict[str, Any], *, now: datetime) -> Period:
    try:
        return period_asked(start=asked["start"], end=asked["end"], last_seconds=asked["last"], now=now)
    except PeriodRefused as error:
        raise Invalid(str(error)) from None


def _download(body: Iterator[bytes], filename: str, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=safe_name(filename))
    response["Cache-Control"] = "private, no-store"
    return response
