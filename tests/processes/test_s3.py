"""The same processes with their objects on S3: no byte of a picture passes the web process."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.pictures import jpeg
from tests.rest_client import RestClient
from tests.stack import Stack, stack

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

BUCKET = "pictures"


@pytest.fixture
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_stack(tmp_path: Path, s3_url: str) -> Iterator[Stack]:
    client = boto3.client("s3", endpoint_url=s3_url, region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    settings = {"STORAGE_URL": f"s3://{BUCKET}/live", "AWS_ENDPOINT_URL_S3": s3_url, "AWS_REGION": "us-east-1"}
    with stack(tmp_path, **settings) as running:
        yield running


class TestOnS3:
    def test_a_picture_goes_straight_between_client_and_bucket(self, s3_stack, s3_url):
        client = RestClient(s3_stack)
        data = jpeg(1200, 900)
        made = client.call("POST", "/uploads", {"filename": "a.jpg", "size_bytes": len(data)}).json()
        assert {urlsplit(part["url"]).netloc for part in made["parts"]} == {urlsplit(s3_url).netloc}

        job_id = client.start_job(client.upload("a.jpg", data), [{"filter": "grayscale"}])

        assert client.finished(job_id)["status"] == "SUCCEEDED"
        assert client.result(job_id).startswith(b"\xff\xd8")
        assert "/storage/" not in s3_stack.log("web").read_text()
        objects = boto3.client("s3", endpoint_url=s3_url, region_name="us-east-1").list_objects_v2(Bucket=BUCKET)
        assert {item["Key"].split("/")[0] for item in objects["Contents"]} == {"live"}
