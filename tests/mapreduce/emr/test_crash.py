"""A worker dies at any call to Amazon, before it is made or answered: one cluster, one result, nothing left."""

from contextlib import suppress
from typing import Any

import pytest
from django.utils import timezone

from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.storage import storage
from mapreduce import services
from mapreduce.models import Job
from tests.mapreduce.emr.calls import Breaker, Broken
from tests.mapreduce.emr.stepper import Stepper
from tests.mapreduce.submitting import COUNTED, results_of, submitted


def run_to_the_end(job: Job, emr: Stepper, look: Any, settle: Any) -> Job:
    for _ in range(8):
        job = look(job)
        if job.is_finished:
            break
        emr.complete({"part-00000": COUNTED})
    settle_twice(job, settle)
    return job


def settle_twice(job: Job, settle: Any) -> None:
    for _ in range(2):
        with suppress(Broken):
            settle(job)


def assert_nothing_left(emr: Stepper, number: int) -> None:
    assert emr.alive == [], number
    assert list(storage().walk("mapreduce/")) == [], number


@pytest.fixture(params=["before-call", "after-call.emr"])
def breaker(request: pytest.FixtureRequest, emr: Stepper) -> Breaker:
    """Breaks any call to Amazon, or loses an answer of EMR; what is done in storage may be repeated."""
    return Breaker(request.param)


class TestCrash:
    def test_at_any_call_changes_nothing(
        self, alice: User, emr: Stepper, breaker: Breaker, look: Any, settle: Any
    ) -> None:
        number, calls = 0, 0
        while calls >= number:  # so far each was made, and broken
            number += 1
            job = submitted(alice)
            clusters, executed = len(emr.clusters), len(emr.executed)
            with breaker.at(number):
                job = run_to_the_end(job, emr, look, settle)
            calls = breaker.count

            assert job.status == Status.SUCCEEDED, (number, job.error)
            assert results_of(job) == {"part-00000": COUNTED}
            assert len(emr.clusters) - clusters == 1, number
            assert len(emr.executed) - executed == 1, number
            assert_nothing_left(emr, number)
        assert number > 5

    def test_before_it_is_cancelled_leaves_nothing(
        self, alice: User, emr: Stepper, breaker: Breaker, look: Any, settle: Any
    ) -> None:
        number, calls = 0, 0
        while calls >= number:
            number += 1
            job = submitted(alice)
            with breaker.at(number):
                look(job)
                services.job_cancel(owner=alice, job_id=job.pk, now=timezone.now())
                settle_twice(Job.objects.get(pk=job.pk), settle)
            calls = breaker.count

            assert_nothing_left(emr, number)
        assert number > 3
