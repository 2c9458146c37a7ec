"""A picture that takes more time or memory than is allowed: its owner is told why, and the worker goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pictures import jpeg
from tests.rest_client import RestClient
from tests.stack import Stack, stack

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

LARGE = jpeg(8000, 6000)
ENDLESS = [{"filter": "median", "params": {"size": 15}}] * 10


@pytest.fixture
def hasty_stack(tmp_path: Path) -> Iterator[Stack]:
    with stack(tmp_path, IMAGE_TIME_LIMIT_SECONDS="1") as running:
        yield running


@pytest.fixture
def narrow_stack(tmp_path: Path) -> Iterator[Stack]:
    with stack(tmp_path, WORKER_MEMORY_BYTES="250000000") as running:
        yield running


class TestLimitsOfAWorker:
    def test_a_job_that_takes_too_long_fails_with_words_and_the_next_one_succeeds(self, hasty_stack: Stack):
        client = RestClient(hasty_stack)

        job = client.finished(client.start_job(client.upload("large.jpg", LARGE), ENDLESS))

        assert job["status"] == "FAILED"
        assert "took longer than is allowed" in job["error"]
        assert job["attempts"] == 1
        assert b"Hard time limit" in hasty_stack.log("worker").read_bytes()
        assert_works(client)

    def test_a_job_that_needs_too_much_memory_fails_with_words_and_the_next_one_succeeds(self, narrow_stack: Stack):
        client = RestClient(narrow_stack)

        job = client.finished(client.start_job(client.upload("large.jpg", LARGE), [{"filter": "equalize"}]))

        assert job["status"] == "FAILED"
        assert "memory" in job["error"]
        assert job["attempts"] == 1
        assert_works(client)


def assert_works(client: RestClient) -> None:
    job = client.finished(client.start_job(client.upload("small.jpg", jpeg()), []))
    assert job["status"] == "SUCCEEDED", job
