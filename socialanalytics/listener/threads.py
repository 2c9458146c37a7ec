"""All feeds of one process."""

import signal
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Protocol

import structlog
from django.db import connection

log = structlog.get_logger(__name__)


class Feed(Protocol):
    """What runs in a thread until it is told to stop."""

    def run(self) -> None:
        """Work until `stop`."""

    def stop(self) -> None:
        """End within some seconds; called from another thread."""


def run_until_told(feeds: Sequence[Feed]) -> None:
    """Run all of them until SIGTERM or SIGINT comes."""

    def stop() -> None:
        for feed in feeds:
            feed.stop()

    run_all([feed.run for feed in feeds], stop=stop)


def run_all(work: Sequence[Callable[[], None]], *, stop: Callable[[], None]) -> None:
    """
    Do all of it at once, and call `stop` when SIGTERM or SIGINT comes, or one of them fails.

    :raises Exception: what one of them raised.
    """
    _on_signals(stop)
    with ThreadPoolExecutor(len(work), thread_name_prefix="feed") as pool:
        futures = [pool.submit(_alone, each) for each in work]
        done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        stop()
        for future in done:
            future.result()


def _alone(work: Callable[[], None]) -> None:
    """Work in a thread of its own, whose connection to the database nobody else closes."""
    try:
        work()
    finally:
        connection.close()


def _on_signals(stop: Callable[[], None]) -> None:
    def told(number: int, _: object) -> None:
        log.info("listener_stops", signal=signal.Signals(number).name)
        stop()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
