#!/usr/bin/env python3
"""
Pair the records of each key: key TAB left TAB right.

All is part of the key, so the left ones come first, and sorted. Only they are remembered, for one key at a time.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

Record = tuple[bytes, bytes, bytes]  # key, side, rest


def main() -> None:
    keeps_left = choice("KIND", "inner", "left") == "left"
    for key, of_key in groupby(records(sys.stdin.buffer), key=itemgetter(0)):
        for left, right in pairs(of_key, keeps_left):
            sys.stdout.buffer.write(b"%s\t%s\t%s\n" % (key, left, right))


def pairs(of_key: Iterable[Record], keeps_left: bool) -> Iterator[tuple[bytes, bytes]]:
    lefts: list[bytes] = []
    is_paired = False
    for _, side, rest in of_key:
        if side == b"0":
            lefts.append(rest)
            continue
        is_paired = True
        for left in lefts:
            yield left, rest
    if keeps_left and not is_paired:
        for left in lefts:
            yield left, b""


def records(lines: Iterable[bytes]) -> Iterator[Record]:
    for line in lines:
        key, side, rest = line.rstrip(b"\n").split(b"\t")[:3]
        yield key, side, rest.replace(b"\x01\x01", b"\t").replace(b"\x01\x02", b"\x01")


def choice(name: str, *known: str) -> str:
    value = os.environ.get(name) or known[0]
    if value not in known:
        sys.exit(f"{name} must be {' or '.join(known)}, not {value!r}.")
    return value


if __name__ == "__main__":
    main()
