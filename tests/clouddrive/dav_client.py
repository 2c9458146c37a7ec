"""A WebDAV client that knocks on the web process's own entry, without a server in between."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, fromstring

from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from cloudapps.models import User
from cloudapps.wsgi import application
from tests.factories import make_token

LOCK_BODY = (
    '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:{scope}/></D:lockscope><D:locktype><D:write/></D:locktype>'
    "<D:owner>tests</D:owner></D:lockinfo>"
)
PATCH_BODY = '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>{inner}</D:prop></D:set></D:propertyupdate>'


@dataclass
class DavAnswer:
    """What the door said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def xml(self) -> Element:
        """The body as XML."""
        return fromstring(self.body)

    def found(self, name: str) -> list[str]:
        """List the text of every element of this name in the DAV namespace."""
        return [found.text or "" for found in self.xml.iter(f"{{DAV:}}{name}")]


class DavClient:
    """Sends a user name and a token; paths begin below `/dav` and are encoded here."""

    def __init__(self, user: User | None = None, *, username: str = "", token: str = "") -> None:
        self.environ: dict[str, str] = {}
        if user is not None or token:
            username = username or (user.username if user else "")
            sent = f"{username}:{token or make_token(user)}"  # type: ignore[arg-type]  # there is one
            self.environ["HTTP_AUTHORIZATION"] = f"Basic {b64encode(sent.encode()).decode()}"

    def send(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> DavAnswer:
        """Send one request; headers are written like `if_match`."""
        sent = body.encode() if isinstance(body, str) else body
        named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        return ask(method, f"/dav{path}", {"CONTENT_LENGTH": str(len(sent)), **self.environ, **named}, BytesIO(sent))

    def put(self, path: str, body: bytes = b"hello", **headers: str) -> DavAnswer:
        """Write a file."""
        return self.send("PUT", path, body, **headers)

    def get(self, path: str, **headers: str) -> DavAnswer:
        """Read a file."""
        return self.send("GET", path, **headers)

    def move(self, path: str, target: str, *, method: str = "MOVE", **headers: str) -> DavAnswer:
        """Move, or copy, to another path."""
        return self.send(method, path, destination=f"http://127.0.0.1/dav{quote(target)}", **headers)

    def names(self, path: str = "/") -> list[str]:
        """List the addresses of what lies in a folder."""
        answer = self.send("PROPFIND", path, depth="1")
        assert answer.status == 207, answer.body
        return answer.found("href")[1:]

    def lock(self, path: str, *, scope: str = "exclusive", **headers: str) -> DavAnswer:
        """Ask for a lock."""
        return self.send("LOCK", path, LOCK_BODY.format(scope=scope), **headers)

    def give(self, path: str, inner: str) -> DavAnswer:
        """Give an item properties, written as XML."""
        return self.send("PROPPATCH", path, PATCH_BODY.format(inner=inner))


def token_of(answer: DavAnswer) -> str:
    """Give the token of a lock that was granted."""
    assert answer.status in {200, 201}, answer.body
    return answer.headers["lock-token"].strip("<>")


def ask(method: str, path: str, environ: Mapping[str, Any], body: BytesIO) -> DavAnswer:
    """Send a request to the web process's entry."""
    request = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "RAW_URI": quote(path, errors="surrogateescape"),
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        **environ,
    }
    seen: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        seen.extend((status, headers))

    with _one_connection():
        content = b"".join(application(request, start))
    return DavAnswer(int(seen[0][:3]), {name.lower(): value for name, value in seen[1]}, content)


@contextmanager
def _one_connection() -> Iterator[None]:
    """Leave the test's connection open between requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
