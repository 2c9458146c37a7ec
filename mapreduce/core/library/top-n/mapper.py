#!/usr/bin/env python3
"""Write the N records with the largest numbers of this part, all behind one key, so that one reducer sees them."""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from heapq import nsmallest


def main() -> None:
    most = whole_number("N", default=10)
    for _, key, text in nsmallest(most, ranked(sys.stdin.buffer)):  # a heap of N, however many come by
        sys.stdout.buffer.write(b"top\t%s\t%s\n" % (key, text))


def ranked(lines: Iterable[bytes]) -> Iterator[tuple[Decimal, bytes, bytes]]:
    """Give records in a form that sorts the largest number first, equal ones by their keys."""
    for line in lines:
        key, _, text = line.rstrip(b"\r\n").partition(b"\t")
        try:
            number = Decimal(text.decode())
            if not number.is_finite():
                raise ValueError
            yield number.copy_negate(), key, text.strip()
        except (ValueError, ArithmeticError):
            print("reporter:counter:Records,Malformed,1", file=sys.stderr)


def whole_number(name: str, *, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not re.fullmatch("[0-9]{1,6}", text) or int(text) < 1:
        sys.exit(f"{name} must be a whole number from 1 to 999999, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    main()
