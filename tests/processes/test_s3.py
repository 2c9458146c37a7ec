"""The same processes with their objects on S3: no byte of a picture passes the web process."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import boto3
import pytest
from moto.server import ThreadedMotoServer
from playwright.sync_api import expect

from tests.browser import CHROMIUM, drop, register
from tests.pictures import jpeg
from tests.rest_client import RestClient
from tests.stack import Stack, stack

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

BUCKET = "pictures"
CORS_RULE = {
    "AllowedOrigins": ["*"],
    "AllowedMethods": ["GET", "PUT"],
    "AllowedHeaders": ["*"],
    "ExposeHeaders": ["ETag"],
}


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def s3_stack(tmp_path_factory: pytest.TempPathFactory, s3_url: str) -> Iterator[Stack]:
    client = boto3.client("s3", endpoint_url=s3_url, region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [CORS_RULE]})
    environment = {
        "STORAGE_URL": f"s3://{BUCKET}/live",
        "STORAGE_ORIGIN": s3_url,
        "AWS_ENDPOINT_URL_S3": s3_url,
        "AWS_REGION": "us-east-1",
    }
    with stack(tmp_path_factory.mktemp("s3"), pages=True, **environment) as running:
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

    @pytest.mark.browser
    @pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
    def test_a_browser_reaches_the_bucket_past_the_content_security_policy(self, s3_stack, open_page):
        page = open_page(s3_stack.url)
        register(page, "sofia")
        page.goto("/images/new/")

        drop(page, {"hills.jpg": jpeg(900, 600)})
        expect(page.locator(".film:not(.film--add)")).to_have_count(1, timeout=60_000)
        page.get_by_role("button", name="Sepia").first.click()
        page.get_by_role("button", name="Apply to 1 picture").click()

        expect(page.locator(".job-row .badge--succeeded")).to_have_count(1, timeout=60_000)
        expect(page.locator(".compare__after")).to_have_js_property("complete", True)
        assert page.locator(".compare__after").evaluate("(image) => image.naturalWidth") == 900
        assert "/storage/" not in s3_stack.log("web").read_text()
