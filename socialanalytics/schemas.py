"""What the REST door of Social Media Analytics takes and gives."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import BeforeValidator, StringConstraints


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


class PreviewIn(Schema):
    keywords: Keywords
    sources: Annotated[list[SourceName], Field(max_length=3)] = []
    languages: Annotated[list[LanguageCode], Field(max_length=20)] = []


class PreviewPostOut(Schema):
    text: str
    author: str
    source: str
    created_at: datetime


class PreviewOut(Schema):
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


class ComparisonOut(Schema):
    items: list[SummaryOut]
