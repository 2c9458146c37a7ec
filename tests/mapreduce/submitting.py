"""Jobs as people submit them: data is uploaded, a program is kept, both go into a submission."""

from typing import Any

from cloudapps.models import User
from mapreduce import services
from mapreduce.core.options import Options
from mapreduce.core.scripts import Script, Scripts
from mapreduce.models import Job, JobInput, Program
from mapreduce.services import ProgramChoice, Source, Submission
from tests.factories import NOW, make_upload, read

WORDS = b"b a\na c a\n"
COUNTED = b"a\t3\nb\t1\nc\t1\n"

MAPPER = """#!/usr/bin/env python3
import sys
for line in sys.stdin:
    for word in line.split():
        print(f"{word}\\t1")
"""
REDUCER = """#!/usr/bin/env python3
import sys
from itertools import groupby
pairs = (line.rstrip("\\n").split("\\t") for line in sys.stdin)
for word, group in groupby(pairs, key=lambda pair: pair[0]):
    print(f"{word}\\t{sum(int(count) for _, count in group)}")
"""
BROKEN = """#!/usr/bin/env python3
import sys
for line in sys.stdin:
    print(int(line))
"""
COUNTING = Scripts(Script("mapper.py", MAPPER), Script("reducer.py", REDUCER))


def uploaded(owner: User, body: bytes = WORDS, name: str = "words.txt") -> Source:
    """Upload data, and name it as a source."""
    return Source(JobInput.Source.UPLOAD, make_upload(owner, body, filename=name).pk)


def own_program(owner: User, scripts: Scripts = COUNTING, title: str = "Counting") -> Program:
    """Keep a program."""
    return services.program_create(owner=owner, title=title, scripts=scripts, now=NOW)


def submission(*inputs: Source, slug: str = "word-count", **fields: Any) -> Submission:
    """Say what is to be run; a program of the library unless another is named."""
    return Submission(**{"program": ProgramChoice(slug), "inputs": inputs, **fields})


def submitted(owner: User, *inputs: Source, **fields: Any) -> Job:
    """Submit a job over the inputs, or over some words."""
    said = submission(*(inputs or (uploaded(owner),)), **fields)
    return services.job_submit(owner=owner, submission=said, now=NOW)


def submitted_own(owner: User, scripts: Scripts, body: bytes = WORDS, **options: Any) -> Job:
    """Submit a job with a program of the owner's own."""
    program = ProgramChoice(program_id=own_program(owner, scripts).pk)
    return submitted(owner, uploaded(owner, body), program=program, options=Options(**options))


def results_of(job: Job) -> dict[str, bytes]:
    """Read the parts of a job's results, by their names."""
    return {output.name: read(output.upload.key) for output in job.outputs.select_related("upload")}
