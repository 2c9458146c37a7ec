"""What an account leaves behind when it goes, and what it takes along."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from cloudapps.apps import ExportedFile
from cloudapps.models import User
from socialanalytics import selectors
from socialanalytics.core.periods import EARLIEST
from socialanalytics.models import Tracker
from socialanalytics.services.trackers import trackers_drop
from socialanalytics.store import post_store
from socialanalytics.store.port import Grain, Query, StoredPost

PAGE = 500


def owner_forget(*, owner: User, now: datetime) -> None:
    """Delete an owner's trackers; inside a transaction. Raw posts are shared, and go when they are old."""
    trackers_drop(list(Tracker.objects.filter(owner=owner)), now=now)


def owner_export(*, owner: User, now: datetime) -> Iterator[ExportedFile]:
    """Give `trackers.json`, and of each tracker the counts over time and the posts that are kept."""
    trackers = list(Tracker.objects.filter(owner=owner).prefetch_related("tracks"))
    yield ExportedFile("trackers.json", iter([_json([_facts(tracker) for tracker in trackers])]))
    for tracker in trackers:
        track = selectors.current_track(tracker).pk
        moments = post_store().series(track, Grain.QUARTER, start=EARLIEST, end=now)
        yield ExportedFile(f"{tracker.name}/counts.json", iter([_json([asdict(moment) for moment in moments])]))
        yield ExportedFile(f"{tracker.name}/posts.jsonl", (_line(post) for post in _posts(track, now)))


def _posts(track: int, now: datetime) -> Iterator[StoredPost]:
    before = None
    while page := post_store().posts(Query(track, EARLIEST, now), limit=PAGE, before=before):
        yield from page
        before = page[-1].key


def _line(stored: StoredPost) -> bytes:
    facts = {**asdict(stored.mention.post), "score": stored.mention.score.thousandths / 1000}
    return json.dumps(facts, cls=DjangoJSONEncoder).encode() + b"\n"


def _facts(tracker: Tracker) -> dict[str, Any]:
    fields = ("id", "name", "keywords", "sources", "languages", "analyser", "monthly_cap", "paused_at", "created_at")
    return {name: getattr(tracker, name) for name in fields}


def _json(value: Any) -> bytes:
    return json.dumps(value, cls=DjangoJSONEncoder, indent=1).encode()
