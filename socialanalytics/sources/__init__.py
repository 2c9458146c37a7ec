"""Where posts come from; an adapter for each network, and one for what was recorded or is made up."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from socialanalytics.core.parsing.bluesky import parse_bluesky
from socialanalytics.core.parsing.x import parse_x
from socialanalytics.sources.demo import DemoSource
from socialanalytics.sources.pace import Speed
from socialanalytics.sources.port import Arrival, Parse, Source, SourceTrouble, Wanted
from socialanalytics.sources.replay import ReplaySource, parse_replay

__all__ = ["PARSERS", "SOURCES", "Arrival", "Source", "SourceTrouble", "Wanted", "file_source", "source_of"]

SOURCES: dict[str, str] = {"x": "X", "bluesky": "Bluesky", "replay": "Replay"}

PARSERS: dict[str, Parse] = {"x": parse_x, "bluesky": parse_bluesky, "replay": parse_replay}


def source_of(name: str) -> Source:
    """
    Make the source as the settings say it; `replay` without a file is the made-up feed.

    :raises SourceTrouble: if there is none of the name, or its settings are missing.
    """
    if name not in _MAKERS:
        raise SourceTrouble(f"There is no source {name!r}. There are {', '.join(SOURCES)}.")
    return _MAKERS[name]()


def file_source(path: Path, *, speed: Speed) -> Source:
    """Make a source of a file of recorded posts."""
    return ReplaySource(path, speed=speed)


def demo_source(*, rate: float) -> Source:
    """Make the made-up feed at so many posts a second."""
    return DemoSource(rate=rate)


def _demo() -> Source:
    return demo_source(rate=settings.SOCIAL_DEMO_POSTS_PER_SECOND)


def _x() -> Source:
    from socialanalytics.sources.x import XSource

    return XSource(settings.X_BEARER_TOKEN, base_url=settings.X_API_URL)


def _bluesky() -> Source:
    from socialanalytics.sources.bluesky import BlueskySource

    return BlueskySource(settings.BLUESKY_JETSTREAM_URL)


_MAKERS: dict[str, Callable[[], Source]] = {"replay": _demo, "x": _x, "bluesky": _bluesky}
