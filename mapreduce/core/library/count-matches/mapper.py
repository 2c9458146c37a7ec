#!/usr/bin/env python3
"""Write each text that matches and how often it does, counted a megabyte at a time."""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator

CHUNK_BYTES = 1 << 20


def main() -> None:
    wanted = pattern()
    while lines := sys.stdin.buffer.readlines(CHUNK_BYTES):
        for text, count in Counter(matches(wanted, lines)).items():
            sys.stdout.buffer.write(f"{text}\t{count}\n".encode(errors="surrogateescape"))


def matches(wanted: re.Pattern[str], lines: Iterable[bytes]) -> Iterator[str]:
    """Give the first group of each match, or all of it if there is no group; nothing that is empty."""
    group = 1 if wanted.groups else 0
    for line in lines:
        for found in wanted.finditer(line.rstrip(b"\r\n").decode(errors="surrogateescape")):
            if found[group]:
                yield found[group].replace("\t", " ")


def pattern() -> re.Pattern[str]:
    flags = re.IGNORECASE if choice("IGNORE_CASE", "no", "yes") == "yes" else 0
    text = os.environ.get("PATTERN", "")
    if not text:
        sys.exit("PATTERN is missing: say what to look for.")
    try:
        return re.compile(text, flags)
    except (re.error, OverflowError, RecursionError) as error:
        sys.exit(f"PATTERN is not a regular expression: {error}.")


def choice(name: str, *known: str) -> str:
    value = os.environ.get(name) or known[0]
    if value not in known:
        sys.exit(f"{name} must be {' or '.join(known)}, not {value!r}.")
    return value


if __name__ == "__main__":
    main()
