#!/usr/bin/env python3
"""
Write for each number what can be added up: key TAB count (1) TAB sum TAB sum of squares.

Sums of floats depend on their order, and squares of them cancel; these are decimals, and exact.
"""

import os
import sys
from decimal import Decimal, getcontext

FURTHEST = 150  # no digit lies further from the point, so that no sum has more than 2000 digits


def main() -> None:
    choice("VARIANCE", "sample", "population")  # the reducer needs it: better to hear of a wrong one now
    getcontext().prec = 2000
    for line in sys.stdin.buffer:
        key, _, text = line.rstrip(b"\r\n").partition(b"\t")
        try:
            number = exact(text.decode())
        except (ValueError, ArithmeticError):
            print("reporter:counter:Records,Malformed,1", file=sys.stderr)
            continue
        sys.stdout.buffer.write(b"%s\t1\t%s\t%s\n" % (key, str(number).encode(), str(number * number).encode()))


def exact(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or number.adjusted() > FURTHEST or int(number.as_tuple().exponent) < -FURTHEST:
        raise ValueError
    return number


def choice(name: str, *known: str) -> str:
    value = os.environ.get(name) or known[0]
    if value not in known:
        sys.exit(f"{name} must be {' or '.join(known)}, not {value!r}.")
    return value


if __name__ == "__main__":
    main()
