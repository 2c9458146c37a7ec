"""
Upload complete to result ready, through the real web, worker and SQS processes: `make bench-jobs`.

A 2-megapixel JPEG and one filter, one job after the other on an idle machine. The clock starts when the upload's
completion is asked for and stops when the job's page says SUCCEEDED, asked every 20 ms.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from tests.pictures import jpeg
from tests.rest_client import FINISHED, RestClient
from tests.stack import stack

JOBS = 40
WARM_UP = 4
TARGET_SECONDS = 1.0


def run_one(client: RestClient, data: bytes) -> float:
    """Send one picture through, and give the seconds from its last byte to its result."""
    promise = {"filename": "bench.jpg", "size_bytes": len(data)}
    upload = client.call("POST", "/uploads", promise).json()
    part = upload["parts"][0]
    client.send(part["method"], part["url"], data, part["headers"])
    started = time.perf_counter()
    client.call("POST", f"/uploads/{upload['id']}/complete", {})
    job_id = client.start_job(upload["id"], [{"filter": "blur", "params": {"radius": 5}}])
    while client.job(job_id)["status"] not in FINISHED:
        time.sleep(0.02)
    return time.perf_counter() - started


def main() -> None:
    """Run the jobs and print how long they took."""
    data = jpeg(1632, 1224)
    with tempfile.TemporaryDirectory(prefix="bench-jobs-") as folder, stack(Path(folder)) as running:
        client = RestClient(running)
        seconds = sorted([run_one(client, data) for _ in range(WARM_UP + JOBS)][WARM_UP:])
    p50, p99 = statistics.median(seconds), seconds[int(len(seconds) * 0.99)]
    print(f"{len(seconds)} jobs of 2 megapixels with one filter: p50 {p50:.2f} s, p99 {p99:.2f} s")
    print(f"target: p50 {TARGET_SECONDS:.1f} s: {'met' if p50 <= TARGET_SECONDS else 'MISSED'}")


if __name__ == "__main__":
    main()
