"""Reads: trackers, what is wanted, what was counted, how the feeds do."""

from socialanalytics.selectors.alerts import alert_events, alert_events_between, alerts_of
from socialanalytics.selectors.digests import (
    MOST_SECTIONS,
    Section,
    digest_get,
    digest_trackers,
    section_of,
    trackers_all,
)
from socialanalytics.selectors.feeds import Feeds, feeds
from socialanalytics.selectors.interests import Interests, interests, wanted_rules
from socialanalytics.selectors.overview import Overview, overview
from socialanalytics.selectors.previews import Preview, preview
from socialanalytics.selectors.summary import (
    POSTS_SHOWN,
    Narrowing,
    Summary,
    Totals,
    posts,
    sum_of,
    summary,
    top,
    totals_of,
)
from socialanalytics.selectors.trackers import (
    TrackerNotFound,
    Usage,
    current_track,
    filling_track,
    month_end,
    month_start,
    state_of,
    tracker_get,
    tracker_list,
    trackers_named,
    usage_of,
)

__all__ = [
    "MOST_SECTIONS",
    "POSTS_SHOWN",
    "Feeds",
    "Interests",
    "Narrowing",
    "Overview",
    "Preview",
    "Section",
    "Summary",
    "Totals",
    "TrackerNotFound",
    "Usage",
    "alert_events",
    "alert_events_between",
    "alerts_of",
    "current_track",
    "digest_get",
    "digest_trackers",
    "feeds",
    "filling_track",
    "interests",
    "month_end",
    "month_start",
    "overview",
    "posts",
    "preview",
    "section_of",
    "state_of",
    "sum_of",
    "summary",
    "top",
    "totals_of",
    "tracker_get",
    "tracker_list",
    "trackers_all",
    "trackers_named",
    "usage_of",
    "wanted_rules",
]
