#!/usr/bin/env python3
"""Write the lines without their places; files come one after the other, and lines in their order."""

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter


def main() -> None:
    for (name, _), same_place in groupby(records(sys.stdin.buffer), key=itemgetter(0, 1)):
        for _, _, line in sorted(same_place):  # more than one only if several files have this name
            sys.stdout.buffer.write(b"%s\t%s\n" % (name, line))


def records(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    for record in lines:
        name, place, line = record.rstrip(b"\n").split(b"\t", 2)
        yield name, place, line


if __name__ == "__main__":
    main()
