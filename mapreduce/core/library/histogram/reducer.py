#!/usr/bin/env python3
"""Add up the counts of each bin, and write where it begins."""

import os
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal, getcontext
from itertools import groupby
from operator import itemgetter

MOST_BINS = 10**18


def main() -> None:
    width = Decimal(os.environ.get("WIDTH") or "10")
    getcontext().prec = 60  # enough for every bin times every width
    for number, pairs in groupby(counts(sys.stdin.buffer), key=itemgetter(0)):
        start = f"{(int(number) - MOST_BINS) * width:f}"
        sys.stdout.buffer.write(b"%s\t%d\n" % (start.encode(), sum(count for _, count in pairs)))


def counts(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    for line in lines:
        number, _, count = line.partition(b"\t")
        yield number, int(count)


if __name__ == "__main__":
    main()
