"""Leases: the right of one process to be the only one."""

from datetime import timedelta

import pytest

from cloudapps.models import Lease
from tests.factories import NOW
from tests.threads import at_once

MINUTE = timedelta(minutes=1)


def hold(holder: str, *, after: timedelta = timedelta(0), name: str = "beat") -> bool:
    return Lease.objects.hold(name, holder=holder, now=NOW + after, duration=MINUTE)


@pytest.mark.django_db
class TestHold:
    def test_is_taken_by_the_first(self) -> None:
        assert hold("one")
        assert not hold("two")
        assert str(Lease.objects.get()) == "beat held by one"

    def test_is_renewed_by_its_holder(self) -> None:
        hold("one")

        assert hold("one", after=MINUTE / 2)
        assert not hold("two", after=MINUTE)
        assert not hold("two", after=1.5 * MINUTE)

    def test_is_taken_over_once_it_ran_out(self) -> None:
        hold("one")

        assert not hold("two", after=MINUTE), "not a moment too soon"
        assert hold("two", after=MINUTE + timedelta(microseconds=1))
        assert not hold("one", after=MINUTE * 1.5)

    def test_is_one_for_each_name(self) -> None:
        assert hold("one", name="beat")
        assert hold("two", name="listener")

    def test_is_free_once_it_was_given_up(self) -> None:
        hold("one")

        Lease.objects.give_up("beat", holder="one")

        assert hold("two")

    def test_is_given_up_by_its_holder_alone(self) -> None:
        hold("one")

        Lease.objects.give_up("beat", holder="two")

        assert not hold("two")


@pytest.mark.django_db(transaction=True)
class TestRace:
    def test_is_won_by_one(self) -> None:
        results = at_once(*[lambda n=n: hold(f"holder {n}") for n in range(6)])

        assert sorted(results) == [False] * 5 + [True]

    def test_is_won_by_one_when_it_ran_out_too(self) -> None:
        hold("dead")

        results = at_once(*[lambda n=n: hold(f"holder {n}", after=2 * MINUTE) for n in range(6)])

        assert sorted(results) == [False] * 5 + [True]
