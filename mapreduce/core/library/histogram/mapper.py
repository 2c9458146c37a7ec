#!/usr/bin/env python3
"""Write the number of each bin and how many values fall into it, counted a megabyte at a time."""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

CHUNK_BYTES = 1 << 20
MOST_BINS = 10**18  # on either side of 0; with it added, bins have 19 digits and sort as numbers do


def main() -> None:
    width, field = bin_width(), whole_number("FIELD", default=1)
    while lines := sys.stdin.buffer.readlines(CHUNK_BYTES):
        for number, count in Counter(bins(lines, width, field)).items():
            sys.stdout.buffer.write(b"%019d\t%d\n" % (number + MOST_BINS, count))


def bins(lines: Iterable[bytes], width: Decimal, field: int) -> Iterator[int]:
    for line in lines:
        try:
            value = Decimal(line.rstrip(b"\r\n").split(b"\t", field)[field - 1].decode())
            whole, rest = divmod(value, width)  # cut off towards 0
            number = int(whole) - (rest < 0)
            if abs(number) >= MOST_BINS:
                raise ValueError
            yield number
        except (IndexError, ValueError, ArithmeticError):
            print("reporter:counter:Records,Malformed,1", file=sys.stderr)


def bin_width() -> Decimal:
    text = os.environ.get("WIDTH") or "10"
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", text) or not Decimal(text):
        sys.exit(f"WIDTH must be a number above 0, such as 10 or 0.5, not {text!r}.")
    return Decimal(text)


def whole_number(name: str, *, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < 1:
        sys.exit(f"{name} must be a whole number from 1 on, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    main()
