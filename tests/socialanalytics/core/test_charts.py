"""Charts for mails are pictures that anybody can open."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from socialanalytics.core.charts import COLOURS, chart
from socialanalytics.store.port import Moment

END = datetime(2026, 3, 10, 12, 7, tzinfo=UTC)


def drawn(
    moments: Sequence[Moment], *, days: float = 1, zone: str = "UTC", marked: datetime | None = None
) -> Image.Image:
    body = chart(moments, start=END - timedelta(days=days), end=END, zone=ZoneInfo(zone), marked=marked)
    assert len(body) < 60_000, "a mail has room for twenty"
    return Image.open(BytesIO(body)).convert("RGB")


def colours_of(image: Image.Image) -> set[str]:
    found = image.getcolors(image.width * image.height) or []
    return {"#{:02x}{:02x}{:02x}".format(*rgb) for _, rgb in found}


def test_show_each_mood_in_its_colour_on_white() -> None:
    image = drawn([Moment(END - timedelta(hours=3), 30, 20, 10, 0)])

    assert image.size == (1080, 540)
    assert image.getpixel((0, 0)) == (255, 255, 255)
    assert set(COLOURS.values()) <= colours_of(image)


def test_tint_the_time_that_surged() -> None:
    moments = [Moment(END - timedelta(hours=3), 30, 20, 10, 0)]

    assert colours_of(drawn(moments, marked=END - timedelta(hours=1))) - colours_of(drawn(moments))


def test_leave_out_what_is_not_of_their_time() -> None:
    outside = [Moment(END - timedelta(days=2), 30, 20, 10, 0), Moment(END, 30, 20, 10, 0)]

    assert drawn(outside).tobytes() == drawn([]).tobytes()


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York"])
@pytest.mark.parametrize("days", [1, 7])
def test_are_drawn_in_any_zone(days: float, zone: str) -> None:
    moments = [Moment(END - timedelta(minutes=15 * n), n % 7, n % 5, n % 3, 0) for n in range(600, 0, -1)]

    assert drawn(moments, days=days, zone=zone).tobytes() != drawn(moments, days=days).tobytes()


def test_load_what_draws_only_when_they_are_drawn() -> None:
    code = "import sys, socialanalytics.core.charts; print('matplotlib' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
