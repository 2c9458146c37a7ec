"""Something to look at before there are other jobs."""

from datetime import datetime
from io import BytesIO

from cloudapps import uploads
from cloudapps.models import User
from mapreduce import selectors
from mapreduce.models import Job
from mapreduce.services.jobs import ProgramChoice, Submission, job_submit
from mapreduce.services.sources import UPLOAD, Source

DEMO_PROGRAMS = ("word-count", "inverted-index")


def demo_create(*, owner: User, now: datetime) -> list[Job]:
    """Run programs of the library over their samples."""
    return [_demo_job(owner, slug, now=now) for slug in DEMO_PROGRAMS]


def _demo_job(owner: User, slug: str, *, now: datetime) -> Job:
    sources = []
    for name, body in selectors.library_get(slug).sample.items():
        stored = uploads.upload_store(
            owner=owner, filename=name, body=BytesIO(body), content_type="text/plain", now=now, size_bytes=len(body)
        )
        sources.append(Source(UPLOAD, stored.pk))
    submission = Submission(program=ProgramChoice(slug), inputs=tuple(sources))
    return job_submit(owner=owner, submission=submission, now=now)
