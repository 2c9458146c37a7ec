"""What the pages of Social Media Analytics show in words and small drawings."""

from collections.abc import Sequence

from django import template

register = template.Library()

MANY_TIMES = 5  # as many are no longer said in percent
SPARK_WIDTH, SPARK_HEIGHT = 120, 32  # of the drawing, in its own units


@register.filter
def share(part: int, whole: int) -> str:
    """Give a part of a whole in percent; tenths where they matter."""
    if not whole:
        return "0 %"
    percent = 100 * part / whole
    return f"{percent:.1f} %" if 0 < percent < 10 else f"{percent:.0f} %"


@register.filter
def change(now: int, before: int) -> str:
    """Say how many more or fewer it is than before."""
    if now == before:
        return "as many as the day before"
    if not before:
        return "none the day before"
    percent = round(100 * (now - before) / before)
    if not percent:
        return "about as many as the day before"
    if now > MANY_TIMES * before:
        return f"▲ {round(now / before)} times as many as the day before"
    return f"{'▲' if percent > 0 else '▼'} {abs(percent)} % {'more' if percent > 0 else 'fewer'} than the day before"


@register.filter
def spark(counts: Sequence[int]) -> str:
    """Give the points of the line through the counts."""
    if len(counts) < 2:
        return ""
    most, step = max(*counts, 1), SPARK_WIDTH / (len(counts) - 1)
    return " ".join(
        f"{i * step:.1f},{SPARK_HEIGHT - 2 - (SPARK_HEIGHT - 4) * n / most:.1f}" for i, n in enumerate(counts)
    )


@register.filter
def width(part: int, whole: int) -> str:
    """Give a part of a whole as a length of a hundred."""
    return f"{100 * part / whole:.2f}" if whole else "0"


@register.filter
def width_left(part: int, whole: int) -> str:
    """Say where a part that stands at the end of a bar of a hundred begins."""
    return f"{100 - 100 * part / whole:.2f}" if whole else "100"
