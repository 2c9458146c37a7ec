#!/usr/bin/env python3
"""Write each record behind its key and its side: key TAB 0 (left) or 1 (right) TAB rest, whose TABs are escaped."""

import os
import sys
from fnmatch import fnmatchcase


def main() -> None:
    choice("KIND", "inner", "left")  # the reducer needs it: better to hear of a wrong one now
    side = 0 if fnmatchcase(file_name(), os.environ.get("LEFT") or "left*") else 1
    records = 0
    for line in sys.stdin.buffer:
        key, _, rest = line.rstrip(b"\r\n").partition(b"\t")
        if not key:
            print("reporter:counter:Records,Malformed,1", file=sys.stderr)
            continue
        records += 1
        sys.stdout.buffer.write(b"%s\t%d\t%s\n" % (key, side, escaped(rest)))
    print(f"reporter:counter:Records,{'Right' if side else 'Left'},{records}", file=sys.stderr)


def file_name() -> str:
    path = os.environ.get("mapreduce_map_input_file")
    if not path:
        sys.exit("mapreduce_map_input_file is not set: nothing tells from which file a record comes.")
    return path.rsplit("/", 1)[-1]


def escaped(rest: bytes) -> bytes:
    return rest.replace(b"\x01", b"\x01\x02").replace(b"\t", b"\x01\x01")


def choice(name: str, *known: str) -> str:
    value = os.environ.get(name) or known[0]
    if value not in known:
        sys.exit(f"{name} must be {' or '.join(known)}, not {value!r}.")
    return value


if __name__ == "__main__":
    main()
