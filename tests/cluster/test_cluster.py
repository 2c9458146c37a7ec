"""What visitors notice while instances die, come and go, and releases roll."""

import os
import sys

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.haproxy import HAPROXY
from tests.cluster.instances import Death, Instance
from tests.cluster.load import Load
from tests.cluster.visitors import Asked
from tests.stack import wait_until

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.timeout(600),
    pytest.mark.skipif(HAPROXY is None, reason="there is no HAProxy here: bin/install-haproxy brings it"),
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has 127.0.0.2 without more ado"),
    pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="wants MariaDB: bin/with-mariadb brings it"),
]


def in_flight_on(instance: Instance, death: Death, cluster: Cluster, load: Load) -> list[Asked]:
    """Give the failed requests that the instance was answering when it was killed."""
    served = cluster.balancer.served()
    return [
        asked
        for asked in load.failed()
        if asked.began <= death.ended and asked.ended >= death.began and served[asked.id].instance == instance.name
    ]


class TestUnderLoad:
    def test_a_killed_web_instance_fails_only_what_it_was_answering(self, running_cluster, load):
        with load.running():
            load.wait_for(300)
            victim = running_cluster.web.pop(0)
            death = victim.kill()
            wait_until(lambda: running_cluster.balancer.finds_unhealthy(victim.name), what="a failed health check")
            load.wait_for(300)
            running_cluster.add_web()
            load.wait_for(300)

        assert load.failed() == in_flight_on(victim, death, running_cluster, load)
