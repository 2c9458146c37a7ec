"""
WSGI applications of the apps, beside Django: for protocols whose bodies and methods Django's requests do not know.

What Django does for each of its requests is done here for theirs: the host is checked, plain http is sent to https,
connections to the database are kept fresh, a line is logged under a request id, and Prometheus is told.
"""

from collections.abc import Iterable, Iterator, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import uuid4

import structlog
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_finished, request_started
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django_prometheus.middleware import Metrics

from cloudapps.apps import cloud_apps

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

REQUEST = "cloudapps.request"  # where the environment holds the request as Django sees it
USER_ID = "cloudapps.user_id"  # where an application notes who asks, for the log
log = structlog.get_logger(__name__)


def with_mounts(django: "WSGIApplication", mounts: "Mapping[str, WSGIApplication] | None" = None) -> "WSGIApplication":
    """Pass what lies below the path of a mount to its application, and everything else on to Django."""
    if mounts is None:
        mounts = {path: found for app in cloud_apps() if app.available for path, found in app.mounts().items()}

    def respond(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        for prefix, application in mounts.items():
            if path == prefix or path.startswith(f"{prefix}/"):
                return _Visit(prefix, environ, start_response).answer(application)
        return django(environ, start_response)

    return respond


class _Visit:
    """One request to a mounted application, from its first header to the last byte of the answer."""

    def __init__(self, prefix: str, environ: "WSGIEnvironment", start_response: "StartResponse") -> None:
        self.started = perf_counter()
        self.prefix, self.environ, self.start_response = prefix, environ, start_response
        self.request = environ[REQUEST] = WSGIRequest({**environ})  # of a copy, since it decodes the path in place
        self.status = 500

    def answer(self, application: "WSGIApplication") -> Iterator[bytes]:
        """Give the blocks of the answer; the request has ended when they have been read, or when they are closed."""
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=str(uuid4()))
        request_started.send(sender=type(self), environ=self.environ)
        try:
            yield from self._refused() or self._served(application)
        except Exception:
            log.exception("request_failed", code=500, request=self._described())
            raise
        finally:
            request_finished.send(sender=type(self))
            self._note()
            structlog.contextvars.clear_contextvars()

    def _served(self, application: "WSGIApplication") -> Iterator[bytes]:
        environ = {
            **self.environ,
            "SCRIPT_NAME": self.environ.get("SCRIPT_NAME", "") + self.prefix,
            "PATH_INFO": self.environ["PATH_INFO"][len(self.prefix) :],
            "wsgi.url_scheme": self.request.scheme,
        }
        blocks = application(environ, self._start)
        try:
            yield from blocks
        finally:
            if hasattr(blocks, "close"):
                blocks.close()
            self.environ[USER_ID] = environ.get(USER_ID)

    def _refused(self) -> list[bytes] | None:
        """Answer what must not reach the application: other hosts, and plain http where https is wanted."""
        try:
            self.request.get_host()
        except DisallowedHost:
            self._start("400 Bad Request", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        redirect = _SECURITY.process_request(self.request)
        if redirect is None:
            return None
        self._start("301 Moved Permanently", [("Location", redirect["Location"]), ("Content-Length", "0")])
        return [b""]

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        self.status = int(status[:3])
        return self.start_response(status, [*headers, *_secured(self.request)], exc_info)

    def _note(self) -> None:
        if self.environ.get(USER_ID):
            structlog.contextvars.bind_contextvars(user_id=self.environ[USER_ID])
        write = log.info if self.status < 400 else log.warning if self.status < 500 else log.error
        write("request_finished", code=self.status, request=self._described())
        metrics, method = Metrics.get_instance(), self.request.method
        named = {"view": self.prefix, "method": method if method in METHODS else "<invalid method>"}
        metrics.responses_by_status_view_method.labels(status=str(self.status), **named).inc()
        metrics.requests_latency_by_view_method.labels(**named).observe(perf_counter() - self.started)

    def _described(self) -> str:
        return f"{self.request.method} {self.request.get_full_path()}"


METHODS = frozenset(
    "OPTIONS GET HEAD POST PUT DELETE MKCOL COPY MOVE PROPFIND PROPPATCH LOCK UNLOCK".split()  # noqa: SIM905
)


def _no_view(request: HttpRequest) -> NoReturn:
    raise NotImplementedError("only the middleware's two halves are used")


_SECURITY = SecurityMiddleware(_no_view)


_secured_by_scheme: dict[str, list[tuple[str, str]]] = {}


def _secured(request: HttpRequest) -> list[tuple[str, str]]:
    """Give the headers that Django adds to each of its answers; they are always the same for a scheme."""
    scheme = str(request.scheme)
    if scheme not in _secured_by_scheme:
        answer = _SECURITY.process_response(request, HttpResponse())
        del answer["Content-Type"]
        _secured_by_scheme[scheme] = list(answer.items())
    return _secured_by_scheme[scheme]
