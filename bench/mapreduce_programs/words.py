"""Say each word of a document, with a 1."""

import sys

for line in sys.stdin:
    _, _, text = line.strip().partition("\t")
    for word in text.split():
        print("%s\t%s" % (word, 1))  # noqa: UP031 - as tutorials have it
