"""What the pages and mails of MapReduce show in words."""

from datetime import datetime

from django import template

from mapreduce.core import table, words

register = template.Library()


@register.filter
def visible(text: str) -> str:
    """Show control characters, but for the ends of lines and tabs."""
    return table.visible(text, keep="\n\t")


@register.filter
def visible_line(text: str) -> str:
    """Show all control characters."""
    return table.visible(text)


@register.filter
def last_lines(text: str, most: int) -> str:
    """Give the end of what a program said: so many lines, of at most 500 letters each."""
    return "\n".join(line[:500] for line in text.rstrip().split("\n")[-most:])


@register.filter
def duration(seconds: float | None) -> str:
    """Say how long something took."""
    return "" if seconds is None else words.duration(seconds)


@register.filter
def until(begin: datetime | None, end: datetime | None) -> str:
    """Say how long it was from one moment to another."""
    return words.duration((end - begin).total_seconds()) if begin and end else ""


@register.filter
def percent(part: float) -> int:
    """Give a part of 1 in whole percents."""
    return round(100 * part)
