"""Rows as files for other programs, written piece by piece so that none of them has to fit into memory."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from itertools import islice
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # what a spreadsheet would work out
ROWS_AT_ONCE = 200

Row = Mapping[str, Any]


def csv_of(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """
    Write rows as CSV in UTF-8 (RFC 4180), with a line of names; lists are parted by spaces.

    Text that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises.
    """
    yield _lines([columns])
    left = iter(rows)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield _lines([[_cell(row[column]) for column in columns] for row in some])


def json_of(rows: Iterable[Row]) -> Iterator[bytes]:
    """Write rows as one JSON array."""
    before = b"[\n"
    for line in _jsons(rows):
        yield before + line
        before = b",\n"
    yield b"\n]\n" if before == b",\n" else b"[]\n"


def json_lines_of(rows: Iterable[Row]) -> Iterator[bytes]:
    """Write rows as JSON, one a line."""
    return (line + b"\n" for line in _jsons(rows))


def _jsons(rows: Iterable[Row]) -> Iterator[bytes]:
    for row in rows:
        yield json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False).encode()


def _lines(rows: Iterable[Sequence[Any]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    value = " ".join(value) if isinstance(value, list) else _plain(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
