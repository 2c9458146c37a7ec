"""List the documents of each word once, in order."""

import sys

current, documents = None, set()
for line in sys.stdin:
    word, document = line.strip().split("\t", 1)
    if word != current:
        if current is not None:
            print("%s\t%s" % (current, ",".join(sorted(documents))))  # noqa: UP031 - as tutorials have it
        current, documents = word, set()
    documents.add(document)
if current is not None:
    print("%s\t%s" % (current, ",".join(sorted(documents))))  # noqa: UP031
