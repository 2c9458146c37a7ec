"""Hundreds of broken and hostile pictures against a real worker: it lives, and each ends in a result or in words."""

from pathlib import Path

import pytest

from tests.hostile import hostile_files
from tests.rest_client import RestClient
from tests.stack import Stack

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

STEPS = [{"filter": "blur"}, {"filter": "sepia"}]


def children_of(pid: int) -> set[str]:
    """List the processes that this one has started."""
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


class TestHostilePictures:
    def test_none_crashes_or_hangs_the_worker_and_each_ends_with_words(self, running_stack: Stack, rest: RestClient):
        worker = running_stack.running["worker"]
        before = children_of(worker.pid)

        job_ids = {name: rest.start_job(rest.upload(name, body), STEPS) for name, body in hostile_files()}
        ends = {name: rest.finished(job_id, seconds=120) for name, job_id in job_ids.items()}

        assert worker.poll() is None
        assert children_of(worker.pid) == before
        assert len(ends) > 170
        for name, job in ends.items():
            assert job["attempts"] == 1, (name, job)
            if job["status"] == "FAILED":
                assert len(job["error"]) > 20, (name, job)
                assert job["error"].endswith("."), (name, job)
            else:
                assert job["status"] == "SUCCEEDED", (name, job)
                assert job["result"]["size_bytes"] > 0, (name, job)
        assert all(ends[name]["status"] == "FAILED" for name in ends if name.startswith(("disguise", "png-88", "gif-")))
