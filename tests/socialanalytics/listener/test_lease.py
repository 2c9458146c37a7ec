"""The right to listen to a feed."""

from datetime import timedelta

import pytest
from django.db import connection

from cloudapps.models import Lease
from socialanalytics.listener.lease import FeedLease, Right
from tests.socialanalytics.sources.clock import ManualClock


@pytest.fixture
def lease(clock: ManualClock) -> FeedLease:
    return FeedLease("x", holder="one", clock=clock)


@pytest.mark.django_db
class TestFeedLease:
    def test_is_ours_once_it_was_taken(self, lease: FeedLease) -> None:
        assert lease.right() is Right.LOST

        assert lease.renew() is Right.HELD
        assert Lease.objects.get().name == "feed:x"

    def test_is_taken_over_by_a_second_within_half_a_minute_of_a_death(
        self, lease: FeedLease, clock: ManualClock
    ) -> None:
        second = FeedLease("x", holder="two", clock=clock)
        lease.renew()
        assert second.renew() is Right.LOST

        clock.forward(20.1)

        assert second.renew() is Right.HELD
        assert lease.renew() is Right.LOST

    def test_is_renewed_every_five_seconds(self, lease: FeedLease, clock: ManualClock) -> None:
        lease.renew()
        first = Lease.objects.get().expires_at

        clock.forward(4)
        lease.renew()
        assert Lease.objects.get().expires_at == first
        clock.forward(1)
        lease.renew()

        assert Lease.objects.get().expires_at == first + timedelta(seconds=5)

    def test_is_unsure_before_it_runs_out_for_the_others(self, lease: FeedLease, clock: ManualClock) -> None:
        lease.renew()

        clock.forward(17.9)
        assert lease.right() is Right.HELD
        clock.forward(0.2)
        assert lease.right() is Right.UNSURE

    def test_is_free_at_once_when_it_is_given_up(self, lease: FeedLease, clock: ManualClock) -> None:
        lease.renew()

        lease.give_up()

        assert lease.right() is Right.LOST
        assert FeedLease("x", holder="two", clock=clock).renew() is Right.HELD
        lease.give_up()
        assert Lease.objects.get().holder == "two"


@pytest.mark.django_db(transaction=True)
class TestWithoutADatabase:
    def test_is_unsure_after_a_while(self, lease: FeedLease, clock: ManualClock) -> None:
        lease.renew()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE cloudapps_lease RENAME TO away")
        try:
            clock.forward(6)
            assert lease.renew() is Right.HELD
            clock.forward(14)
            assert lease.renew() is Right.UNSURE
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE away RENAME TO cloudapps_lease")
        assert lease.renew() is Right.HELD
