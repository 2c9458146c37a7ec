import sys
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from socialanalytics.sources.demo import history


class Command(BaseCommand):
    """Make up posts, and print them as X's API v2 writes them, one a line."""

    help = "Make up posts, and print them as X's API v2 writes them, one a line."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=10_000)
        parser.add_argument("--hours", type=float, default=24, help="over how long they are spread")
        parser.add_argument("--end", help="when the time ends, like 2026-11-24T12:00:00Z; now, if it is not said")
        parser.add_argument("--seed", type=int, default=0, help="the same number gives the same posts")

    def handle(self, *args: Any, count: int, hours: float, end: str | None, seed: int, **options: Any) -> None:
        until = parse_datetime(end) if end else timezone.now()
        if until is None or until.tzinfo is None:
            raise CommandError(f"--end {end!r} is no moment: write it like 2026-11-24T12:00:00Z.")
        if count < 0 or hours <= 0:
            raise CommandError("--count must not be below 0, and --hours must be above it.")
        out = sys.stdout.buffer
        for line in history(count, start=until - timedelta(hours=hours), end=until, seed=seed):
            out.write(line + b"\n")
        out.flush()
