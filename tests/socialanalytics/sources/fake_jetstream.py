"""Bluesky's Jetstream on a loopback port: a log of events that each connection reads from its cursor on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

START = 1_768_478_400_000_000  # microseconds; noon of the tests' day


def event(second: float, text: str = "coffee", *, operation: str = "create") -> bytes:
    """Make an event of so many seconds after the start."""
    commit: dict[str, object] = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": f"r{second:g}"}
    if operation == "create":
        record = {"$type": "app.bsky.feed.post", "text": f"{text} {second:g}", "createdAt": "2026-01-15T12:00:00Z"}
        commit["record"] = record
    time_us = START + int(second * 1_000_000)
    return json.dumps({"did": "did:plc:abc", "time_us": time_us, "kind": "commit", "commit": commit}).encode()


@dataclass(frozen=True)
class Act:
    """What one connection gets: of the log's messages so many, and then an end (`close`, `cut`) or silence (`hold`)."""

    messages: int = 1000
    then: str = "hold"
    status: int = 101


class FakeJetstream:
    """The log, what each connection is to get, and what each asked for."""

    def __init__(self) -> None:
        self.url = ""
        self.log: list[bytes] = []
        self.acts: list[Act] = []
        self.asked: list[dict[str, list[str]]] = []
        self.over = Event()

    def refuse(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer with an error, if it is the turn of one."""
        self.asked.append(parse_qs(urlsplit(request.path).query))
        if self.acts and self.acts[0].status != HTTPStatus.SWITCHING_PROTOCOLS:
            return connection.respond(HTTPStatus(self.acts.pop(0).status), "no\n")
        return None

    def play(self, connection: ServerConnection) -> None:
        """Send what is in the log from the cursor on."""
        act = self.acts.pop(0) if self.acts else Act()
        cursor = int(self.asked[-1].get("cursor", ["0"])[0])
        try:
            for message in [each for each in self.log if _time_of(each) >= cursor][: act.messages]:
                connection.send(message, text=True)
            if act.then == "hold":
                connection.recv(timeout=30)
            elif act.then == "cut":
                connection.close_socket()
        except (ConnectionClosed, TimeoutError):
            return


def _time_of(message: bytes) -> int:
    try:
        return int(json.loads(message)["time_us"])
    except (ValueError, KeyError, TypeError):
        return 10**18  # garbage comes to everybody


@contextmanager
def serving() -> Iterator[FakeJetstream]:
    """Serve until the block ends."""
    jetstream = FakeJetstream()
    with serve(jetstream.play, "127.0.0.1", 0, process_request=jetstream.refuse, close_timeout=0.1) as server:
        jetstream.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/subscribe"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield jetstream
        finally:
            server.shutdown()
            thread.join(5)
