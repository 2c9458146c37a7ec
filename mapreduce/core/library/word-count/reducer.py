#!/usr/bin/env python3
"""Add up the counts of each word; the combiner does the same."""

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter


def main() -> None:
    for word, pairs in groupby(counts(sys.stdin.buffer), key=itemgetter(0)):
        sys.stdout.buffer.write(b"%s\t%d\n" % (word, sum(count for _, count in pairs)))


def counts(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    for line in lines:
        word, _, count = line.partition(b"\t")
        yield word, int(count)


if __name__ == "__main__":
    main()
