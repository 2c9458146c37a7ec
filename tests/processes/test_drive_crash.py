"""What a drive keeps when web and worker are killed with -9 while files come, move, go and come back."""

import hashlib
import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.rest_client import Answer, RestClient
from tests.stack import Stack, stack, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

DOINGS = 200
HANDS = 4
KILLS = 4
LOST = (OSError, HTTPException, AssertionError, LookupError, ValueError)  # killed meanwhile, or nothing to choose

# Run inside the stack, as beat would two days later: nothing that is on its way then is still wanted.
SWEEP = """
import json
from datetime import timedelta
from django.db.models import Sum
from django.utils import timezone
from cloudapps import uploads
from cloudapps.models import Quota, Upload
from cloudapps.storage import storage
from clouddrive import services
later = timezone.now() + timedelta(days=2)
uploads.sweep(now=later)
services.purge(now=later)
uploads.delete_due_objects(now=later + timedelta(hours=1))
keys = {upload.key for upload in Upload.objects.all()}
objects = {found.key for found in storage().walk("")}
held = Upload.objects.aggregate(held=Sum("size_bytes"))["held"] or 0
print(json.dumps({
    "orphans": sorted(objects - keys),
    "lost": sorted(keys - objects),
    "states": sorted(set(Upload.objects.values_list("state", flat=True))),
    "drift": Quota.objects.get().used_bytes - held,
    "multiparts": len(list(storage().list_multiparts(""))),
}))
"""


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    with stack(tmp_path, UPLOAD_PART_BYTES="40000", WEB_THREADS="4") as running:
        yield running


class Hands:
    """One of several people who use the same drive at once; a file's name is the hash of what it holds."""

    def __init__(self, client: RestClient, seed: int, folders: list[str]) -> None:
        self.client = client
        self.chance = random.Random(seed)
        self.folders = folders

    def do_something(self) -> bool:
        """Do one thing, and tell whether the server said anything; whether it succeeds is for the end to see."""
        doing = self.chance.choices([self.put, self.move, self.trash, self.restore, self.purge], [5, 2, 2, 2, 1])[0]
        try:
            doing()
        except LOST:
            return False
        return True

    def put(self) -> None:
        data = self.chance.randbytes(self.chance.choice([0, 1000, 100_000]))
        name = f"{hashlib.sha256(data).hexdigest()}.bin"
        body = {
            "upload_id": self.client.upload(name, data),
            "parent_id": self.chance.choice(self.folders),
            "on_conflict": self.chance.choice(["keep_both", "replace"]),
        }
        self.client.call("POST", "/drive/files", body)

    def move(self) -> None:
        change = {"parent_id": self.chance.choice(self.folders), "on_conflict": "keep_both"}
        self.client.call("PATCH", f"/drive/items/{self.some('items')}", change)

    def trash(self) -> None:
        self.client.call("DELETE", f"/drive/items/{self.some('items')}")

    def restore(self) -> None:
        self.client.call("POST", f"/drive/items/{self.some('trash')}/restore", {})

    def purge(self) -> None:
        self.client.call("DELETE", f"/drive/items/{self.some('trash')}?forever=true")

    def some(self, where: str) -> str:
        query = f"?parent={self.chance.choice(self.folders)}" if where == "items" else ""
        return str(self.chance.choice(listed(self.client, f"/drive/{where}{query}"))["id"])


def listed(client: RestClient, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.call("GET", path).json()["items"]
    return items


def work(client: RestClient, folders: list[str], rest: Event) -> None:
    """Do things with several hands until they may rest, and so many of them that were answered in any case."""

    def use(seed: int) -> None:
        hands, answered = Hands(client, seed, folders), 0
        while not rest.is_set() or answered < DOINGS // HANDS:
            answered += hands.do_something()
            time.sleep(0.02)

    with ThreadPoolExecutor(HANDS) as pool:
        list(pool.map(use, range(HANDS)))


def kill_again_and_again(running: Stack, rest: Event) -> None:
    """Kill web and worker at moments that nobody chose, and let the hands rest after the last time."""
    chance = random.Random(0)
    try:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.3, 2))
            running.kill("web", "worker")
            running.start("web", "worker")
    finally:
        rest.set()


def content(client: RestClient, item: dict[str, Any]) -> Answer:
    return client.call("GET", f"/drive/items/{item['id']}/content")


class TestKillMinusNine:
    def test_leaves_every_file_whole_the_quota_right_and_no_orphan(self, own_stack: Stack):
        client = RestClient(own_stack)
        folders = [client.call("POST", "/drive/folders", {"name": name}).json()["id"] for name in ("a", "b")]
        rest = Event()

        with ThreadPoolExecutor(1) as pool:
            killer = pool.submit(kill_again_and_again, own_stack, rest)
            work(client, folders, rest)
        killer.result()

        for item in (item for folder in folders for item in listed(client, f"/drive/items?parent={folder}&limit=1000")):
            answer = content(client, item)
            assert answer.status == 200
            assert hashlib.sha256(answer.body).hexdigest() in item["name"]
            assert len(answer.body) == item["size_bytes"]
        swept = json.loads(own_stack.manage("shell", "--verbosity", "0", "-c", SWEEP).splitlines()[-1])
        assert swept == {"orphans": [], "lost": [], "states": ["ADOPTED"], "drift": 0, "multiparts": 0}
        wait_until(lambda: client.call("GET", "/drive/usage").status == 200, what="the page after all that")
