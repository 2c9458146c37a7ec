"""Reads: trackers, what is wanted, what was counted, how the feeds do."""

from socialanalytics.selectors.feeds import Feeds, feeds
from socialanalytics.selectors.interests import Interests, interests, wanted_rules
from socialanalytics.selectors.previews import Preview, preview
from socialanalytics.selectors.summary import POSTS_SHOWN, Narrowing, Summary, Totals, posts, summary, top, totals_of
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
    "POSTS_SHOWN",
    "Feeds",
    "Interests",
    "Narrowing",
    "Preview",
    "Summary",
    "Totals",
    "TrackerNotFound",
    "Usage",
    "current_track",
    "feeds",
    "filling_track",
    "interests",
    "month_end",
    "month_start",
    "posts",
    "preview",
    "state_of",
    "summary",
    "top",
    "totals_of",
    "tracker_get",
    "tracker_list",
    "trackers_named",
    "usage_of",
    "wanted_rules",
]
