#!/usr/bin/env python3
"""Write the N records with the largest numbers of all, the largest first."""

import os
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from heapq import nsmallest


def main() -> None:
    most = int(os.environ.get("N") or "10")
    for _, key, text in nsmallest(most, ranked(sys.stdin.buffer)):
        sys.stdout.buffer.write(b"%s\t%s\n" % (key, text))


def ranked(lines: Iterable[bytes]) -> Iterator[tuple[Decimal, bytes, bytes]]:
    for line in lines:
        _, key, text = line.rstrip(b"\n").split(b"\t")
        yield Decimal(text.decode()).copy_negate(), key, text


if __name__ == "__main__":
    main()
