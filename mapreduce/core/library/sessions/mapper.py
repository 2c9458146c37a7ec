#!/usr/bin/env python3
"""
Write who did something and when, in seconds since 1970: user TAB seconds. Both are the key, so each user's come sorted.

A line is one of a web server's access log, whose user is the address it begins with, or user TAB time TAB anything.
A time is in seconds since 1970, or as in 2026-05-01T08:30:00Z; without a zone it is UTC.
"""

import math
import os
import re
import sys
from datetime import datetime

ACCESS_LOG = re.compile(rb"(\S+) \S+ .*?\[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\]")
WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
YEAR_10000 = 253402300800


def main() -> None:
    whole_number("GAP_MINUTES", default=30)  # the reducer needs it: better to hear of a wrong one now
    for line in sys.stdin.buffer:
        try:
            user, moment = event(line.rstrip(b"\r\n"))
            seconds = math.floor(moment)
            if not user or not 0 <= seconds < YEAR_10000:
                raise ValueError
        except (ValueError, OverflowError):
            print("reporter:counter:Records,Malformed,1", file=sys.stderr)
            continue
        sys.stdout.buffer.write(b"%s\t%012d\n" % (user, seconds))


def event(line: bytes) -> tuple[bytes, float]:
    if found := ACCESS_LOG.match(line):
        return found[1], datetime.strptime(found[2].decode(), "%d/%b/%Y:%H:%M:%S %z").timestamp()
    user, _, rest = line.partition(b"\t")
    return user, timestamp(rest.partition(b"\t")[0].decode().strip())


def timestamp(text: str) -> float:
    found = WRITTEN.fullmatch(text)
    if not found:
        return float(text)
    zone = "+00:00" if found[3] in (None, "Z") else found[3]
    return datetime.fromisoformat(f"{found[1]} {found[2]}{zone}").timestamp()


def whole_number(name: str, *, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < 1:
        sys.exit(f"{name} must be a whole number from 1 on, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    main()
