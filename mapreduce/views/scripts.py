"""The scripts of a program as fields of a page."""

from collections.abc import Mapping, Sequence
from typing import Any

from mapreduce.core.scripts import Script, Scripts

MAPPER = """#!/usr/bin/env python3
import sys

for line in sys.stdin:
    for word in line.split():
        print(f"{word}\\t1")
"""
REDUCER = """#!/usr/bin/env python3
import sys
from itertools import groupby

pairs = (line.rstrip("\\n").split("\\t", 1) for line in sys.stdin)
for word, group in groupby(pairs, key=lambda pair: pair[0]):
    print(f"{word}\\t{sum(int(count) for _, count in group)}")
"""
BEGINNING = Scripts(Script("mapper.py", MAPPER), Script("reducer.py", REDUCER))
HELP = {
    "mapper": "Reads records from stdin, one a line, and prints key TAB value.",
    "reducer": "Reads what the mapper printed, sorted by key, and prints results. Empty: there is no reducer.",
    "combiner": "Reads and prints as the reducer does, but beside the mapper: less is sorted. May be left empty.",
}


def script_fields(scripts: Scripts, *, errors: Mapping[str, Sequence[str]] | None = None) -> list[dict[str, Any]]:
    """Say what the tabs of the editor hold; see `templates/mapreduce/script_fields.html`."""
    return [
        {
            "role": role,
            "label": role.capitalize(),
            "filename": script.filename or f"{role}.py",
            "text": script.text,
            "help": HELP[role],
            "errors": (errors or {}).get(role, ()),
        }
        for role, script in (("mapper", scripts.mapper), ("reducer", scripts.reducer), ("combiner", scripts.combiner))
    ]
