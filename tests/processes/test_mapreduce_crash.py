"""Jobs end right, once, with one mail, though their consumer is killed with -9 at every stage."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.rest_client import FINISHED, RestClient
from tests.stack import Stack, stack, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

LINES = 3000
# Run inside the stack: what the clock does in half a minute to the job of a consumer that is dead.
END_LEASES = """
from django.utils import timezone
from mapreduce.models import Job
assert Job.objects.filter(status="RUNNING").update(lease_expires_at=timezone.now()) == 1
"""
SLOW = b"""#!/usr/bin/env python3
import sys, time
for number, line in enumerate(sys.stdin):
    if number % 100 == 0:
        time.sleep(0.1)
    sys.stdout.write(line)
"""


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    with stack(tmp_path) as running:
        running.start("mapreduce")
        yield running


def submit(client: RestClient, name: str) -> str:
    """Submit a job that takes some seconds in its mapper and in its reducer."""
    data = b"".join(b"key-%05d\t%d\n" % (number * 7919 % LINES, number) for number in range(LINES))
    body = {
        "name": name,
        "mapper_upload_id": client.upload("mapper.py", SLOW),
        "reducer_upload_id": client.upload("reducer.py", SLOW),
        "input_upload_ids": [client.upload("data.tsv", data)],
    }
    asked = client.call("POST", "/mapreduce/jobs", body)
    assert asked.status == 202, asked.body
    return str(asked.json()["id"])


def job(client: RestClient, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.call("GET", f"/mapreduce/jobs/{job_id}").json()
    return found


def finished(client: RestClient, job_id: str) -> dict[str, Any]:
    def end() -> dict[str, Any] | None:
        found = job(client, job_id)
        return found if found["status"] in FINISHED else None

    found: dict[str, Any] = wait_until(end, seconds=200, what=f"job {job_id}")
    return found


def mails(running: Stack, words: str) -> int:
    folder = running.folder / "mail"
    return sum(path.read_text().count(f"Subject: {words}") for path in folder.glob("*.log"))


class TestKillMinusNine:
    def test_at_each_stage_of_a_job_loses_and_doubles_nothing(self, own_stack: Stack) -> None:
        client = RestClient(own_stack)
        own_stack.manage(
            "shell", "--command", "from cloudapps.models import *; User.objects.update(email='a@example.org')"
        )
        job_id = submit(client, "Killed")
        for stage in ("MAP", "REDUCE"):
            wait_until(lambda stage=stage: job(client, job_id)["stage"] == stage, seconds=90, what=stage)
            time.sleep(0.3)
            own_stack.kill("mapreduce")
            own_stack.manage("shell", "--command", END_LEASES)
            own_stack.start("mapreduce")

        found = finished(client, job_id)

        assert found["status"] == "SUCCEEDED", found
        assert found["attempts"] == 3
        results = client.call("GET", f"/mapreduce/jobs/{job_id}/results").json()["items"]
        body = client.send("GET", results[0]["url"], None, {}).body
        assert len(results) == 1
        assert body.count(b"\n") == LINES
        assert body.splitlines() == sorted(body.splitlines())
        wait_until(lambda: mails(own_stack, "=?utf-8"), seconds=30, what="the mail")
        time.sleep(2)
        assert mails(own_stack, "=?utf-8") == 1

    def test_of_a_cancelled_jobs_consumer_is_not_needed(self, own_stack: Stack) -> None:
        client = RestClient(own_stack)
        job_id = submit(client, "Cancelled")
        wait_until(lambda: job(client, job_id)["stage"] == "MAP", seconds=60, what="MAP")

        asked = time.monotonic()
        client.call("POST", f"/mapreduce/jobs/{job_id}/cancel", {})
        wait_until(lambda: not programs_of(own_stack), seconds=5, what="the programs' end")

        assert job(client, job_id)["status"] == "CANCELLED"
        assert time.monotonic() - asked < 6


def programs_of(running: Stack) -> list[str]:
    """List the programs of jobs that this stack's consumer runs."""
    return [
        child.name()
        for child in psutil.Process(running.running["mapreduce"].pid).children(recursive=True)
        if _maps(child)
    ]


def _maps(process: psutil.Process) -> bool:
    try:
        return "mapper.py" in " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False
