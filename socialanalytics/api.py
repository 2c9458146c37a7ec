"""The REST door of Social Media Analytics, under `/api/v1/social/`."""

import hashlib
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from pydantic import AwareDatetime

from cloudapps.problems import Invalid
from cloudapps.requests import UserRequest
from socialanalytics import selectors, services
from socialanalytics.core.analysers import ANALYSERS
from socialanalytics.core.periods import Period, PeriodRefused, period_asked
from socialanalytics.core.post import LONGEST_VALUE, Kind, Mood
from socialanalytics.schemas import (
    FeedsOut,
    MoodName,
    PreviewPostOut,
    RulePreviewIn,
    RulePreviewOut,
    SamplePostPage,
    SummaryOut,
    SurgePage,
    TrackerChangeIn,
    TrackerIn,
    TrackerOut,
    TrackerPage,
    feed_out,
    post_out,
    summary_out,
    surge_out,
    tracker_out,
)
from socialanalytics.selectors.previews import SHOWN

router = Router(tags=["social"])

Term = Annotated[str, Field(pattern=rf"^({'|'.join(Kind)}):", max_length=LONGEST_VALUE + 10)]


class Range(Schema):
    """
    Which posts: those made `from` … `to`, or in the `last` seconds (a day, if nothing is said).

    `term` (`hashtag:coffee`, `word:…`, `author:…`; may come several times) and `mood` narrow them.
    """

    start: Annotated[AwareDatetime | None, Field(alias="from")] = None
    end: Annotated[AwareDatetime | None, Field(alias="to")] = None
    last: Annotated[int, Field(ge=60, le=315_360_000)] | None = None
    term: Annotated[list[Term], Field(max_length=10)] = []
    mood: MoodName | None = None

    def period(self, *, now: datetime) -> Period:
        """Give what the core understands. :raises Invalid:"""
        try:
            return period_asked(start=self.start, end=self.end, last_seconds=self.last, now=now)
        except PeriodRefused as error:
            raise Invalid(str(error)) from None

    def narrowing(self) -> selectors.Narrowing:
        """Give what the selectors understand."""
        terms = (term.split(":", 1) for term in dict.fromkeys(self.term))
        return selectors.Narrowing(
            tuple((Kind(kind), value) for kind, value in terms), Mood(self.mood) if self.mood else None
        )


@router.get("/trackers", response=TrackerPage, summary="One's trackers")
def list_trackers(request: UserRequest, before: UUID | None = None) -> Any:
    """Newest first."""
    page, now = selectors.tracker_list(owner=request.user, before=before), timezone.now()
    return TrackerPage(
        items=[tracker_out(request, tracker, now=now) for tracker in page.items],
        next=_next_page(request, str(page.next_before)) if page.next_before else None,
    )


@router.post("/trackers", response={201: TrackerOut}, summary="Follow keywords")
def create_tracker(request: UserRequest, body: TrackerIn, response: HttpResponse) -> Any:
    """
    Posts count from now on. A keyword is a rule: `coffee "flat white" OR espresso -decaf from:alice lang:en`.

    A space is AND and binds stronger than OR; quotes make a phrase, a minus is NOT, brackets group.
    """
    now = timezone.now()
    tracker = services.tracker_create(owner=request.user, **body.dict(), now=now)
    response["Location"] = request.build_absolute_uri(f"/api/v1/social/trackers/{tracker.pk}")
    return Status(201, tracker_out(request, tracker, now=now))


@router.get("/trackers/{uuid:tracker_id}", response=TrackerOut, summary="A tracker")
def get_tracker(request: UserRequest, tracker_id: UUID) -> Any:
    """How it stands, and what it has taken in this month."""
    tracker = selectors.tracker_get(owner=request.user, tracker_id=tracker_id)
    return tracker_out(request, tracker, now=timezone.now())


@router.patch("/trackers/{uuid:tracker_id}", response=TrackerOut, summary="Change a tracker")
def change_tracker(request: UserRequest, tracker_id: UUID, body: TrackerChangeIn) -> Any:
    """What is left out stays. Another analyser scores what is kept of the past again."""
    now = timezone.now()
    tracker = services.tracker_change(owner=request.user, tracker_id=tracker_id, changes=body.changes(), now=now)
    return tracker_out(request, tracker, now=now)


@router.delete("/trackers/{uuid:tracker_id}", response={204: None}, summary="Delete a tracker")
def delete_tracker(request: UserRequest, tracker_id: UUID) -> Any:
    """All that was counted for it goes too."""
    services.tracker_delete(owner=request.user, tracker_id=tracker_id, now=timezone.now())
    return Status(204, None)


@router.get("/trackers/{uuid:tracker_id}/summary", response=SummaryOut, summary="What was said, and how people felt")
def get_summary(request: UserRequest, tracker_id: UUID, asked: Query[Range], response: HttpResponse) -> Any:
    """
    Totals, their course, what is named most, and the period before, with an `ETag`: ask again with `If-None-Match`.

    Totals and the course are exact by the minute (by a quarter of an hour if the period is longer than a day), what
    is named most by the hour (by the day, if longer than eight days), in UTC.
    """
    now = timezone.now()
    tracker = selectors.tracker_get(owner=request.user, tracker_id=tracker_id)
    zone, narrowing = request.user.zone(), asked.narrowing()
    found = selectors.summary(tracker, asked.period(now=now), zone=zone, narrowing=narrowing, now=now)
    return _with_etag(request, summary_out(found, zone=zone, narrowing=narrowing), response)


@router.get("/trackers/{uuid:tracker_id}/posts", response=SamplePostPage, summary="The posts themselves")
def list_posts(
    request: UserRequest,
    tracker_id: UUID,
    asked: Query[Range],
    response: HttpResponse,
    before: Annotated[str, Field(max_length=400)] | None = None,
) -> Any:
    """Newest first, with the words that made each score; for as long as posts are kept."""
    tracker = selectors.tracker_get(owner=request.user, tracker_id=tracker_id)
    period, analyser = asked.period(now=timezone.now()), ANALYSERS[selectors.current_track(tracker).analyser]
    found = selectors.posts(tracker, period, asked.narrowing(), before=before)
    page = SamplePostPage(
        items=[post_out(stored, analyser) for stored in found],
        next=_next_page(request, found[-1].key) if len(found) == selectors.POSTS_SHOWN else None,
    )
    return _with_etag(request, page, response)


@router.get("/trackers/{uuid:tracker_id}/alerts", response=SurgePage, summary="The surges that there were")
def list_alerts(request: UserRequest, tracker_id: UUID, before: UUID | None = None) -> Any:
    """Volume spikes and negative surges of which the owner was told, newest first."""
    tracker = selectors.tracker_get(owner=request.user, tracker_id=tracker_id)
    page = selectors.alert_events(tracker, before=before)
    return SurgePage(
        items=[surge_out(event) for event in page.items],
        next=_next_page(request, str(page.next_before)) if page.next_before else None,
    )


@router.post("/preview", response=RulePreviewOut, summary="Try keywords")
def preview_keywords(request: UserRequest, body: RulePreviewIn) -> Any:
    """Says in words what they mean, and which of the posts that lately came would have counted."""
    found = selectors.preview(keywords=body.keywords, sources=body.sources, languages=body.languages)
    return RulePreviewOut(
        descriptions=list(found.descriptions),
        looked_at=found.looked_at,
        matched=len(found.matched),
        items=[
            PreviewPostOut(text=post.text, author=post.author, source=post.source, created_at=post.created_at)
            for post in found.matched[:SHOWN]
        ],
    )


@router.get("/feeds", response=FeedsOut, summary="How the sources do")
def list_feeds(request: UserRequest) -> Any:
    """Which are listened to, and how far behind the counts are."""
    now = timezone.now()
    found = selectors.feeds(now=now)
    return FeedsOut(
        items=[feed_out(feed, now=now) for feed in found.feeds],
        lag_p50_seconds=found.lag_p50_seconds,
        lag_p99_seconds=found.lag_p99_seconds,
    )


def _with_etag(request: HttpRequest, answer: Schema, response: HttpResponse) -> Any:
    """Give the answer, or 304 where the caller has it already."""
    digest = hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:32]
    etag = f'"{digest}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return answer


def _next_page(request: HttpRequest, key: str) -> str:
    query = request.GET.copy()
    query["before"] = key
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
