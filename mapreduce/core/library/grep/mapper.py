#!/usr/bin/env python3
"""Write the lines that match, behind their file's name and their place in it: file TAB place TAB line."""

import os
import re
import sys


def main() -> None:
    wanted, inverts = pattern(), choice("INVERT", "no", "yes") == "yes"
    name = os.environb.get(b"mapreduce_map_input_file", b"").rsplit(b"/", 1)[-1].replace(b"\t", b" ")
    place = int(os.environ.get("mapreduce_map_input_start") or 0)  # where this part of the file begins
    for line in sys.stdin.buffer:
        text = line.rstrip(b"\r\n")
        if (wanted.search(text.decode(errors="surrogateescape")) is None) == inverts:
            sys.stdout.buffer.write(b"%s\t%018d\t%s\n" % (name, place, text))
        place += len(line)


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
