"""Something to look at before anything has been followed for days."""

from datetime import datetime, timedelta
from itertools import islice

from cloudapps.models import User
from socialanalytics.core.wire import MOST_LINES, pack
from socialanalytics.models import Tracker
from socialanalytics.services.counting import forget_what_was_wanted, packet_take
from socialanalytics.services.trackers import tracker_create
from socialanalytics.sources.demo import history

DEMO_TRACKERS = (
    ("Coffee", ["coffee OR espresso OR #coffee OR #latte"]),
    ("Trains to Fernhill", ["train OR #trains", '"Lakeland Rail"']),
    ("Pebble 9", ['"Pebble 9"', "phone lang:en"]),
)
DEMO_POSTS = 40_000
DEMO_TIME = timedelta(days=2)


def demo_create(*, owner: User, now: datetime) -> list[Tracker]:
    """Follow three subjects of the made-up feed, and count two days of its posts for them."""
    trackers = [
        tracker_create(owner=owner, name=name, keywords=keywords, sources=["replay"], now=now - DEMO_TIME)
        for name, keywords in DEMO_TRACKERS
    ]
    forget_what_was_wanted()
    lines = history(DEMO_POSTS, start=now - DEMO_TIME, end=now, seed=owner.pk)
    while some := list(islice(lines, MOST_LINES)):
        packet_take(pack("replay", some, received_at=now), now=now)
    return trackers
