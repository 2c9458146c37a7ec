"""Does each thing that this process needs answer? Used by `/readyz`, `manage.py doctor` and nothing else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection

from cloudapps.queue import queue
from cloudapps.storage import storage

TIMEOUT_SECONDS = 2.0


@dataclass(frozen=True)
class Result:
    """What one knock on a door gave."""

    name: str
    ok: bool
    detail: str
    milliseconds: float

    def as_json(self, *, in_words: bool) -> dict[str, Any]:
        """Give the shape that `/readyz` shows; the words of an error may name hosts and accounts."""
        detail = self.detail if in_words or self.ok else "failed"
        return {"ok": self.ok, "detail": detail, "milliseconds": round(self.milliseconds, 1)}


def check_database() -> None:
    """Ask the database for a number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    connection.close()  # the check runs in a thread of its own


def check_storage() -> None:
    """Ask the storage whether its bucket or folder is there."""
    storage().check()


def check_queue() -> None:
    """Ask for the depth of every queue."""
    for name in settings.QUEUES:
        queue().depth(name)


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "storage": check_storage,
    "queue": check_queue,
}
REMEDIES = {
    "database": "Is the server of DATABASE_URL up, and `manage.py migrate` done?",
    "storage": "Does the folder or bucket of STORAGE_URL exist, and may this process write there?",
    "queue": "Is SQS reached (AWS_ENDPOINT_URL_SQS for a local one), and do the queues exist? `make run` starts both.",
}


def watch(name: str, check: Callable[[], None], *, remedy: str) -> None:
    """Knock on one more door, which an app needs; `remedy` says what to look at when nobody answers."""
    CHECKS[name], REMEDIES[name] = check, remedy


def check_all() -> list[Result]:
    """Knock on every door at once, and give each two seconds."""
    started = monotonic()
    pool = ThreadPoolExecutor(max_workers=len(CHECKS))
    futures = {name: pool.submit(_knock, name, check) for name, check in CHECKS.items()}
    wait(futures.values(), timeout=TIMEOUT_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    late = (monotonic() - started) * 1000
    return [
        future.result() if future.done() else Result(name, False, f"no answer within {TIMEOUT_SECONDS:g} s", late)
        for name, future in futures.items()
    ]


def _knock(name: str, check: Callable[[], None]) -> Result:
    started = monotonic()
    try:
        check()
    except Exception as error:  # whatever is wrong with it, it is not ready
        return Result(name, False, f"{type(error).__name__}: {error}", (monotonic() - started) * 1000)
    return Result(name, True, "ok", (monotonic() - started) * 1000)
