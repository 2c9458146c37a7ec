"""When something is due that comes each day or week at an hour on somebody's clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY, WEEK = timedelta(days=1), timedelta(days=7)


def due_around(every: timedelta, hour: int, zone: ZoneInfo, *, now: datetime) -> tuple[datetime, datetime]:
    """
    Say when it was due last (or is, now), and when it will be next, in UTC.

    `every` is a day or a week, of which it is the Monday. An hour that the clock leaves out comes an hour later.
    """
    day = now.astimezone(zone).date()
    if every == WEEK:
        day -= timedelta(days=day.weekday())
    if _at(day, hour, zone) > now:
        day -= every
    return _at(day, hour, zone), _at(day + every, hour, zone)


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
