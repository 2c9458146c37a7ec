"""X's filtered stream on a loopback port, which does to each connection what the test wants."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

RULES, STREAM = "/2/tweets/search/stream/rules", "/2/tweets/search/stream"
TOKEN = "a-token-of-tests"


@dataclass(frozen=True)
class Act:
    """
    What one connection to the stream gets.

    `chunks` are sent one by one as they are; `then` is how it ends: `close` as HTTP has it, `cut`
    in the middle of everything, `hold` the connection silently until the test is over.
    """

    chunks: tuple[bytes, ...] = ()
    then: str = "close"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: dict[str, Any] = field(default_factory=dict)


class FakeX:
    """The rules of one app, and what its connections get: the acts in turn, then silence."""

    def __init__(self) -> None:
        self.url = ""
        self.acts: list[Act] = []
        self.rule_acts: list[Act] = []  # answers to requests for rules, before they work
        self.rules: dict[str, dict[str, str]] = {}
        self.most_rules = 1000
        self.connects = 0
        self.queries: list[str] = []
        self.posts: list[dict[str, Any]] = []
        self.over = Event()
        self.lock = Lock()

    def put_rule(self, value: str, tag: str | None = None) -> str:
        """Have a rule, as if somebody had added it."""
        identity = str(len(self.posts) * 1000 + len(self.rules) + 1)
        self.rules[identity] = {"id": identity, "value": value} | ({"tag": tag} if tag else {})
        return identity

    def values(self) -> list[str]:
        """List what the rules are."""
        return sorted(rule["value"] for rule in self.rules.values())

    def add(self, wanted: list[dict[str, str]]) -> tuple[int, dict[str, Any]]:
        """Take all of them or, if one is bad, none, as X does."""
        errors = [error for rule in wanted if (error := self._error(rule["value"]))]
        summary = {"created": 0, "not_created": len(wanted), "valid": len(wanted) - len(errors), "invalid": len(errors)}
        if errors:
            return 201, {"meta": {"summary": summary}, "errors": errors}
        made = [self.rules[self.put_rule(rule["value"], rule.get("tag"))] for rule in wanted]
        return 201, {"data": made, "meta": {"summary": {**summary, "created": len(made), "not_created": 0}}}

    def _error(self, value: str) -> dict[str, Any] | None:
        if "forbidden" in value:
            return {"value": value, "title": "UnprocessableEntity", "details": ["The word is not allowed (at 1)"]}
        if any(rule["value"] == value for rule in self.rules.values()):
            return {"value": value, "id": "1", "title": "DuplicateRule"}
        if len(self.rules) >= self.most_rules:
            return {"value": value, "title": "RulesCapExceeded"}
        return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    x: FakeX

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if self._is_stranger():
            return
        if path == RULES:
            if not self._acted(self.x.rule_acts):
                data = {"data": list(self.x.rules.values())} if self.x.rules else {}
                self._answer(200, {**data, "meta": {"result_count": len(self.x.rules)}})
            return
        with self.x.lock:
            self.x.connects += 1
            self.x.queries.append(query)
            act = self.x.acts.pop(0) if self.x.acts else Act(then="hold")
        self._play(act)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self._is_stranger() or self._acted(self.x.rule_acts):
            return
        self.x.posts.append(body)
        if "add" in body:
            self._answer(*self.x.add(body["add"]))
            return
        for identity in body["delete"]["ids"]:
            self.x.rules.pop(identity, None)
        self._answer(200, {"meta": {"summary": {"deleted": len(body["delete"]["ids"])}}})

    def _is_stranger(self) -> bool:
        if self.headers["Authorization"] == f"Bearer {TOKEN}":
            return False
        self._answer(401, {"title": "Unauthorized", "detail": "Unauthorized", "status": 401})
        return True

    def _acted(self, acts: list[Act]) -> bool:
        if not acts:
            return False
        act = acts.pop(0)
        self._answer(act.status, act.body, act.headers)
        return True

    def _play(self, act: Act) -> None:
        if act.status != 200:
            self._answer(act.status, act.body, act.headers)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        with suppress(OSError):
            for chunk in act.chunks:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                self.wfile.flush()
            if act.then == "close":
                self.wfile.write(b"0\r\n\r\n")
            elif act.then == "hold":
                self._hold()
        self.close_connection = True

    def _hold(self) -> None:
        """Say nothing, until the other side hangs up or the test is over."""
        self.connection.settimeout(0.05)
        while not self.x.over.is_set():
            try:
                if not self.connection.recv(1):
                    return
            except TimeoutError:
                continue

    def _answer(self, status: int, body: dict[str, Any], headers: tuple[tuple[str, str], ...] = ()) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(raw))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The other side may hang up at any time."""


@contextmanager
def serving() -> Iterator[FakeX]:
    """Serve until the block ends."""
    x = FakeX()
    with Server(("127.0.0.1", 0), type("Bound", (Handler,), {"x": x})) as server:
        x.url = f"http://127.0.0.1:{server.server_address[1]}"
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield x
        finally:
            x.over.set()
            server.shutdown()
