#!/usr/bin/env python3
"""Add up the shares that go to one node, and let its links pass."""

import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal, getcontext
from itertools import groupby
from operator import itemgetter


def main() -> None:
    getcontext().prec = 60
    write = sys.stdout.buffer.write
    for node, of_node in groupby(records(sys.stdin.buffer), key=itemgetter(0)):
        total = Decimal(0)
        for _, kind, text in of_node:
            if kind == b"share":
                total += Decimal(text.decode())
            else:
                write(b"%s\tlinks\t%s\n" % (node, text))
        write(b"%s\tshare\t%s\n" % (node, str(total).encode()))


def records(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    for line in lines:
        node, kind, text = line.rstrip(b"\n").split(b"\t", 2)
        yield node, kind, text


if __name__ == "__main__":
    main()
