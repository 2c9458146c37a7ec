"""
Reads values of which nobody promised the shape: what is not as it should be reads as empty.

Everything is made fit to keep: text without NUL and halves of letters, moments in UTC and whole milliseconds.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

LONGEST_TEXT = 25_000  # letters; X's longest post
LONGEST_NAME = 200
LONGEST_LINK = 2_000
MOST_LINKS = 20
LONGEST_ID = 300  # a `did:web:` holds a domain

Fields = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(2100, 1, 1, tzinfo=UTC)
_LONGEST_MS = (_END - _EPOCH) // timedelta(milliseconds=1)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ID = re.compile(r"[!-~]+")
# Every escape: a pair of halves, a half that stands alone, or another (so that a backslash hides what follows it).
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def fields_of(raw: bytes) -> Fields:
    """Read an object of JSON; mend what is nearly one: half a letter, wrong UTF-8, NaN."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        value = _mended(raw)
    return value if isinstance(value, dict) else {}


def _mended(raw: bytes) -> object:
    text = _ESCAPE.sub(lambda found: r"\ufffd" if found["half"] else found[0], raw.decode(errors="replace"))
    try:
        return json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None


def inner(fields: Fields, *names: str) -> Fields:
    """Give the object that stands at the end of a path."""
    for name in names:
        value = fields.get(name)
        if not isinstance(value, dict):
            return {}
        fields = value
    return fields


def each(fields: Fields, name: str) -> Iterator[Fields]:
    """Give the objects of a list."""
    values = fields.get(name)
    if isinstance(values, list):
        yield from (value for value in values if isinstance(value, dict))


def text_of(fields: Fields, name: str, longest: int = LONGEST_NAME) -> str:
    """Give a text, cut to its longest."""
    value = fields.get(name)
    if not isinstance(value, str):
        return ""
    return value[:longest].replace("\0", "") if "\0" in value else value[:longest]


def id_of(fields: Fields, *names: str) -> str:
    """Give the first id of these names that is one: a number, or a text without white space."""
    for name in names:
        value = fields.get(name)
        text = str(value) if isinstance(value, int) and number_of(value) is not None else value
        if isinstance(text, str) and len(text) <= LONGEST_ID and _ID.fullmatch(text):
            return text
    return ""


def number_of(value: object) -> int | None:
    """Give a whole number of 64 bits, which X also writes as text; not below zero."""
    if isinstance(value, str) and len(value) < 20 and value.isascii() and value.isdigit():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**64 else None


def links_of(values: Iterator[str]) -> tuple[str, ...]:
    """Keep links, each once."""
    links = dict.fromkeys(link for link in values if link.startswith(("http://", "https://")))
    return tuple(links)[:MOST_LINKS]


def moment(value: object) -> datetime | None:
    """Read ISO 8601 (UTC where no zone is told) or `Wed Oct 10 20:19:24 +0000 2018`; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value if value[:1].isdigit() else _iso(value))
    except ValueError:
        return None
    return _kept(at if at.tzinfo else at.replace(tzinfo=UTC))


def _iso(value: str) -> str:
    """Turn X's old way of writing a moment into ISO 8601. :raises ValueError:"""
    _, month, day, time, zone, year = value.split()
    return f"{year}-{_MONTHS.index(month) + 1:02}-{day:0>2}T{time}{zone}"


def moment_after(milliseconds: int | None, since: datetime = _EPOCH) -> datetime | None:
    """Give the moment so long after another."""
    if milliseconds is None or milliseconds > _LONGEST_MS:
        return None
    return _kept(since + timedelta(milliseconds=milliseconds))


def _kept(at: datetime) -> datetime | None:
    """Cut to milliseconds; None if nobody can have written a post then."""
    try:
        at = at.astimezone(UTC)
    except OverflowError:
        return None
    return at.replace(microsecond=at.microsecond // 1000 * 1000) if _EPOCH <= at < _END else None
