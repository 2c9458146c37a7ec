"""What a drive keeps when web and worker are killed with -9 again and again while files come, move, go and come back."""

import hashlib
import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.rest_client import Answer, RestClient
from tests.stack import Stack, stack, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

DOINGS = 200
HANDS = 4
KILLS = 5
LOST = (OSError, AssertionError, KeyError, ValueError)  # the answer of a server that is being killed

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
uploads.delete_due_objects(now=later)
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

    def do_something(self) -> None:
        """Do one thing; whether it succeeds is for the end to see."""
        doing = self.chance.choices([self.put, self.move, self.trash, self.restore, self.purge], [5, 2, 2, 2, 1])[0]
        with suppress(*LOST):
            doing()

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


def work(client: RestClient, folders: list[str], stop: Event) -> None:
    """Do so many things with several hands."""

    def use(seed: int) -> None:
        hands = Hands(client, seed, folders)
        for _ in range(DOINGS // HANDS):
            hands.do_something()
            time.sleep(0.02)

    with ThreadPoolExecutor(HANDS) as pool:
        list(pool.map(use, range(HANDS)))
    stop.set()


def kill_again_and_again(running: Stack, stop: Event) -> int:
    """Kill web and worker at moments that nobody chose, until the hands rest; give how often that was."""
    chance, killed = random.Random(0), 0
    while not stop.wait(chance.uniform(0.2, 1.5)) or killed < KILLS:
        running.kill("web", "worker")
        killed += 1
        running.start("web", "worker")
    return killed


def content(client: RestClient, item: dict[str, Any]) -> Answer:
    return client.call("GET", f"/drive/items/{item['id']}/content")


class TestKillMinusNine:
    def test_leaves_every_file_whole_the_quota_right_and_no_orphan(self, own_stack: Stack):
        client = RestClient(own_stack)
        folders = [client.call("POST", "/drive/folders", {"name": name}).json()["id"] for name in ("a", "b")]
        stop = Event()

        with ThreadPoolExecutor(1) as pool:
            killer = pool.submit(kill_again_and_again, own_stack, stop)
            work(client, folders, stop)
        assert killer.result() >= KILLS

        for item in (item for folder in folders for item in listed(client, f"/drive/items?parent={folder}&limit=1000")):
            answer = content(client, item)
            assert answer.status == 200
            assert hashlib.sha256(answer.body).hexdigest() in item["name"]
            assert len(answer.body) == item["size_bytes"]
        swept = json.loads(own_stack.manage("shell", "--verbosity", "0", "-c", SWEEP).splitlines()[-1])
        assert swept == {"orphans": [], "lost": [], "states": ["ADOPTED"], "drift": 0, "multiparts": 0}
        wait_until(lambda: client.call("GET", "/drive/usage").status == 200, what="the page after all that")
