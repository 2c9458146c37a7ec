"""Add up the numbers of each word; they come in the order of words."""

import sys

current, total = None, 0
for line in sys.stdin:
    word, count = line.strip().split("\t", 1)
    if word == current:
        total += int(count)
    else:
        if current is not None:
            print("%s\t%s" % (current, total))  # noqa: UP031 - as tutorials have it
        current, total = word, int(count)
if current is not None:
    print("%s\t%s" % (current, total))  # noqa: UP031
