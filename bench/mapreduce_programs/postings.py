"""Say each word of a document, with the document's name."""

import sys

for line in sys.stdin:
    document, _, text = line.strip().partition("\t")
    for word in text.split():
        print("%s\t%s" % (word, document))  # noqa: UP031 - as tutorials have it
