"""Posts, trackers, and the way of a post from the wire into the counts."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cloudapps.models import User
from socialanalytics import services
from socialanalytics.core.wire import Packet, pack
from socialanalytics.models import Tracker

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


def x_line(number: int, text: str, *, at: datetime = NOW, author: str = "dora_made_up", lang: str = "en") -> bytes:
    """Write a post as X's stream sends it."""
    tweet = {
        "id": str(number),
        "text": text,
        "author_id": "1",
        "lang": lang,
        "created_at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z",
    }
    user = {"id": "1", "username": author, "name": author.title()}
    return json.dumps({"data": tweet, "includes": {"users": [user]}}).encode()


def deletion_line(number: int) -> bytes:
    """Write that a post was taken back, as X does."""
    event = {"delete": {"tweet": {"id": str(number)}, "event_at": "2026-11-24T12:00:00.000Z"}}
    return json.dumps({"data": event}).encode()


def make_tracker(owner: User, keyword: str = "coffee", *, at: datetime = NOW, **values: Any) -> Tracker:
    """Have the owner follow a keyword on the replay source."""
    usual = {"name": keyword, "keywords": [keyword], "sources": ["replay"]}
    return services.tracker_create(owner=owner, **{**usual, **values}, now=at)


def packet_of(lines: Sequence[bytes], *, source: str = "replay", at: datetime = NOW) -> Packet:
    """Pack lines as the listener does."""
    return pack(source, lines, received_at=at)


def take(lines: Sequence[bytes], *, source: str = "replay", at: datetime = NOW) -> int:
    """Have a consumer count the lines, and say how many mentions were new."""
    return services.packet_take(packet_of(lines, source=source, at=at), now=at + timedelta(milliseconds=300))
