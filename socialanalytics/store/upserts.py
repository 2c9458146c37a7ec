"""Two statements of SQLite and MySQL that Django does not write: insert unless it is there, add to it if it is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from time import sleep
from typing import TypeVar

from django.db import OperationalError, connection, models

T = TypeVar("T")

MOST_ASKED_FOR = 500
TRIES = 6
PAUSE_SECONDS = 0.05  # before the second try, and longer before each further one
DEADLOCK, LOCK_TIMEOUT = 1213, 1205  # MySQL's


def insert_new(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[int | bytes]]) -> None:
    """Insert rows; leave those as they are whose key is there."""
    if connection.vendor == "mysql":  # INSERT IGNORE would let broken values through as well
        _run_many(model, columns, rows, f"ON DUPLICATE KEY UPDATE {columns[0]} = {columns[0]}")
    else:
        _run_many(model, columns, rows, "ON CONFLICT DO NOTHING")


def add_up(
    model: type[models.Model], keys: Sequence[str], sums: Sequence[str], rows: Iterable[Sequence[int | bytes]]
) -> None:
    """
    Add each row's sums to those of the row with its keys, which is inserted if it is not there.

    Rows come in the order of their keys, so that two transactions never wait for each other crosswise.
    """
    if connection.vendor == "mysql":
        added = ", ".join(f"{name} = {name} + VALUES({name})" for name in sums)
        _run_many(model, [*keys, *sums], rows, f"ON DUPLICATE KEY UPDATE {added}")
    else:
        added = ", ".join(f"{name} = {name} + excluded.{name}" for name in sums)
        _run_many(model, [*keys, *sums], rows, f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}")


def chunks(found: Iterable[T]) -> Iterator[list[T]]:
    """Cut what a statement asks for into parts that every database takes."""
    left = iter(found)
    while some := list(islice(left, MOST_ASKED_FOR)):
        yield some


def persistently(write: Callable[[], T]) -> T:
    """Do it again where the database gave way to another transaction, a few times."""
    for attempt in range(1, TRIES):
        try:
            return write()
        except OperationalError as error:
            if connection.in_atomic_block or not _gave_way(error):
                raise
            sleep(PAUSE_SECONDS * attempt)
    return write()


def _gave_way(error: OperationalError) -> bool:
    return error.args[0] in {DEADLOCK, LOCK_TIMEOUT} or "database is locked" in str(error)


def _run_many(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[int | bytes]], unless: str
) -> None:
    table, places = model._meta.db_table, ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) {unless}"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(rows))
