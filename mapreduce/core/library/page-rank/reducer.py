#!/usr/bin/env python3
"""
Write the new rank of each node: 1 - damping + what was handed to it; in the form of the input, for the next step.

A node that others link to but that has no line of its own gets one, without links.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal, getcontext
from itertools import groupby
from operator import itemgetter

PLACES = Decimal("1e-12")


def main() -> None:
    damping = Decimal(os.environ.get("DAMPING") or "0.85")
    getcontext().prec = 60
    for node, of_node in groupby(records(sys.stdin.buffer), key=itemgetter(0)):
        total, links = gathered(of_node)
        rank = f"{(1 - damping + total).quantize(PLACES):f}"
        sys.stdout.buffer.write(b"%s\t%s\t%s\n" % (node, rank.encode(), links))


def gathered(of_node: Iterable[tuple[bytes, bytes, bytes]]) -> tuple[Decimal, bytes]:
    """Add up the shares, and find the links; of a node with two lines those that come first in byte order."""
    total, found = Decimal(0), None
    for _, kind, text in of_node:
        if kind == b"share":
            total += Decimal(text.decode())
        elif found is None:
            found = text
        else:
            print("reporter:counter:Records,Malformed,1", file=sys.stderr)
            found = min(found, text)
    return total, found or b""


def records(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    for line in lines:
        node, kind, text = line.rstrip(b"\n").split(b"\t", 2)
        yield node, kind, text


if __name__ == "__main__":
    main()
