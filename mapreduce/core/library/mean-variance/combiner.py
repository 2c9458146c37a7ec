#!/usr/bin/env python3
"""Add up the counts, sums and sums of squares of each key."""

import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal, getcontext
from itertools import groupby


def main() -> None:
    getcontext().prec = 2000
    for key, count, total, squares in merged(sys.stdin.buffer):
        sys.stdout.buffer.write(b"%s\t%d\t%s\t%s\n" % (key, count, str(total).encode(), str(squares).encode()))


def merged(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int, Decimal, Decimal]]:
    for key, of_key in groupby(lines, key=lambda line: line.partition(b"\t")[0]):
        count, total, squares = 0, Decimal(0), Decimal(0)
        for line in of_key:
            _, n, a, b = line.decode(errors="surrogateescape").split("\t")
            count, total, squares = count + int(n), total + Decimal(a), squares + Decimal(b)
        yield key, count, total, squares


if __name__ == "__main__":
    main()
