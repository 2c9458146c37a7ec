"""Every post store in turn, and ways for it to die."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import connection

from socialanalytics.store.database import DatabaseStore
from socialanalytics.store.port import PostStore

Dying = Callable[[int], AbstractContextManager[None]]


class Death(Exception):
    """The process is no more."""


@pytest.fixture(params=["database", "database that folds at once"])
def kind_of_store(request: pytest.FixtureRequest) -> str:
    """Name each adapter in turn."""
    return str(request.param)


@pytest.fixture
def store(request: pytest.FixtureRequest, kind_of_store: str) -> PostStore:
    """Give each adapter in turn, empty."""
    request.getfixturevalue("db")
    return DatabaseStore() if kind_of_store == "database" else DatabaseStore(fold_at=1)


@pytest.fixture
def dying(kind_of_store: str) -> Dying:
    """`with dying(3):` the process dies when it has called the database for the third time."""
    return _die_on_sql


@contextmanager
def _die_on_sql(calls: int) -> Iterator[None]:
    left = calls

    def run(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal left
        found = execute(sql, params, many, context)
        left -= 1
        if left == 0:
            raise Death
        return found

    with connection.execute_wrapper(run):
        yield
