import hashlib
import signal
from pathlib import Path
from threading import Thread
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cloudapps.probes import serve_from_thread
from cloudapps.status import heart
from socialanalytics.listener.runner import Runner, World
from socialanalytics.selectors import wanted_rules
from socialanalytics.sources import SOURCES, SourceTrouble, demo_source, file_source, source_of
from socialanalytics.sources.clock import SystemClock
from socialanalytics.sources.pace import Speed, parse_speed
from socialanalytics.sources.port import Wanted
from socialanalytics.store import post_store

HELP = """
Listen to the sources of SOCIAL_SOURCES, or to one, or feed a file of recorded posts.
"""


class Command(BaseCommand):
    """Listen to the sources of SOCIAL_SOURCES, or to one, or feed a file of recorded posts."""

    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", choices=[*SOURCES], help="only this one")
        parser.add_argument("--file", type=Path, help="posts as X's API v2 or Bluesky's Jetstream writes them, a line each")
        parser.add_argument("--speed", help="real, max, or a number of posts a second (real)")
        parser.add_argument("--no-wait", action="store_true", help="end once a file is sent, before it is counted")

    def handle(
        self, *args: Any, source: str | None, file: Path | None, speed: str | None, no_wait: bool, **options: Any
    ) -> None:
        world = World(wanted_of=_wanted_of, store=post_store(), clock=SystemClock())
        pace = _speed(speed)
        serve_from_thread()
        heart.start()
        if file is not None:
            self._feed(file, source or "replay", pace or "real", world, until_counted=not no_wait)
        elif pace is not None:
            self._listen([Runner("replay", lambda: demo_source(rate=_rate(pace, source)), world)])
        else:
            names = [source] if source else settings.SOCIAL_SOURCES
            self._listen([Runner(name, lambda name=name: source_of(name), world) for name in names])  # type: ignore[misc]


def _wanted_of(source: str) -> list[Wanted]:
    return wanted_rules(source, now=timezone.now())
