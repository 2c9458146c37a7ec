#!/usr/bin/env python3
"""Add up the counts of each text; the combiner does the same."""

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter


def main() -> None:
    for text, pairs in groupby(counts(sys.stdin.buffer), key=itemgetter(0)):
        sys.stdout.buffer.write(b"%s\t%d\n" % (text, sum(count for _, count in pairs)))


def counts(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    for line in lines:
        text, _, count = line.partition(b"\t")
        yield text, int(count)


if __name__ == "__main__":
    main()
