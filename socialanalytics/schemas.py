"""What the REST door of Social Media Analytics takes and gives."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import BeforeValidator, StringConstraints

from socialanalytics import selectors
from socialanalytics.core.analysers import Analyser
from socialanalytics.core.post import Kind
from socialanalytics.models import AlertEvent, Feed, Tracker
from socialanalytics.selectors.feeds import is_alive, lag_of
from socialanalytics.store.port import StoredPost, Tally

MOST_KEYWORDS = 20
LONGEST_KEYWORD = 1024


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Keyword = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_KEYWORD)]
Keywords = Annotated[list[Keyword], Field(min_length=1, max_length=MOST_KEYWORDS), BeforeValidator(_as_list)]
SourceName = Literal["replay", "x", "bluesky"]
AnalyserName = Literal["textblob", "vader", "blend"]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
MoodName = Literal["positive", "neutral", "negative"]


class TrackerIn(Schema):
    """`keywords` is one rule or a list of them, of which one must mean a post."""

    name: Name
    keywords: Keywords
    sources: Annotated[list[SourceName], Field(min_length=1, max_length=3)] = ["replay"]
    languages: Annotated[list[LanguageCode], Field(max_length=20)] = []
    analyser: AnalyserName = "textblob"
    monthly_cap: Annotated[int, Field(ge=1, le=2_000_000_000)] | None = None


class TrackerChangeIn(Schema):
    """What is left out stays as it is. Another analyser scores what is kept of the past again."""

    name: Name | None = None
    keywords: Keywords | None = None
    sources: Annotated[list[SourceName], Field(min_length=1, max_length=3)] | None = None
    languages: Annotated[list[LanguageCode], Field(max_length=20)] | None = None
    analyser: AnalyserName | None = None
    monthly_cap: Annotated[int, Field(ge=1, le=2_000_000_000)] | None = None
    paused: bool | None = None

    def changes(self) -> dict[str, Any]:
        """Give what was named; a cap of null takes it away, in all else null changes nothing."""
        named = self.dict(exclude_unset=True)
        return {name: value for name, value in named.items() if value is not None or name == "monthly_cap"}


class TrackerOut(Schema):
    id: UUID
    name: str
    keywords: list[str]
    sources: list[str]
    languages: list[str]
    analyser: str
    state: Literal["live", "paused", "capped"]
    monthly_cap: int | None
    posts_this_month: int
    cost_this_month_usd: float  # what X bills for them
    rescoring: float | None  # 0 to 1 while another analyser goes over the past
    created_at: datetime
    url: str  # the dashboard


class TrackerPage(Schema):
    items: list[TrackerOut]
    next: str | None


class TotalsOut(Schema):
    """`score` is the mean from -1 to 1, null without posts."""

    total: int
    positive: int
    neutral: int
    negative: int
    score: float | None


class StepOut(TotalsOut):
    at: datetime


class TallyOut(Schema):
    value: str
    posts: int
    score: float


class TopOut(Schema):
    hashtags: list[TallyOut]
    words: list[TallyOut]
    mentions: list[TallyOut]
    links: list[TallyOut]
    emoji: list[TallyOut]
    authors: list[TallyOut]
    languages: list[TallyOut]
    sources: list[TallyOut]


class PreviousOut(TotalsOut):
    """The period just before, as long."""

    start: datetime
    end: datetime


class FilterOut(Schema):
    """
    What the numbers were narrowed to; then they are counted from the newest posts that are kept, not from all.

    `since` is the oldest post that was looked at, null where all of the range was.
    """

    terms: list[str]
    mood: str | None
    scanned: int
    since: datetime | None


class SummaryOut(TotalsOut):
    """Between `start` and `end` in steps of `step_seconds` (days are those of `time_zone`)."""

    start: datetime
    end: datetime
    time_zone: str
    step_seconds: int
    series: list[StepOut]
    top: TopOut
    previous: PreviousOut | None  # null where the numbers are filtered
    rate_per_minute: int  # posts of the last full minute
    filtered: FilterOut | None


class ReasonOut(Schema):
    """A word as it stands in the text, and what it is worth, from -1 to 1."""

    word: str
    score: float


class SamplePostOut(Schema):
    id: str
    source: str
    text: str
    author: str
    author_name: str
    language: str
    url: str
    created_at: datetime
    score: float
    mood: MoodName
    reasons: list[ReasonOut]
    terms: list[str]  # kind:value


class SamplePostPage(Schema):
    items: list[SamplePostOut]
    next: str | None


class SurgeOut(Schema):
    """A surge of which the owner was told: its minutes, and what it was in words."""

    id: UUID
    kind: str  # spike or negative
    at: datetime
    start: datetime
    end: datetime
    words: str


class SurgePage(Schema):
    items: list[SurgeOut]
    next: str | None


class RulePreviewIn(Schema):
    keywords: Keywords
    sources: Annotated[list[SourceName], Field(max_length=3)] = []
    languages: Annotated[list[LanguageCode], Field(max_length=20)] = []


class PreviewPostOut(Schema):
    text: str
    author: str
    source: str
    created_at: datetime


class RulePreviewOut(Schema):
    """What the keywords mean, in words, and which of the posts that lately came would have counted."""

    descriptions: list[str]
    looked_at: int
    matched: int
    items: list[PreviewPostOut]


class FeedOut(Schema):
    """`state` in words; `lag_seconds` is how old the oldest post is that came and is not yet counted."""

    source: str
    state: str
    alive: bool
    last_post_at: datetime | None
    posts_per_minute: float
    waiting_posts: int
    lag_seconds: float


class FeedsOut(Schema):
    """`lag_p50_seconds` and `lag_p99_seconds` are from arrival to being counted, over the last ten minutes."""

    items: list[FeedOut]
    lag_p50_seconds: float | None
    lag_p99_seconds: float | None


def tracker_out(request: HttpRequest, tracker: Tracker, *, now: datetime) -> TrackerOut:
    """Describe a tracker."""
    usage, filling = selectors.usage_of(tracker, now=now), selectors.filling_track(tracker)
    return TrackerOut(
        **{name: getattr(tracker, name) for name in ("id", "name", "keywords", "sources", "languages", "analyser")},
        state=selectors.state_of(tracker, now=now),
        monthly_cap=tracker.monthly_cap,
        posts_this_month=usage.posts,
        cost_this_month_usd=float(usage.cost_usd),
        rescoring=filling.rescoring.progress / 100 if filling else None,
        created_at=tracker.created_at,
        url=request.build_absolute_uri(tracker.get_absolute_url()),
    )


def summary_out(found: selectors.Summary, *, zone: ZoneInfo, narrowing: selectors.Narrowing) -> SummaryOut:
    """Describe a summary."""
    period, filtered = found.period, found.filtered
    return SummaryOut(
        **_totals(found.totals),
        start=period.start,
        end=period.end,
        time_zone=zone.key,
        step_seconds=int(period.step.total_seconds()),
        series=[StepOut(at=at, **_totals(totals)) for at, totals in zip(found.starts, found.steps, strict=True)],
        top=TopOut(**{kind.plural: _tallies(found.tops.get(kind, [])) for kind in Kind}),
        previous=PreviousOut(**_totals(found.before), start=period.before.start, end=period.start)
        if found.before
        else None,
        rate_per_minute=found.rate_per_minute,
        filtered=FilterOut(
            terms=[f"{kind}:{value}" for kind, value in narrowing.terms],
            mood=narrowing.mood,
            scanned=filtered.scanned,
            since=filtered.since,
        )
        if filtered
        else None,
    )


def post_out(stored: StoredPost, analyser: Analyser) -> SamplePostOut:
    """Describe a post, with the words that made its score."""
    post, score = stored.mention.post, stored.mention.score
    return SamplePostOut(
        **{name: getattr(post, name) for name in SamplePostOut.model_fields if hasattr(post, name)},
        score=score.thousandths / 1000,
        mood=score.mood.value,
        reasons=[ReasonOut(word=word, score=weight / 1000) for word, weight in analyser.reasons(post.text)],
        terms=[f"{kind}:{value}" for kind, value in stored.mention.terms],
    )


def surge_out(event: AlertEvent) -> SurgeOut:
    """Describe a surge."""
    names = ("id", "at", "start", "end", "words")
    values: dict[str, Any] = {name: getattr(event, name) for name in names}
    return SurgeOut(kind=event.alert.kind, **values)


def feed_out(feed: Feed, *, now: datetime) -> FeedOut:
    """Describe how a feed does."""
    return FeedOut(
        source=feed.source,
        state=feed.state,
        alive=is_alive(feed, now=now),
        last_post_at=feed.last_post_at,
        posts_per_minute=feed.posts_per_minute,
        waiting_posts=feed.waiting_posts,
        lag_seconds=lag_of(feed, now=now),
    )


def _totals(totals: selectors.Totals) -> dict[str, Any]:
    return {name: getattr(totals, name) for name in TotalsOut.model_fields}


def _tallies(tallies: Sequence[Tally]) -> list[TallyOut]:
    return [
        TallyOut(value=tally.value, posts=tally.posts, score=round(tally.thousandths / tally.posts / 1000, 4))
        for tally in tallies
    ]
