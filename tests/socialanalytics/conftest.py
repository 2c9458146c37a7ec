from collections.abc import Iterator

import pytest

from socialanalytics.services import counting
from socialanalytics.store import post_store


@pytest.fixture(autouse=True)
def own_consumer() -> Iterator[None]:
    """Let no test see what the consumer of another one remembers."""
    counting.forget_what_was_wanted()
    post_store.cache_clear()
    yield
    post_store.cache_clear()
