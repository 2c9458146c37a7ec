"""
Submit to results of a tiny job, through the real web, consumer and SQS processes: part of `make bench-mapreduce`.

Word count of the library over a few lines, one job after the other on an idle machine. The clock starts when the job is
asked for and stops when its state says SUCCEEDED, asked every 20 ms.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from tests.rest_client import FINISHED, RestClient
from tests.stack import stack

JOBS = 20
WARM_UP = 2
TARGET_SECONDS = 1.5
TEXT = b"the quick brown fox jumps over the lazy dog\n" * 20


def run_one(client: RestClient) -> float:
    """Have one job run, and give the seconds that it took."""
    body = {"program": "word-count", "input_upload_ids": [client.upload("words.txt", TEXT)]}
    started = time.perf_counter()
    job_id = client.call("POST", "/mapreduce/jobs", body).json()["id"]
    while (status := client.call("GET", f"/mapreduce/jobs/{job_id}").json()["status"]) not in FINISHED:
        time.sleep(0.02)
    assert status == "SUCCEEDED", status
    return time.perf_counter() - started


def main() -> None:
    """Run the jobs and print how long they took."""
    with tempfile.TemporaryDirectory(prefix="bench-mapreduce-") as folder, stack(Path(folder)) as running:
        running.start("mapreduce")
        client = RestClient(running)
        seconds = sorted([run_one(client) for _ in range(WARM_UP + JOBS)][WARM_UP:])
    p50, p99 = statistics.median(seconds), seconds[int(len(seconds) * 0.99)]
    print(f"{len(seconds)} tiny jobs, from submission to results: p50 {p50:.2f} s, p99 {p99:.2f} s")
    print(f"target: p50 {TARGET_SECONDS:.1f} s: {'met' if p50 <= TARGET_SECONDS else 'MISSED'}")


if __name__ == "__main__":
    main()
