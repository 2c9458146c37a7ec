"""The entry: finds out who asks, has the method answered, and puts every refusal into words."""

from collections.abc import Iterable
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

import structlog
from django.db import transaction
from django.utils import timezone
from wsgidav import util
from wsgidav.dav_error import HTTP_BAD_REQUEST, HTTP_REQUEST_ENTITY_TOO_LARGE, DAVError

from cloudapps.mounts import REQUEST, USER_ID
from cloudapps.problems import Problem
from clouddrive import services
from clouddrive.dav.credentials import user_of
from clouddrive.dav.paths import DavPath
from clouddrive.dav.resources import DriveProvider, dav_status
from clouddrive.dav.server import DriveServer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

log = structlog.get_logger(__name__)

CHALLENGE = ("WWW-Authenticate", 'Basic realm="Cloud Drive", charset="UTF-8"')
CHANGES = frozenset({"PROPPATCH", "MKCOL", "DELETE", "COPY", "MOVE", "LOCK", "UNLOCK"})
BODY_MAX_BYTES = 2**20  # of XML
CONFIG: dict[str, Any] = {"add_header_MS_Author_Via": True, "hotfixes": {}}

Headers = list[tuple[str, str]]


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Serve the drive of whoever sends their user name and an API token."""
    answer = _Answer()
    try:
        blocks = _served(environ, answer)
    except (DAVError, Problem) as refusal:
        blocks = answer.refuse(refusal, head=environ["REQUEST_METHOD"] == "HEAD")
    except Exception:
        log.exception("dav_failed")
        blocks = answer.refuse(DAVError(500, "Something went wrong here. It was noted."), head=False)
    start_response(answer.status, answer.headers)
    return blocks


def _served(environ: "WSGIEnvironment", answer: "_Answer") -> Iterable[bytes]:
    now = timezone.now()
    user = user_of(environ[REQUEST], now=now)
    environ[USER_ID] = user.pk
    provider = DriveProvider(user, mount=environ["SCRIPT_NAME"], now=now)
    server = DriveServer(provider)
    method = server.method(environ)
    _prepare(environ, provider)
    if environ["REQUEST_METHOD"] not in CHANGES:
        return method(environ, answer.start)
    with transaction.atomic():  # nothing of it is half done, and nobody locks what is just being changed
        services.lock_tree(user.pk)
        return list(method(environ, answer.start))


def _prepare(environ: "WSGIEnvironment", provider: DriveProvider) -> None:
    """Make of the environment what wsgidav expects. :raises DAVError: (400, 413)"""
    if "#" in environ.get("RAW_URI", ""):
        raise DAVError(HTTP_BAD_REQUEST, "An address that is sent has no fragment. Encode # as %23.")
    try:
        environ["PATH_INFO"] = environ["PATH_INFO"].encode("latin-1").decode()
    except UnicodeDecodeError:
        raise DAVError(HTTP_BAD_REQUEST, "The path is not UTF-8.") from None
    if "HTTP_DEPTH" in environ:  # what it means when it is missing depends on the method
        environ["HTTP_DEPTH"] = environ["HTTP_DEPTH"].lower()
    environ["wsgidav.config"], environ["wsgidav.provider"] = CONFIG, provider
    environ["wsgidav.user_name"], environ["wsgidav.verbose"] = provider.owner.get_username(), 0
    if environ["REQUEST_METHOD"] != "PUT":
        _read_body(environ)
    _read_conditions(environ, provider)


def _read_body(environ: "WSGIEnvironment") -> None:
    """Take the body in before anything is locked, whether it comes in chunks or not."""
    body = environ["wsgi.input"].read(BODY_MAX_BYTES + 1) if _has_body(environ) else b""
    if len(body) > BODY_MAX_BYTES:
        raise DAVError(HTTP_REQUEST_ENTITY_TOO_LARGE, f"The body can have at most {BODY_MAX_BYTES:,} bytes.")
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))


def _has_body(environ: "WSGIEnvironment") -> bool:
    return "HTTP_TRANSFER_ENCODING" in environ or environ.get("CONTENT_LENGTH", "0") not in {"", "0"}


def _read_conditions(environ: "WSGIEnvironment", provider: DriveProvider) -> None:
    """Have wsgidav read the If header, and name its addresses as it compares them."""
    util.parse_if_header_dict(environ)
    conditions = environ["wsgidav.conditions.if"]
    if conditions:
        named = {_reference(url, provider.mount_path): tests for url, tests in conditions.items()}
        environ["wsgidav.conditions.if"] = named


def _reference(url: str, mount: str) -> str:
    if url == "*":
        return url
    path = DavPath.of_url(url, mount=mount)
    return url if path is None else path.reference


class _Answer:
    """Status and headers, kept back until nothing can go wrong any more."""

    def __init__(self) -> None:
        self.status = "500 Internal Server Error"
        self.headers: Headers = []

    def start(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        """Take what a method begins its answer with."""
        self.status, self.headers = status, [("X-Content-Type-Options", "nosniff"), *headers]

    def refuse(self, refusal: DAVError | Problem, *, head: bool) -> list[bytes]:
        """Make the answer of a refusal, in its words or, where WebDAV names the condition, in XML."""
        status = HTTPStatus(refusal.value if isinstance(refusal, DAVError) else dav_status(refusal))
        kind, body = _words(refusal)
        headers = [*_headers(refusal, status)]
        if status == HTTPStatus.NOT_MODIFIED:
            self.start(_line(status), headers)
            return [b""]
        self.start(_line(status), [("Content-Type", kind), ("Content-Length", str(len(body))), *headers])
        return [b"" if head else body]


def _words(refusal: DAVError | Problem) -> tuple[str, bytes]:
    if isinstance(refusal, DAVError) and refusal.err_condition:
        return "application/xml; charset=utf-8", refusal.err_condition.as_string().encode()
    words = (refusal.context_info or "") if isinstance(refusal, DAVError) else str(refusal)
    return "text/plain; charset=utf-8", f"{words}\n".encode()


def _headers(refusal: DAVError | Problem, status: HTTPStatus) -> Headers:
    if status == HTTPStatus.UNAUTHORIZED:
        return [CHALLENGE]
    if status == HTTPStatus.TOO_MANY_REQUESTS and isinstance(refusal, Problem):
        return [("Retry-After", str(refusal.extensions.get("retry_after_seconds", 60)))]
    return list(refusal.add_headers or []) if isinstance(refusal, DAVError) else []


def _line(status: HTTPStatus) -> str:
    return f"{status.value} {status.phrase}"
