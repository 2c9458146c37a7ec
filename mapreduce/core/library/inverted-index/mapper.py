#!/usr/bin/env python3
"""Write for each document its words, and how often each occurs in it: word TAB document TAB count."""

import os
import re
import sys
from collections import Counter

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def main() -> None:
    shortest, folds = whole_number("MIN_LENGTH", default=1), choice("FOLD_CASE", "yes", "no") == "yes"
    for line in sys.stdin.buffer:
        document, tab, text = line.rstrip(b"\r\n").decode(errors="surrogateescape").partition("\t")
        if not document or not tab:
            print("reporter:counter:Records,Malformed,1", file=sys.stderr)
            continue
        words = WORD.findall(text)
        for word, count in Counter(map(str.lower, words) if folds else words).items():
            if len(word) >= shortest:
                record = f"{word}\t{document}\t{count}\n"
                sys.stdout.buffer.write(record.encode(errors="surrogateescape"))


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
