#!/usr/bin/env python3
"""Write count, mean and variance of each key; numbers are rounded only here, at the end."""

import os
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal, getcontext
from itertools import groupby


def main() -> None:
    missing = 1 if (os.environ.get("VARIANCE") or "sample") == "sample" else 0
    getcontext().prec = 2000
    for key, count, total, squares in merged(sys.stdin.buffer):
        mean, freedom = rounded(total / count), count - missing
        variance = rounded((squares * count - total * total) / (count * freedom)) if freedom else ""
        sys.stdout.buffer.write(b"%s\t%d\t%s\t%s\n" % (key, count, mean.encode(), variance.encode()))


def rounded(number: Decimal) -> str:
    return f"{float(number):.15g}"


def merged(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int, Decimal, Decimal]]:
    for key, of_key in groupby(lines, key=lambda line: line.partition(b"\t")[0]):
        count, total, squares = 0, Decimal(0), Decimal(0)
        for line in of_key:
            _, n, a, b = line.decode(errors="surrogateescape").split("\t")
            count, total, squares = count + int(n), total + Decimal(a), squares + Decimal(b)
        yield key, count, total, squares


if __name__ == "__main__":
    main()
