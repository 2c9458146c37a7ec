#!/usr/bin/env python3
"""Write the lines, which come sorted, without their keys."""

import sys


def main() -> None:
    for record in sys.stdin.buffer:
        line = record.rstrip(b"\n").split(b"\t")[1]
        sys.stdout.buffer.write(line.replace(b"\x01\x01", b"\t").replace(b"\x01\x02", b"\x01") + b"\n")


if __name__ == "__main__":
    main()
