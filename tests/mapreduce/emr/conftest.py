"""An account at Amazon with a bucket, an EMR that runs steps, and a site that uses both."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.utils import timezone
from moto import mock_aws

from cloudapps.storage import storage
from mapreduce import services
from mapreduce.engines import engine
from mapreduce.models import Job
from tests.mapreduce.emr.stepper import Stepper, teach_moto

BUCKET = "bucket"


@pytest.fixture
def emr(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stepper]:
    """Play Amazon, and set up this site to use it."""
    settings.STORAGE_URL = f"s3://{BUCKET}/site"
    settings.S3_ENDPOINT_URL = ""
    settings.MAPREDUCE_ENGINES = ["emr"]
    settings.EMR_LOG_URI = f"s3://{BUCKET}/site/emr-logs"
    settings.EMR_SERVICE_ROLE = "EMR_DefaultRole_V2"
    settings.EMR_INSTANCE_PROFILE = "EMR_EC2_DefaultRole"
    storage.cache_clear()
    engine.cache_clear()
    teach_moto(monkeypatch)
    with mock_aws():
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3.Session())  # one that no other test listens to
        place: Any = {"LocationConstraint": settings.AWS_REGION}
        boto3.client("s3", region_name=settings.AWS_REGION).create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration=place
        )
        yield Stepper(tmp_path / "emr")
    engine.cache_clear()


@pytest.fixture
def look() -> Callable[..., Job]:
    """Have a worker look at a job, some minutes from now: later than a lease or a delay may be."""

    def run(job: Job, minutes: float = 1) -> Job:
        services.job_run(job_id=job.pk, now=timezone.now() + timedelta(minutes=minutes))
        return Job.objects.get(pk=job.pk)

    return run


@pytest.fixture
def settle() -> Callable[[Job], None]:
    """Do what follows the end of a job."""
    return lambda job: services.job_settle(job_id=job.pk, now=timezone.now())
