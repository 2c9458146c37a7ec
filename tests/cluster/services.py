"""What stands for Amazon's services: S3 by moto, and the local SQS. A release never touches them."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tests.cluster.releases import Release
from tests.cluster.visitors import ORIGIN
from tests.stack import free_port, wait_until

REGION = "eu-central-1"
BUCKET = "cluster"
CORS_RULE = {
    "AllowedOrigins": [ORIGIN],
    "AllowedMethods": ["GET", "PUT"],
    "AllowedHeaders": ["*"],
    "ExposeHeaders": ["ETag"],
}


class Services:
    """Two processes, which answer at `s3_url` and `sqs_url` once they are started."""

    def __init__(self, folder: Path) -> None:
        self.s3_url, self.sqs_url = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        self._folder = folder
        self._running: list[subprocess.Popen[bytes]] = []

    def start_s3(self, environment: Mapping[str, str]) -> None:
        """Serve S3, with a bucket that takes uploads from the site's pages."""
        self._spawn("s3", ["-m", "moto.server", "-p", self.s3_url.rpartition(":")[2]], self._folder, environment)
        client = boto3.client("s3", endpoint_url=self.s3_url, region_name=REGION)
        wait_until(lambda: _answers(client.list_buckets), what="S3")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        client.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [CORS_RULE]})
        client.close()

    def start_sqs(self, release: Release) -> None:
        """Serve SQS, with the platform's queues."""
        self._spawn("sqs", ["manage.py", "local_sqs"], release.folder, release.environment)
        client = boto3.client("sqs", endpoint_url=self.sqs_url, region_name=REGION)
        wait_until(lambda: _answers(lambda: client.get_queue_url(QueueName="cloudapps-posts")), what="SQS")
        client.close()

    def stop(self) -> None:
        """End both."""
        for process in self._running:
            process.kill()
            process.wait()

    def _spawn(self, name: str, arguments: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        with (self._folder / f"{name}.log").open("wb") as log:
            command = [sys.executable, *arguments]
            self._running.append(subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=log, stderr=log))


def _answers(call: Callable[[], object]) -> bool:
    try:
        call()
    except (BotoCoreError, ClientError):
        return False
    return True
