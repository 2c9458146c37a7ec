"""What visitors notice while instances die, come and go, and releases roll."""

import os
import sys
from typing import Any

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.haproxy import HAPROXY, SLOTS
from tests.cluster.held import held
from tests.cluster.load import Load
from tests.cluster.releases import next_release
from tests.pictures import encoded, photo
from tests.stack import wait_until

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.timeout(600),
    pytest.mark.skipif(HAPROXY is None, reason="there is no HAProxy here: bin/install-haproxy brings it"),
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has 127.0.0.2 without more ado"),
    pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="wants MariaDB: bin/with-mariadb brings it"),
]


ADDRESSES = [f"127.0.0.{number}" for number in range(2, 2 + SLOTS)]
SLOW = [{"filter": "median", "params": {"size": size}} for size in (5, 7, 5, 7)]


@pytest.fixture(autouse=True)
def nothing_before(load: Load) -> None:
    """Let no test pay for what another has seen fail."""
    load.asked.clear()


def assert_nobody_noticed(cluster: Cluster, load: Load) -> None:
    """Every answer was right, and none had to be asked for twice: an ALB would not have helped."""
    assert [asked for asked in load.asked if asked.wrong] == []
    served = cluster.balancer.served()
    assert [asked for asked in load.asked if served[asked.id].retries] == []
    assert load.lost() == []


def assert_status_shows_one_release(cluster: Cluster, load: Load) -> None:
    """Every instance that runs is on the board under this release."""

    def on_the_board() -> dict[str, Any]:
        components = load.staff.ask("GET", "/api/v1/status").json()["components"]
        return {beat["instance"]: beat["release"] for component in components for beat in component["instances"]}

    wanted = {instance.on_the_board: cluster.release.name for instance in cluster.running()}
    wait_until(lambda: wanted.items() <= on_the_board().items(), seconds=120, what=f"a board with {wanted}")


class TestUnderLoad:
    def test_a_killed_web_instance_fails_only_what_it_was_answering(self, running_cluster, load):
        with load.running():
            load.wait_for(300)
            victim = running_cluster.web.pop(0)
            killed_at = victim.kill()
            wait_until(lambda: running_cluster.balancer.finds_unhealthy(victim.name), what="a failed health check")
            running_cluster.add_web()
            load.wait_for(300)

        served = running_cluster.balancer.served()
        for asked in [asked for asked in load.asked if asked.wrong]:
            assert served[asked.id].instance == victim.name
            assert served[asked.id].broke, served[asked.id]
            assert asked.ended > killed_at
        assert load.lost() == []

    def test_an_instance_comes_and_goes_unnoticed(self, running_cluster, load):
        with load.running():
            load.wait_for(100)
            added = running_cluster.add_web()
            load.wait_for(300)
            running_cluster.put_away(added)
            load.wait_for(100)

        assert added.name in {logged.instance for logged in running_cluster.balancer.served().values()}
        assert_nobody_noticed(running_cluster, load)

    @pytest.mark.allow_hosts(["127.0.0.1", *ADDRESSES])
    def test_an_instance_that_is_told_to_end_answers_what_it_has_begun(self, running_cluster, load):
        body = b'{"filename": "later.png", "size_bytes": 1}'
        with load.running():
            added = running_cluster.add_web()
            load.wait_for(100)
            running_cluster.deregister(added)
            with held(added, running_cluster.port, "/api/v1/uploads", body, load.staff.headers) as request:
                added.tell_to_end()
                wait_until(lambda: "Handling signal: term" in added.log(), what="gunicorn to begin to drain")
                answer = request.finish()
            added.wait_for_end()

        assert answer == "HTTP/1.1 201 Created"
        assert_nobody_noticed(running_cluster, load)

    def test_a_killed_worker_loses_no_job(self, running_cluster, load):
        customer, victim = load.slow_customer, running_cluster.workers[0]

        def caught_at_work() -> bool:
            """Freeze it: if now two jobs run, one of them is its own, since each worker takes one at a time."""
            victim.freeze()
            if [customer.job(job_id)["status"] for job_id in job_ids].count("RUNNING") == 2:
                return True
            victim.thaw()
            return False

        with load.running():
            job_ids = [customer.begin(encoded(photo(1600, 1200, seed=n), "PNG"), SLOW) for n in range(6)]
            wait_until(caught_at_work, what="both workers to be at work")
            running_cluster.workers.remove(victim)
            victim.kill()
            running_cluster.add_worker()
            finished = [customer.finished(job_id) for job_id in job_ids]

        assert {job["status"] for job in finished} == {"SUCCEEDED"}
        assert max(job["attempts"] for job in finished) == 2
        assert_nobody_noticed(running_cluster, load)

    def test_a_release_with_a_migration_rolls_over_all_and_back_unnoticed(self, running_cluster, load):
        first = running_cluster.release
        second = next_release(first, running_cluster.folder / "r2")
        with load.running():
            load.wait_for(100)
            second.manage("migrate", "--verbosity", "0")
            for release in (second, first):
                running_cluster.roll(release)
                assert_status_shows_one_release(running_cluster, load)

        assert_nobody_noticed(running_cluster, load)
