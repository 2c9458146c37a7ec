import hashlib
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cloudapps.probes import serve_from_thread
from cloudapps.status import heart
from socialanalytics.listener.leftovers import Leftovers
from socialanalytics.listener.runner import Runner, World
from socialanalytics.listener.threads import run_all, run_until_told
from socialanalytics.models import Feed
from socialanalytics.selectors import wanted_rules
from socialanalytics.sources import SOURCES, SourceTrouble, demo_source, file_source, source_of
from socialanalytics.sources.clock import SystemClock
from socialanalytics.sources.pace import Speed, parse_speed
from socialanalytics.sources.port import Wanted
from socialanalytics.store import post_store


class Command(BaseCommand):
    """Listen to the sources of SOCIAL_SOURCES, or to one, or feed a file of recorded posts."""

    help = "Listen to the sources of SOCIAL_SOURCES, or to one, or feed a file of recorded posts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", choices=[*SOURCES], help="only this one")
        parser.add_argument(
            "--file", type=Path, help="posts as X's API v2 or Bluesky's Jetstream sends them, a line each"
        )
        parser.add_argument("--speed", help="real (as they were made), max, or a number of posts a second")
        parser.add_argument("--no-wait", action="store_true", help="end once the file is sent, before it is counted")

    def handle(
        self, *args: Any, source: str | None, file: Path | None, speed: str | None, no_wait: bool, **options: Any
    ) -> None:
        pace = _speed(speed)
        if (file or pace) and source not in (None, "replay"):
            raise CommandError("--file and --speed are for --source replay.")
        world = World(wanted_of=_wanted_of, store=post_store(), clock=SystemClock())
        serve_from_thread()
        heart.start(slots=1)
        if file:
            self._feed(file, pace or "real", world, until_counted=not no_wait)
        elif isinstance(pace, str):
            raise CommandError("Without --file the posts are made up as time passes: give --speed as a number.")
        elif pace:
            run_until_told([Runner("replay", partial(demo_source, rate=pace), world)])
        else:
            names = [source] if source else settings.SOCIAL_SOURCES
            runners = [Runner(name, partial(source_of, name), world) for name in names]
            run_until_told([*runners, Leftovers(world, but=names)])

    def _feed(self, file: Path, speed: Speed, world: World, *, until_counted: bool) -> None:
        path = file.resolve()
        if not path.is_file():
            raise CommandError(f"There is no file {file}.")
        feed = f"replay:{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
        runner = Runner(feed, partial(file_source, path, speed=speed), world)
        try:
            run_all([partial(runner.run_to_the_end, until_counted=until_counted)], stop=runner.stop)
        except SourceTrouble as trouble:
            raise CommandError(str(trouble)) from trouble
        if runner.failed_packets:
            raise CommandError(f"{runner.failed_packets} packets could not be delivered; the log says where they are.")
        if runner.ended:
            Feed.objects.filter(pk=feed).update(cursor="")  # the next time it begins at the beginning
            self.stdout.write(f"{file}: {runner.received} posts read, {runner.kept} of them wanted.")


def _speed(text: str | None) -> Speed | None:
    try:
        return parse_speed(text) if text else None
    except ValueError as error:
        raise CommandError(str(error)) from error


def _wanted_of(source: str) -> list[Wanted]:
    return wanted_rules(source, now=timezone.now())
