"""One cluster for all tests here, and the load on it."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.cluster.cluster import Cluster, cluster
from tests.cluster.load import Load
from tests.stack import own_database


@pytest.fixture(scope="session")
def running_cluster() -> Iterator[Cluster]:
    """Three web instances, two workers and beat behind a load balancer, on MariaDB; nothing of it is left behind."""
    folder = Path(mkdtemp(prefix="cluster-"))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that whoever ends us ends all of it
    try:
        with own_database() as database, cluster(folder, database["DATABASE_URL"]) as running:
            yield running
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def load(running_cluster: Cluster) -> Load:
    """Visitors who sign in once for all tests."""
    return Load(running_cluster.balancer.port, running_cluster.tokens)
