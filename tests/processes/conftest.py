from collections.abc import Iterator

import pytest

from tests.rest_client import RestClient
from tests.stack import Stack, stack


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """All processes, shared by the tests that do not kill any."""
    with stack(tmp_path_factory.mktemp("stack"), pages=True) as running:
        yield running


@pytest.fixture
def rest(running_stack: Stack) -> RestClient:
    """A script of alice's."""
    return RestClient(running_stack)
