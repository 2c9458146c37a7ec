"""Who uses the site: people with a session in their browser, and scripts with a token; each request is noted."""

import json
import re
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPMessage
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

HOST = "apps.example.com"
ORIGIN = f"https://{HOST}"
PASSWORD = "correct horse battery staple"
NAMES = ("alice", "bob", "charlie")


@dataclass(frozen=True)
class Reply:
    """What came back; status 0 if the connection broke first, with the reason as the body."""

    status: int
    headers: HTTPMessage
    body: bytes

    def json(self) -> Any:
        """Read the body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Asked:
    """A request: its X-Request-ID, its time by time.monotonic, and what was wrong with the answer, if anything."""

    id: str
    what: str
    began: float
    ended: float
    wrong: str


@dataclass
class Visitor:
    """
    Keeps a jar of cookies, and writes each request down in `asked`.

    Each request has a connection of its own: HAProxy hides from clients that it knows already, and from its log, when
    an instance breaks a connection; they would have to ask again. A new one is told 502, as an ALB tells all.
    """

    port: int
    asked: list[Asked]
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes | None = None, *, wants: int = 200, shows: str = "") -> Reply:
        """Send a request once; the answer is right if it has the status that is wanted and shows this text."""
        request_id, began = uuid4().hex, time.monotonic()
        reply = self._send(method, path, body, {**self.headers, **self._cookie(), "X-Request-ID": request_id})
        wrong = "" if reply.status == wants and shows.encode() in reply.body else _in_words(reply, shows)
        self.asked.append(Asked(request_id, f"{method} {path}", began, time.monotonic(), wrong))
        return reply

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {"Host": HOST, "Connection": "close", **headers})
            response = connection.getresponse()
            reply = Reply(response.status, response.headers, response.read())
        except (OSError, HTTPException) as error:
            return Reply(0, HTTPMessage(), repr(error).encode())
        finally:
            connection.close()
        for line in reply.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return reply

    def _cookie(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}


def _in_words(reply: Reply, shows: str) -> str:
    return f"{reply.status} {reply.headers.get('Location', '')} without {shows!r}: {reply.body[:300]!r}"


def signed_in(port: int, asked: list[Asked], username: str) -> Visitor:
    """Sign in by the page, as a browser does."""
    visitor = Visitor(port, asked)
    page = visitor.ask("GET", "/accounts/login/").body.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token, page
    form = urlencode({"csrfmiddlewaretoken": token[1], "login": username, "password": PASSWORD})
    visitor.headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"{ORIGIN}/accounts/login/"}
    visitor.ask("POST", "/accounts/login/", form.encode(), wants=302)
    visitor.headers = {}
    assert "sessionid" in visitor.cookies, visitor.asked[-1]
    return visitor


def with_token(port: int, asked: list[Asked], token: str) -> Visitor:
    """Be a script of somebody's."""
    return Visitor(port, asked, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
