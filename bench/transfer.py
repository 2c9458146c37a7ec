"""
A large file up and down on S3, by the links that the API gives, beside boto3 alone on the same server: part of
`make bench-drive`.

The server is moto's, in a process of its own. Our side asks the API for an upload, PUTs its parts over four
connections, completes and files it, and follows the link of its content; boto3 uses its own transfer manager. They take
turns. The links must lead to the storage: no byte of the file passes the web process.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import boto3
from botocore.config import Config

from tests.rest_client import RestClient
from tests.stack import answers, free_port, stack, wait_until

SIZE = int(os.environ.get("SIZE_MB", "128")) * 2**20
ROUNDS = 7
LANES = 4
TARGET = 0.9
BUCKET = "bench"

T = TypeVar("T")


def put(part: dict[str, Any], body: memoryview) -> dict[str, Any]:
    """Send one part where its link leads."""
    url = urlsplit(part["url"])
    connection = http.client.HTTPConnection(url.netloc)
    connection.request(part["method"], f"{url.path}?{url.query}", body, part["headers"])
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return {"number": part["number"], "etag": answer.headers["ETag"]}


def ours_up(client: RestClient, server: str, data: bytes) -> str:
    """Upload and file the bytes, and give the file's id."""
    made = client.call("POST", "/uploads", {"filename": "bench.bin", "size_bytes": len(data)}).json()
    view, size = memoryview(data), made["part_size_bytes"]

    def send(part: dict[str, Any]) -> dict[str, Any]:
        if not part["url"].startswith(server):
            raise RuntimeError(f"a part would pass the web process: {part['url']}")
        begin = (part["number"] - 1) * size
        return put(part, view[begin : begin + part["size_bytes"]])

    with ThreadPoolExecutor(LANES) as pool:
        parts = list(pool.map(send, made["parts"]))
    client.call("POST", f"/uploads/{made['id']}/complete", {"parts": parts})
    return str(client.call("POST", "/drive/files", {"upload_id": made["id"], "on_conflict": "keep_both"}).json()["id"])


def ours_down(client: RestClient, server: str, item_id: str) -> None:
    """Download the file by the link that the API redirects to."""
    connection = http.client.HTTPConnection(urlsplit(client.url).netloc)
    connection.request(
        "GET", f"/api/v1/drive/items/{item_id}/content", headers={"Authorization": f"Bearer {client.token}"}
    )
    location = connection.getresponse().headers["Location"]
    if not location.startswith(server):
        raise RuntimeError(f"the file would pass the web process: {location}")
    url = urlsplit(location)
    storage = http.client.HTTPConnection(url.netloc)
    storage.request("GET", f"{url.path}?{url.query}")
    answer = storage.getresponse()
    left = SIZE
    while block := answer.read(1 << 20):
        left -= len(block)
    if left:
        raise RuntimeError(f"{left} bytes are missing")


def timed(do: Callable[[], T]) -> tuple[T, float]:
    """Give what a call gives, and the seconds it took."""
    started = time.perf_counter()
    given = do()
    return given, time.perf_counter() - started


def say(name: str, ours: list[float], theirs: list[float]) -> None:
    """Print both medians and their ratio."""
    mine, other = statistics.median(ours), statistics.median(theirs)
    ratio = other / mine
    rates = f"ours {SIZE / 2**20 / mine:6.0f} MB/s   boto3 alone {SIZE / 2**20 / other:6.0f} MB/s"
    print(f"  {name:10} {rates}   ratio {ratio:.2f}   target {TARGET}: {'met' if ratio >= TARGET else 'MISSED'}")


def main() -> None:
    """Serve S3, and send the file up and down in turns."""
    port = free_port()
    server = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).parent / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as moto:
        try:
            wait_until(lambda: answers(f"{server}/moto-api/"), what="moto")
            compare(server)
        finally:
            moto.kill()


def compare(server: str) -> None:
    """Make a bucket and a stack over it, and take turns."""
    alone = boto3.client(
        "s3",
        endpoint_url=server,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(s3={"addressing_style": "path"}),
    )
    alone.create_bucket(Bucket=BUCKET)
    environment = {"STORAGE_URL": f"s3://{BUCKET}/live", "AWS_ENDPOINT_URL_S3": server, "AWS_REGION": "us-east-1"}
    data = os.urandom(SIZE)
    with tempfile.TemporaryDirectory(prefix="bench-transfer-") as folder, stack(Path(folder), **environment) as running:
        client, path = RestClient(running), Path(folder) / "bench.bin"
        path.write_bytes(data)
        up, up_alone, down, down_alone = [], [], [], []
        for _ in range(ROUNDS):
            item_id, took = timed(lambda: ours_up(client, server, data))
            up.append(took)
            up_alone.append(timed(lambda: alone.upload_file(str(path), BUCKET, "alone"))[1])
            down.append(timed(partial(ours_down, client, server, item_id))[1])
            down_alone.append(timed(lambda: alone.download_file(BUCKET, "alone", f"{path}.down"))[1])
            client.call("DELETE", f"/drive/items/{item_id}")
            client.call("DELETE", f"/drive/items/{item_id}?forever=true")
    print(f"{SIZE // 2**20} MB on the same S3 server, medians of {ROUNDS}:")
    say("upload", up, up_alone)
    say("download", down, down_alone)


if __name__ == "__main__":
    socket.setdefaulttimeout(120)
    main()
