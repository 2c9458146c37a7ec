"""Every post store in turn, and ways for it to die."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import uuid4

import mongomock
import pytest
from django.db import connection
from mongomock.collection import BulkOperationBuilder
from pymongo import MongoClient

from socialanalytics.store.database import DatabaseStore
from socialanalytics.store.mongo import MongoStore, connect
from socialanalytics.store.port import PostStore

REAL_MONGODB = os.environ.get("TEST_MONGODB_URI", "")
Dying = Callable[[int], AbstractContextManager[None]]


class Death(Exception):
    """The process is no more."""


STORES = [
    "database",
    "database that folds at once",
    "mongomock",
    pytest.param("mongodb", marks=pytest.mark.skipif(not REAL_MONGODB, reason="TEST_MONGODB_URI names no server")),
]


@pytest.fixture(params=STORES)
def kind_of_store(request: pytest.FixtureRequest) -> str:
    """Name each adapter in turn."""
    return str(request.param)


@pytest.fixture
def store(kind_of_store: str) -> Iterator[PostStore]:
    """Give each adapter in turn, empty."""
    match kind_of_store:
        case "mongomock":
            yield mock_store()
        case "mongodb":
            client = connect(REAL_MONGODB)
            name = f"test-{uuid4().hex}"
            yield MongoStore(REAL_MONGODB, lambda _: Named(client, name))  # type: ignore[arg-type,return-value]
            client.drop_database(name)
            client.close()
        case "database":
            yield DatabaseStore()
        case _:
            yield DatabaseStore(fold_at=1)


@pytest.fixture
def dying(store: PostStore) -> Dying:
    """`with dying(3):` the process dies when it has called the database for the third time."""
    return (lambda calls: _die_in_mongo(store, calls)) if isinstance(store, MongoStore) else _die_on_sql


def mock_store() -> MongoStore:
    """Make a MongoStore on a database in memory."""
    client: Any = mongomock.MongoClient(tz_aware=True)
    return MongoStore("", lambda _: client)


class Named:
    """A client of a real server, with a database of the test's own."""

    def __init__(self, client: "MongoClient[dict[str, Any]]", name: str) -> None:
        self.client, self.name = client, name

    def get_default_database(self, _: str) -> Any:
        return self.client[self.name]


@pytest.fixture(autouse=True)
def _mongomock_takes_a_sort(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let mongomock 4.3 take what pymongo says since 4.11 (mongomock's issue 912)."""
    plain = BulkOperationBuilder.add_update

    def add_update(self: Any, *args: Any, sort: None = None, **kwargs: Any) -> Any:
        return plain(self, *args, **kwargs)

    monkeypatch.setattr(BulkOperationBuilder, "add_update", add_update)


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


@contextmanager
def _die_in_mongo(store: MongoStore, calls: int) -> Iterator[None]:
    plain = store.database
    store._database = Mortal(plain, calls)  # type: ignore[assignment]
    try:
        yield
    finally:
        store._database = plain


class Mortal:
    """A database whose calls are counted; a write of many documents counts twice, when half is done and when all is."""

    def __init__(self, database: Any, calls: int) -> None:
        self.database, self.left = database, calls

    def __getattr__(self, name: str) -> "MortalCollection":
        return MortalCollection(self, getattr(self.database, name))

    def called(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Death


class MortalCollection:
    """A collection of such a database."""

    def __init__(self, owner: Mortal, collection: Any) -> None:
        self.owner, self.collection = owner, collection

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.collection, name)

        def call(first: Any, *args: Any, **kwargs: Any) -> Any:
            if name in {"insert_many", "bulk_write"}:
                if self.owner.left == 1 and len(first) > 1:
                    method(first[: len(first) // 2], *args, **kwargs)
                self.owner.called()
            found = method(first, *args, **kwargs)
            self.owner.called()
            return found

        return call
