"""List the documents of each word once; they come in order."""

import sys

current, documents = None, []
for line in sys.stdin:
    word, document = line.strip().split("\t", 1)
    if word != current:
        if current is not None:
            print("%s\t%s" % (current, ",".join(documents)))  # noqa: UP031 - as tutorials have it
        current, documents = word, []
    if not documents or documents[-1] != document:
        documents.append(document)
if current is not None:
    print("%s\t%s" % (current, ",".join(documents)))  # noqa: UP031
