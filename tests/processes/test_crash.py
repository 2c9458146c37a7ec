"""What a user keeps when processes are killed with -9 at the worst moment."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.pictures import jpeg
from tests.rest_client import RestClient
from tests.stack import Stack, stack, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

JOBS = 12
STEPS = [{"filter": "blur", "params": {"radius": 20}}, {"filter": "median", "params": {"size": 5}}]


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(tmp_path_factory.mktemp("crash"), IMAGE_TIME_LIMIT_SECONDS="5") as running:
        yield running


def queue_jobs(client: RestClient) -> list[str]:
    uploads = [client.upload(f"{number}.jpg", jpeg(1600, 1200, seed=number)) for number in range(JOBS)]
    return [client.start_job(upload_id, STEPS) for upload_id in uploads]


def statuses(client: RestClient) -> Counter[str]:
    return Counter(job["status"] for job in client.call("GET", "/images/jobs").json()["items"])


def wait_for_the_middle(client: RestClient) -> None:
    wait_until(lambda: statuses(client)["SUCCEEDED"] >= 3 and statuses(client)["RUNNING"], what="the middle")


def assert_each_job_succeeded_once(client: RestClient, stack: Stack, job_ids: list[str]) -> None:
    for job_id in job_ids:
        job = client.finished(job_id, seconds=150)
        assert job["status"] == "SUCCEEDED", job
        assert len(client.result(job_id)) == job["result"]["size_bytes"]
    assert statuses(client) == {"SUCCEEDED": JOBS}
    results = list((stack.folder / "objects/objects/images/jobs").glob("*/result"))
    names = [path.parent.name for path in results]
    assert sorted(name for name in names if name in job_ids) == sorted(job_ids)


class TestKillMinusNine:
    def test_of_the_worker_in_the_middle_of_a_dozen_jobs_loses_none(self, own_stack):
        client = RestClient(own_stack, "alice")
        job_ids = queue_jobs(client)
        wait_for_the_middle(client)

        own_stack.kill("worker")
        assert statuses(client)["RUNNING"] >= 1
        own_stack.start("worker")

        assert_each_job_succeeded_once(client, own_stack, job_ids)

    def test_of_everything_loses_neither_user_nor_picture_nor_job(self, own_stack):
        client = RestClient(own_stack, "bob")
        job_ids = queue_jobs(client)
        wait_for_the_middle(client)

        own_stack.kill()
        own_stack.start()

        assert_each_job_succeeded_once(client, own_stack, job_ids)
