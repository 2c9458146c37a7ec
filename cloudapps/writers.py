"""SQLite lets one writer in at a time, and has the others sleep and try again: here they queue instead."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction


@contextmanager
def write_in_turn() -> Iterator[None]:
    """
    Run the block in a transaction that waits, on SQLite, in a queue of all threads and processes.

    Inside another transaction it only joins that one, which may hold the database already.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    queue = Path(f"{connection.settings_dict['NAME']}-queue")
    with queue.open("ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # until it is closed
        with transaction.atomic():
            yield
