#!/usr/bin/env python3
"""Cut what each user did into sessions, where the user paused for longer than the gap."""

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from itertools import groupby
from operator import itemgetter


def main() -> None:
    gap_seconds = 60 * int(os.environ.get("GAP_MINUTES") or "30")
    for user, events in groupby(records(sys.stdin.buffer), key=itemgetter(0)):
        for first, last, count in sessions((seconds for _, seconds in events), gap_seconds):
            start = datetime.fromtimestamp(first, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            sys.stdout.buffer.write(b"%s\t%s\t%d\t%d\n" % (user, start.encode(), last - first, count))


def sessions(moments: Iterable[int], gap_seconds: int) -> Iterator[tuple[int, int, int]]:
    """Give the first and the last moment of each session, and how many there are."""
    first = last = count = 0
    for moment in moments:
        if count and moment - last > gap_seconds:
            yield first, last, count
            count = 0
        first, last, count = (first if count else moment), moment, count + 1
    yield first, last, count


def records(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    for line in lines:
        user, seconds = line.split(b"\t")[:2]
        yield user, int(seconds)


if __name__ == "__main__":
    main()
