"""When something is due on somebody's clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialanalytics.core.due import DAY, WEEK, due_around

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "now", "last", "following"),
    [
        (DAY, "2026-01-15 06:59:59", "2026-01-14 07:00", "2026-01-15 07:00"),
        (DAY, "2026-01-15 07:00:00", "2026-01-15 07:00", "2026-01-16 07:00"),
        (DAY, "2026-03-28 12:00:00", "2026-03-28 07:00", "2026-03-29 06:00"),  # summer time begins
        (DAY, "2026-10-24 12:00:00", "2026-10-24 06:00", "2026-10-25 07:00"),  # and ends
        (WEEK, "2026-01-15 12:00:00", "2026-01-12 07:00", "2026-01-19 07:00"),  # a Thursday
        (WEEK, "2026-01-12 06:30:00", "2026-01-05 07:00", "2026-01-12 07:00"),  # a Monday, an hour too early
    ],
)
def test_is_on_the_clock_of_the_zone(every: timedelta, now: str, last: str, following: str) -> None:
    assert due_around(every, 8, BERLIN, now=at(now)) == (at(last), at(following))


def test_an_hour_that_is_left_out_comes_an_hour_later() -> None:
    assert due_around(DAY, 2, BERLIN, now=at("2026-03-29 00:30"))[1] == at("2026-03-29 01:00")


@given(
    every=st.sampled_from([DAY, WEEK]),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia", "America/St_Johns"]),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_now_is_always_between_two_times(every: timedelta, hour: int, zone: str, now: datetime) -> None:
    last, following = due_around(every, hour, ZoneInfo(zone), now=now)

    assert last <= now < following
    assert abs(following - last - every) <= timedelta(hours=1)
