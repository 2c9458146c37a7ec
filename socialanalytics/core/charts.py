"""A tracker's posts as a picture for mails: a white card, so that it reads alike on a light and a dark ground."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:  # half a second and 50 MB, for those who draw alone
    from matplotlib.axes import Axes

INCHES, DOTS_PER_INCH = (5.4, 2.7), 200  # a mail is 540 pixels wide; twice as many dots for fine screens
MOODS = ("positive", "neutral", "negative")
COLOURS = {"positive": "#0b7f86", "neutral": "#b4c3c8", "negative": "#d1495b"}
INK, SOFT, LINE = "#11252b", "#475d65", "#dfe7e9"
BARS = 48  # as many as can be told apart


class Moods(Protocol):
    """The posts of one step of time."""

    @property
    def at(self) -> datetime: ...

    @property
    def positive(self) -> int: ...

    @property
    def neutral(self) -> int: ...

    @property
    def negative(self) -> int: ...


def chart(
    moods: Sequence[Moods], *, start: datetime, end: datetime, zone: ZoneInfo, marked: datetime | None = None
) -> bytes:
    """
    Draw how many posts there were between `start` and `end`, by mood, as a PNG with times of the zone.

    From the bar of `marked` on the ground is tinted: there something surged.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    steps = _steps(moods, start, end)
    _draw_bars(axes, steps, width=(end - start) / BARS)
    if marked:
        first_bar = max(step for step in steps if step <= max(marked, start))
        axes.axvspan(first_bar, end, color="#ffb26b", alpha=0.3, linewidth=0, zorder=0)  # type: ignore[arg-type]
    _draw_frame(axes, start, end, zone)
    _draw_legend(figure, {mood: sum(step[mood] for step in steps.values()) for mood in MOODS})
    body = BytesIO()
    figure.savefig(body, format="png", metadata={"Software": None}, pil_kwargs={"optimize": True})
    return body.getvalue()


def _steps(moods: Sequence[Moods], start: datetime, end: datetime) -> dict[datetime, dict[str, int]]:
    """Put the posts together into as many steps as there are bars, by the step's beginning."""
    width = (end - start) / BARS
    steps = {start + number * width: dict.fromkeys(MOODS, 0) for number in range(BARS)}
    for one in moods:
        if start <= one.at < end:
            step = steps[start + (one.at - start) // width * width]
            for mood in MOODS:
                step[mood] += getattr(one, mood)
    return steps


def _draw_bars(axes: "Axes", steps: dict[datetime, dict[str, int]], *, width: timedelta) -> None:
    """Stack the moods, the bad ones at the bottom, where their growth shows best."""
    starts: Any = list(steps)
    below = [0] * len(starts)
    for mood in reversed(MOODS):
        heights = [step[mood] for step in steps.values()]
        axes.bar(starts, heights, bottom=below, width=width * 0.82, align="edge", color=COLOURS[mood], linewidth=0)  # type: ignore[arg-type]
        below = [low + height for low, height in zip(below, heights, strict=True)]


def _draw_frame(axes: "Axes", start: datetime, end: datetime, zone: ZoneInfo) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    where = AutoDateLocator(tz=zone, minticks=4, maxticks=7)  # type: ignore[no-untyped-call]
    axes.set_xlim(start, end)  # type: ignore[arg-type]
    axes.xaxis.set_major_locator(where)
    words = ConciseDateFormatter(where, tz=zone, show_offset=False)  # type: ignore[no-untyped-call]
    words.formats = ["%Y", "%b", "%-d %b", "%H:%M", "%H:%M", "%S"]
    words.zero_formats = ["", "%Y", "%-d %b", "%-d %b", "%H:%M", "%H:%M"]
    axes.xaxis.set_major_formatter(words)
    axes.set_ylim(bottom=0, top=max(axes.get_ylim()[1], 4))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=SOFT, labelsize=10, length=0)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINE)


def _draw_legend(figure: Any, totals: dict[str, int]) -> None:
    """Write above the bars what each colour means, and how many posts it is."""
    from matplotlib.patches import Patch

    labels = [Patch(color=COLOURS[mood], label=f"{mood} {totals[mood]:,}") for mood in MOODS]
    figure.legend(
        handles=labels,
        loc="outside upper left",
        ncols=3,
        frameon=False,
        fontsize=11,
        labelcolor=INK,
        handlelength=0.9,
        handleheight=0.9,
        handletextpad=0.5,
        columnspacing=1.4,
    )
