from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialanalytics.core.periods import DAY, HOUR, MINUTE, PeriodRefused, period_between, period_last, spread

BERLIN, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")
NOON = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from([UTC, BERLIN, KATHMANDU, ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Apia")])
lengths = st.timedeltas(MINUTE, 400 * DAY)


class TestPeriod:
    def test_holds_both_times(self):
        period = period_between(NOON, NOON + timedelta(minutes=5))

        assert period.start == NOON.replace(second=0)
        assert period.end == datetime(2026, 11, 24, 12, 6, tzinfo=UTC)

    def test_that_ends_now_holds_the_minute_that_goes_on(self):
        period = period_last(HOUR, now=NOON)

        assert (period.start, period.end) == (
            NOON.replace(hour=11, minute=1, second=0),
            NOON.replace(minute=1, second=0),
        )

    def test_has_one_as_long_before_it(self):
        period = period_last(7 * DAY, now=NOON)

        assert period.before.end == period.start
        assert period.before.length == period.length

    def test_refuses_an_end_before_the_start(self):
        with pytest.raises(PeriodRefused, match="after the start"):
            period_between(NOON, NOON)

    def test_refuses_a_century(self):
        with pytest.raises(PeriodRefused, match="ten years"):
            period_between(NOON, NOON + timedelta(days=36500))

    @pytest.mark.parametrize("year", [1, 2006, 9999])
    def test_refuses_years_without_posts(self, year):
        now = datetime(year, 1, 1, tzinfo=UTC)

        with pytest.raises(PeriodRefused, match="2006"):
            period_last(HOUR, now=now)
        with pytest.raises(PeriodRefused, match="2006"):
            period_between(now, now + HOUR)

    def test_has_days_that_begin_at_midnight_in_the_zone_also_when_clocks_change(self):
        period = period_between(datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC))

        starts = [start.astimezone(BERLIN) for start in period.starts(BERLIN)]

        assert [start.hour for start in starts] == [2, *[0] * 10]
        assert starts[6] - starts[5] == timedelta(days=1)  # on the wall
        assert period.starts(BERLIN)[6] - period.starts(BERLIN)[5] == timedelta(hours=25)

    def test_has_hours_that_are_even_on_a_clock_with_three_quarters(self):
        period = period_last(3 * DAY, now=NOON)

        assert {start.astimezone(KATHMANDU).minute for start in period.starts(KATHMANDU)[1:]} == {0}

    @given(moments, lengths, zones)
    def test_is_cut_without_gaps(self, now, length, zone):
        period = period_last(length, now=now)
        starts = period.starts(zone)

        assert starts[0] == period.start
        assert all(a < b for a, b in zip(starts, [*starts[1:], period.end], strict=True))
        assert len(starts) <= 400
        assert max(b - a for a, b in zip(starts, [*starts[1:], period.end], strict=True)) <= period.step + HOUR


class TestSpread:
    @given(moments, lengths, zones, st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 9))))
    def test_puts_each_value_into_the_step_that_holds_it(self, now, length, zone, drawn):
        period = period_last(length, now=now)
        last = period.end - timedelta(microseconds=1)
        values = sorted((min(period.start + period.length * share, last), (number, 1)) for share, number in drawn)
        starts = period.starts(zone)

        sums = spread(values, starts) if values else [[0, 0] for _ in starts]

        for start, end, (total, count) in zip(starts, [*starts[1:], period.end], sums, strict=True):
            inside = [numbers for at, numbers in values if start <= at < end]
            assert (total, count) == (sum(n for n, _ in inside), len(inside))
