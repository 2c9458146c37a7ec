"""Who wants which posts now: what the listener asks the sources for, and the consumers count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import structlog
from django.db.models import Prefetch, Q

from socialanalytics.core.post import Post
from socialanalytics.core.rules import Rule, RuleRefused, RuleSet, parse_rule
from socialanalytics.models import Track, Tracker
from socialanalytics.sources.port import Wanted

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Interest:
    """A tracker that takes posts: its tracks by number, each with the name of its analyser."""

    tracker_id: UUID
    tracks: tuple[tuple[int, str], ...]
    is_capped: bool


class Interests:
    """All that is wanted of one source at one moment."""

    def __init__(self, trackers: Sequence[Tracker]) -> None:
        self._interests: list[Interest] = []
        rules: dict[int, Rule] = {}
        self._interest_of_rule: list[int] = []
        for tracker in trackers:
            tracks = tuple((track.pk, track.analyser) for track in tracker.tracks.all())
            self._interests.append(Interest(tracker.pk, tracks, tracker.monthly_cap is not None))
            for rule in rules_of(tracker):
                rules[len(self._interest_of_rule)] = rule
                self._interest_of_rule.append(len(self._interests) - 1)
        self._rules = RuleSet(rules)

    def wanting(self, post: Post) -> list[Interest]:
        """Give the trackers that the post counts for."""
        return [self._interests[n] for n in {self._interest_of_rule[key] for key in self._rules.matching(post)}]


def interests(source: str, *, now: datetime) -> Interests:
    """Ask what is wanted of the source now."""
    return Interests(_active(source, now=now))


def wanted_rules(source: str, *, now: datetime) -> list[Wanted]:
    """Give the rules of all trackers that take posts of the source now."""
    return [
        Wanted(key=f"{tracker.pk}:{number}", rule=rule)
        for tracker in _active(source, now=now)
        for number, rule in enumerate(rules_of(tracker))
    ]


def rules_of(tracker: Tracker) -> list[Rule]:
    """Give the tracker's keywords as rules, narrowed to its languages; what is no rule any more is left out."""
    found = []
    for keyword in tracker.keywords:
        try:
            found.append(narrowed(keyword, tuple(tracker.languages)))
        except RuleRefused as error:
            log.warning("keyword_refused", tracker_id=str(tracker.pk), error=str(error))
    return found


@lru_cache(maxsize=4096)
def narrowed(keyword: str, languages: tuple[str, ...]) -> Rule:
    """Understand a keyword, for posts in one of the languages (any, if none is named). :raises RuleRefused:"""
    parse_rule(keyword)  # so that a refusal speaks of what was typed
    if not languages:
        return parse_rule(keyword)
    either = " OR ".join(f"lang:{language}" for language in languages)
    return parse_rule(f"({keyword}) ({either})")


def _active(source: str, *, now: datetime) -> list[Tracker]:
    free = Q(capped_until=None) | Q(capped_until__lte=now)
    trackers = (
        Tracker.objects.filter(free, paused_at=None)
        .order_by("pk")
        .prefetch_related(Prefetch("tracks", Track.objects.order_by("pk")))
    )
    return [tracker for tracker in trackers if source in tracker.sources]
