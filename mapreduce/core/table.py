"""
Results as a table: the beginning of what a job wrote, to be sorted, searched and counted on a page.

What programs print is hostile: it may be packed a thousand times over, no text at all, or one endless line.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import IO

MOST_BYTES = 2 * 2**20  # that are looked at, unpacked
MOST_ROWS = 50_000
TELLING_ROWS = 1_000
BLOCK_BYTES = 1 << 16
LONGEST_WHOLE = 40  # digits
NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d{1,40}", re.ASCII)
LARGEST = 1e300  # so that differences of numbers are numbers
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours of terminals
HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufff0-\uffff]")

Number = int | float
Row = tuple[str, ...]


class Unreadable(Exception):
    """It cannot be shown as a table; `str(error)` says why."""


@dataclass(frozen=True)
class Table:
    """Lines that were read, each cut into as many cells as there are columns; `is_cut` if there are more."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    is_cut: bool = False

    def with_text(self, text: str) -> "Table":
        """Keep the rows in which the text occurs, in upper case or lower."""
        wanted = text.casefold()
        rows = tuple(row for row in self.rows if any(wanted in cell.casefold() for cell in row))
        return Table(self.columns, rows, self.is_cut)

    def sorted_by(self, column: int, *, descending: bool = False) -> "Table":
        """Sort by a column: numbers as numbers, and before the rest; equal ones keep their order."""
        numbers: list[tuple[Number, Row]] = []
        others: list[tuple[str, Row]] = []
        for row in self.rows:
            number = number_of(row[column])
            if number is None:
                others.append((row[column].casefold(), row))
            else:
                numbers.append((number, row))
        numbers.sort(key=lambda pair: pair[0], reverse=descending)
        others.sort(key=lambda pair: pair[0], reverse=descending)
        return Table(self.columns, tuple(row for _, row in [*numbers, *others]), self.is_cut)

    def numbers_in(self, column: int) -> list[Number]:
        """List what is a number in a column."""
        return [number for row in self.rows if (number := number_of(row[column])) is not None]

    def numeric_columns(self) -> list[int]:
        """Name the columns of which at least half are numbers, as far as the first rows tell."""
        first = Table(self.columns, self.rows[:TELLING_ROWS])
        every = range(len(self.columns))
        return [column for column in every if first.rows and 2 * len(first.numbers_in(column)) >= len(first.rows)]


@dataclass(frozen=True)
class Head:
    """The beginning of a file, unpacked."""

    body: bytes
    is_cut: bool


def head_of(body: IO[bytes], name: str, *, most_bytes: int = MOST_BYTES) -> Head:
    """
    Read the beginning of a part; one whose name ends with .gz is unpacked, and never further than is asked for.

    :raises Unreadable: if it cannot be unpacked.
    """
    found = bytearray()
    blocks = _unpacked(body) if name.endswith(".gz") else iter(lambda: body.read(BLOCK_BYTES), b"")
    for block in blocks:
        found += block
        if len(found) > most_bytes:
            return Head(bytes(found[:most_bytes]), is_cut=True)
    return Head(bytes(found), is_cut=False)


def parse(heads: Sequence[Head], columns: Sequence[str], *, is_cut: bool = False) -> Table:
    """Cut lines into cells at their tabs; the last column takes what is left, and a line that was cut is left out."""
    lines = (line for head in heads for line in _lines(head))
    rows: list[Row] = []
    for line in lines:
        if len(rows) == MOST_ROWS:
            is_cut = True
            break
        cells = line.decode(errors="replace").split("\t", len(columns) - 1)
        rows.append(tuple(cell for cell, _ in zip_longest(cells, columns, fillvalue="")))
    return Table(tuple(columns), tuple(rows), is_cut or any(head.is_cut for head in heads))


def column_names(known: Sequence[str], *, key_fields: int = 1) -> tuple[str, ...]:
    """Name the columns: as the program does, else by what Hadoop calls them."""
    if known:
        return tuple(known)
    keys = ["Key"] if key_fields == 1 else [f"Key {number}" for number in range(1, key_fields + 1)]
    return (*keys, "Value")


def number_of(text: str) -> Number | None:
    """
    Read a number as people write it.

    >>> number_of("12"), number_of(" -1.5e3"), number_of("1_000"), number_of("nan"), number_of("٣")
    (12, -1500.0, None, None, None)
    """
    if text.isdecimal() and text.isascii() and len(text) <= LONGEST_WHOLE:
        return int(text)  # by far the most, and at once
    text = text.strip()
    if WHOLE.fullmatch(text):
        return int(text)
    if not NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if abs(number) <= LARGEST else None


def visible(text: str, *, keep: str = "") -> str:
    """
    Show what cannot be seen, or would turn the text around: control characters as their pictures, the rest as �.

    >>> visible("a\\x00b\\u202ec\\x1b[31md")
    'a␀b�cd'
    """
    text = ESCAPES.sub("", text)
    return HIDDEN.sub(lambda found: found[0] if found[0] in keep else _picture(found[0]), text)


def _picture(letter: str) -> str:
    if letter < " ":
        return chr(0x2400 + ord(letter))
    return "␡" if letter == "\x7f" else "\N{REPLACEMENT CHARACTER}"


def _lines(head: Head) -> list[bytes]:
    *lines, last = head.body.split(b"\n", MOST_ROWS + 1)
    return [*lines, last] if last and not (head.is_cut and lines) else lines


def _unpacked(body: IO[bytes]) -> Iterator[bytes]:
    """Unpack one gzip stream after the other, in blocks that are small however much is packed into them."""
    try:
        packed, stream = body.read(BLOCK_BYTES), zlib.decompressobj(wbits=31)
        while packed:
            yield stream.decompress(packed, BLOCK_BYTES)
            packed = stream.unconsumed_tail
            if stream.eof:
                packed, stream = stream.unused_data.lstrip(b"\0"), zlib.decompressobj(wbits=31)
            packed = packed or body.read(BLOCK_BYTES)
    except zlib.error:
        raise Unreadable("It cannot be unpacked. Download it, and look at it with other programs.") from None
