"""
Small files by WebDAV: ours beside plain wsgidav (its FilesystemProvider), each under gunicorn as we run it.

The same client threads, over connections that are kept alive, PUT files of 1 to 4 KiB, GET them, and PUT new content.
The servers take turns; the rate of a server is the median of its rounds: `make bench-dav`.
"""

import base64
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from tests.stack import ROOT, free_port, stack, wait_until

THREADS = 4
FILES = 400  # in a round
ROUNDS = 7
TARGET = 1.0
USER = "alice"
STEPS = ("PUT new", "GET", "PUT again")


class Client:
    """A few threads, each with a connection of its own."""

    def __init__(self, port: int, prefix: str, secret: str) -> None:
        self.port, self.prefix = port, prefix
        credentials = base64.b64encode(f"{USER}:{secret}".encode()).decode()
        self.headers = {"Authorization": f"Basic {credentials}"}
        self.connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(THREADS)]

    def rate(self, method: str, folder: str, size: Callable[[int], int]) -> float:
        """Send a round of requests, and give how many a second were answered."""
        started = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda thread: self._send_share(thread, method, folder, size), range(THREADS)))
        return FILES / (time.perf_counter() - started)

    def send(self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None) -> bytes:
        """Send one request."""
        connection.request(method, f"{self.prefix}{path}", body, self.headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status < 300, (method, path, answer.status, content[:500])
        return content

    def _send_share(self, thread: int, method: str, folder: str, size: Callable[[int], int]) -> None:
        for number in range(thread, FILES, THREADS):
            body = os.urandom(size(number)) if method == "PUT" else None
            content = self.send(self.connections[thread], method, f"/{folder}/file-{number}.bin", body)
            assert method == "PUT" or len(content) == size(number)


@contextmanager
def plain(folder: Path) -> Iterator[Client]:
    """Serve a folder by wsgidav as it comes, with one user."""
    (folder / "files").mkdir()
    port = free_port()
    environment = {**os.environ, "PORT": str(port), "PLAIN_DAV_FOLDER": str(folder / "files")}
    command = [str(Path(sys.executable).parent / "gunicorn"), "--config", "deploy/gunicorn.conf.py"]
    with (folder / "plain.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "bench.plain_dav:application"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    client = Client(port, "", "secret")
    try:
        wait_until(lambda: _connects(client), what=f"wsgidav, see {log.name}")
        yield client
    finally:
        server.terminate()
        server.wait(timeout=30)


@contextmanager
def ours(folder: Path) -> Iterator[Client]:
    """Serve a drive as the Procfile does."""
    with stack(folder) as running:
        token = running.manage("create_token", USER, "--create").strip()
        yield Client(running.port, "/dav", token)


def measure(clients: dict[str, Client]) -> dict[str, dict[str, list[float]]]:
    """Let the servers take turns; the first round warms them up."""
    rates: dict[str, dict[str, list[float]]] = {step: {name: [] for name in clients} for step in STEPS}
    for round_number in range(ROUNDS + 1):
        for name, client in clients.items():
            folder = f"round-{round_number}"
            client.send(client.connections[0], "MKCOL", f"/{folder}/")
            found = [
                client.rate("PUT", folder, lambda number: 1024 + 3072 * number // FILES),
                client.rate("GET", folder, lambda number: 1024 + 3072 * number // FILES),
                client.rate("PUT", folder, lambda number: 4096 - 3072 * number // FILES),
            ]
            for step, rate in zip(STEPS, found, strict=True):
                if round_number:
                    rates[step][name].append(rate)
    return rates


def report(rates: dict[str, dict[str, list[float]]]) -> None:
    """Print the medians, and whether the target is met."""
    for step, by_server in rates.items():
        medians = {name: statistics.median(found) for name, found in by_server.items()}
        ratio = medians["ours"] / medians["plain"]
        verdict = "met" if ratio >= TARGET else "MISSED"
        print(
            f"{step:10} {medians['ours']:7.0f}/s ours {medians['plain']:7.0f}/s plain wsgidav"
            f"   {ratio:.2f} (target {TARGET:.1f}: {verdict})"
        )


def main() -> None:
    """Run both servers, and compare."""
    with tempfile.TemporaryDirectory(prefix="bench-dav-") as made:
        folders = {name: Path(made) / name for name in ("ours", "plain")}
        for folder in folders.values():
            folder.mkdir()
        with ours(folders["ours"]) as our_client, plain(folders["plain"]) as plain_client:
            report(measure({"ours": our_client, "plain": plain_client}))


def _connects(client: Client) -> bool:
    try:
        client.send(client.connections[0], "OPTIONS", "/")
    except OSError:
        client.connections[0].close()
        return False
    return True


if __name__ == "__main__":
    main()
