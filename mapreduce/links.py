"""Signed, short-lived addresses of results, and the lasting secret of a job whose results are shared."""

from datetime import timedelta
from uuid import UUID

from django.core import signing

from cloudapps.problems import NotFound
from cloudapps.storage import storage
from mapreduce.models import Job, JobOutput

LIFETIME = timedelta(minutes=5)
SHARES = signing.Signer(salt="mapreduce.share", sep=".")


class ShareNotFound(NotFound):
    """Nothing is shared under this address."""


def of_output(output: JobOutput) -> str:
    """Sign a link to one part of the results, as a download."""
    return storage().link(
        output.upload.key, expires_in=LIFETIME, filename=output.name, content_type="application/octet-stream"
    )


def secret_of(job: Job) -> str:
    """Tell the secret of a job that is shared; nobody makes it up, not even from the database."""
    return SHARES.sign(job.share_id.hex) if job.share_id else ""


def share_get(secret: str) -> Job:
    """Give the job whose results are shared under the secret. :raises ShareNotFound:"""
    try:
        share_id = UUID(SHARES.unsign(secret))
        return Job.objects.select_related("version__program").get(share_id=share_id)
    except (signing.BadSignature, ValueError, Job.DoesNotExist):
        raise ShareNotFound("Nothing is shared here (any more).") from None
