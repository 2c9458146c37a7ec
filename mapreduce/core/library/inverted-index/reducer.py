#!/usr/bin/env python3
"""
List the documents of each word: word TAB document:count document:count …

Word and document are both part of the key, so the documents of a word come sorted, and none need be remembered.
"""

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter


def main() -> None:
    write = sys.stdout.buffer.write
    for word, of_word in groupby(entries(sys.stdin.buffer), key=itemgetter(0)):
        write(word)
        gap = b"\t"
        for document, of_document in groupby(of_word, key=itemgetter(1)):
            write(b"%s%s:%d" % (gap, document, sum(count for _, _, count in of_document)))
            gap = b" "
        write(b"\n")


def entries(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, int]]:
    for line in lines:
        word, document, count = line.split(b"\t")
        yield word, document, int(count)


if __name__ == "__main__":
    main()
