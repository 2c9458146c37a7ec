"""Several threads that begin at the same moment, each with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections


def at_once(*functions: Callable[[], Any]) -> list[Any]:
    """Call the functions at the same time, and give what each returned, or the exception that it raised."""
    start = Barrier(len(functions), timeout=30)

    def call(function: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return function()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(call, functions))
