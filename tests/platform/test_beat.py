"""Beat under a lease: one of them ticks."""

import os
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import OperationalError, connection
from django.utils import timezone

from cloudapps import beat
from cloudapps.beat import LeasedScheduler
from cloudapps.models import Lease

pytestmark = pytest.mark.django_db(transaction=True)  # it closes connections that are too old


class Counting(LeasedScheduler):
    """A scheduler that notes what it would send, and connects to nothing."""

    producer = None

    def __init__(self, holder: str) -> None:
        super().__init__(app=current_app)
        self.holder = holder
        self.sent: list[str] = []

    def apply_async(self, entry: Any, *args: Any, **kwargs: Any) -> Any:
        self.sent.append(entry.name)

    def make_all_due(self) -> None:
        long_ago = timezone.now() - timedelta(days=2)
        for entry in self.schedule.values():
            entry.last_run_at = long_ago
        self._heap = None


@pytest.fixture
def one(transactional_db: None) -> Counting:
    made = Counting("one")
    made.make_all_due()
    return made


@pytest.fixture
def two(transactional_db: None) -> Counting:
    made = Counting("two")
    made.make_all_due()
    return made


def tick(scheduler: Counting, times: int = 10) -> list[float]:
    return [scheduler.tick() for _ in range(times)]


def test_sends_what_is_due_while_it_holds_the_lease(one: Counting, settings: Any) -> None:
    waits = tick(one, 2 * len(settings.CELERY_BEAT_SCHEDULE))

    assert set(one.sent) >= set(settings.CELERY_BEAT_SCHEDULE)
    assert all(0 <= wait <= beat.LOOK_AGAIN_SECONDS for wait in waits)
    assert Lease.objects.get().holder == "one"


def test_sends_nothing_while_another_holds_it(one: Counting, two: Counting) -> None:
    tick(one, 1)

    assert tick(two) == [beat.LOOK_AGAIN_SECONDS] * 10
    assert two.sent == []


def test_takes_over_from_one_that_died(one: Counting, two: Counting) -> None:
    tick(one, 1)
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    tick(two)

    assert two.sent
    assert tick(one, 1) == [beat.LOOK_AGAIN_SECONDS]


def test_hands_over_at_a_clean_end(one: Counting, two: Counting) -> None:
    tick(one, 1)

    one.close()

    assert not Lease.objects.exists()
    tick(two, 1)
    assert two.sent


def test_is_named_after_its_process_alone() -> None:
    assert LeasedScheduler(app=current_app).holder.endswith(f":{os.getpid()}")


def test_stands_by_while_the_database_is_away(one: Counting) -> None:
    with connection.execute_wrapper(_refuse):
        assert tick(one, 1) == [beat.LOOK_AGAIN_SECONDS]

    assert one.sent == []


def _refuse(*_: Any) -> Any:
    raise OperationalError("server has gone away")
