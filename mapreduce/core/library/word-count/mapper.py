#!/usr/bin/env python3
"""Write each word and how often it occurs; counting a megabyte at a time leaves far less to sort."""

import os
import re
import sys
from collections import Counter

CHUNK_BYTES = 1 << 20
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def main() -> None:
    shortest, folds = whole_number("MIN_LENGTH", default=1), choice("FOLD_CASE", "yes", "no") == "yes"
    while lines := sys.stdin.buffer.readlines(CHUNK_BYTES):
        words = WORD.findall(b"".join(lines).decode(errors="surrogateescape"))
        for word, count in Counter(map(str.lower, words) if folds else words).items():
            if len(word) >= shortest:
                sys.stdout.buffer.write(f"{word}\t{count}\n".encode())


def whole_number(name: str, *, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < 1:
        sys.exit(f"{name} must be a whole number from 1 on, not {text!r}.")
    return int(text)


def choice(name: str, *known: str) -> str:
    value = os.environ.get(name) or known[0]
    if value not in known:
        sys.exit(f"{name} must be {' or '.join(known)}, not {value!r}.")
    return value


if __name__ == "__main__":
    main()
