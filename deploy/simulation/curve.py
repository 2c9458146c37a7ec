"""What comes in, minute by minute: from a file, or a day made up."""

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from deploy.errors import DeployError
from deploy.interface import Load

COLUMNS = {"requests_per_second": "request", "images_per_second": "image", "posts_per_second": "post"}
MINUTES_OF_DAY = 1440
LONGEST = 31 * MINUTES_OF_DAY

NIGHT_REQUESTS, DAY_REQUESTS, EVENING_REQUESTS = 10.0, 120.0, 180.0
RAMP, EVENING, SPIKE = 8 * 60, 20 * 60, 14 * 60  # the minutes of the day around which these are
SPIKE_TIMES = 4.0  # something is shared a lot: so many times the load, within ten minutes, gone after an hour
IMAGES_OF_REQUEST, POSTS_OF_REQUEST = 1 / 20, 15.0


class CurveInvalid(DeployError):
    """The file is no load curve; the words name the line."""


def read_curve(path: Path) -> list[Load]:
    """
    Read one line for each minute: `minute,requests_per_second`, and images and posts if there are any.

    A minute that is not there is like the one before.

    :raises CurveInvalid: in words.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            points = dict(_points(path, csv.DictReader(file)))
    except OSError as error:
        raise CurveInvalid(f"{path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error):
        raise CurveInvalid(f"{path} is no CSV in UTF-8.") from None
    if not points:
        raise CurveInvalid(f"{path} has no line beneath its head; write one for each minute.")
    return _filled(points)


def _points(path: Path, lines: "csv.DictReader[str]") -> Iterator[tuple[int, Load]]:
    head = set(lines.fieldnames or [])
    if "minute" not in head or not head & set(COLUMNS):
        raise CurveInvalid(f"{path}: the first line must name minute and one or more of {', '.join(COLUMNS)}.")
    if unknown := head - {"minute", *COLUMNS}:
        raise CurveInvalid(f"{path}: nobody knows the columns {', '.join(sorted(map(str, unknown)))}.")
    earlier = -1
    for line in lines:
        try:
            minute = int(line["minute"])
            rates = {kind: float(line[column] or 0) for column, kind in COLUMNS.items() if column in head}
            is_whole = None not in line and None not in line.values()
        except (TypeError, ValueError):
            is_whole = False
        if not is_whole:
            raise CurveInvalid(f"{path}, line {lines.line_num}: that is not {len(head)} numbers.")
        if not earlier < minute < LONGEST or not all(0 <= rate < math.inf for rate in rates.values()):
            words = f"minutes must rise, below {LONGEST}, and rates be 0 or more"
            raise CurveInvalid(f"{path}, line {lines.line_num}: {words}.")
        earlier = minute
        yield minute, Load(**rates)


def _filled(points: dict[int, Load]) -> list[Load]:
    found, now = [], Load()
    for minute in range(max(points) + 1):
        now = points.get(minute, now)
        found.append(now)
    return found


def made_up_day(times: float = 1.0) -> list[Load]:
    """Make up a day with a ramp in the morning, a peak in the evening and a spike in the afternoon; `times` as much."""
    return [_made_up(minute, times) for minute in range(MINUTES_OF_DAY)]


def _made_up(minute: int, times: float) -> Load:
    day = DAY_REQUESTS / (1 + math.exp(-(minute - RAMP) / 30)) / (1 + math.exp((minute - 23 * 60) / 20))
    evening = (EVENING_REQUESTS - DAY_REQUESTS) * math.exp(-(((minute - EVENING) / 75) ** 2))
    since = minute - SPIKE
    spike = (SPIKE_TIMES - 1) * DAY_REQUESTS * min(since / 10, math.exp(-(since - 10) / 20)) if since > 0 else 0.0
    requests = times * (NIGHT_REQUESTS + day + evening + spike)
    return Load(requests, requests * IMAGES_OF_REQUEST, requests * POSTS_OF_REQUEST)
