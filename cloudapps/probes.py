"""
The doors for machines, the same in every process: `/healthz`, `/readyz`, `/metrics`.

Plain WSGI in front of Django, so that a load balancer that asks by IP address, without TLS, gets an answer, and so
that a worker can offer them from a thread.
"""

import hmac
import ipaddress
import json
import os
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings

from cloudapps import health, metrics

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Answer = tuple[str, str, bytes]  # status line, content type, body


def healthz(environ: "WSGIEnvironment") -> Answer:
    """Say that the process serves; touches nothing."""
    return "200 OK", "text/plain", b"ok\n"


def readyz(environ: "WSGIEnvironment") -> Answer:
    """Say of each dependency whether it answers; why it does not is told only to whom the metrics are."""
    results = health.check_all()
    ready = all(result.ok for result in results)
    in_words = _may_read_metrics(environ)
    body = {"ready": ready, "checks": {result.name: result.as_json(in_words=in_words) for result in results}}
    return "200 OK" if ready else "503 Service Unavailable", "application/json", json.dumps(body).encode()


def metrics_page(environ: "WSGIEnvironment") -> Answer:
    """Give the process's numbers in Prometheus' text format to whom METRICS_ALLOWED or METRICS_TOKEN lets in."""
    if not _may_read_metrics(environ):
        return "403 Forbidden", "text/plain", b"Only from METRICS_ALLOWED networks or with METRICS_TOKEN.\n"
    return "200 OK", metrics.CONTENT_TYPE, metrics.render()


PROBES: dict[str, Callable[["WSGIEnvironment"], Answer]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics_page,
}


def with_probes(application: "WSGIApplication") -> "WSGIApplication":
    """Answer the probes' paths, and pass everything else on to the application."""

    def respond(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        probe = PROBES.get(environ.get("PATH_INFO", ""))
        if probe is None:
            return application(environ, start_response)
        status, content_type, body = probe(environ)
        headers = [
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ]
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return respond


def serve_from_thread() -> None:
    """Offer the probes of a process that serves nothing else, on PROBE_PORT; without that variable, do nothing."""
    port = os.environ.get("PROBE_PORT")
    if not port:
        return
    host = os.environ.get("PROBE_HOST", "127.0.0.1")
    server = make_server(host, int(port), with_probes(_not_found), _ThreadingServer, _QuietHandler)
    Thread(target=server.serve_forever, name="probes", daemon=True).start()


def _may_read_metrics(environ: "WSGIEnvironment") -> bool:
    sent = str(environ.get("HTTP_AUTHORIZATION", "")).removeprefix("Bearer ")
    if settings.METRICS_TOKEN and hmac.compare_digest(sent.encode(), settings.METRICS_TOKEN.encode()):
        return True
    try:
        address = ipaddress.ip_address(str(environ.get("REMOTE_ADDR", "")))
    except ValueError:
        return False
    behind_proxy = settings.PROXY_COUNT and "HTTP_X_FORWARDED_FOR" in environ
    return not behind_proxy and any(address in ipaddress.ip_network(net) for net in settings.METRICS_ALLOWED)


def _not_found(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"Only /healthz, /readyz and /metrics.\n"]


class _ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Probes come every few seconds: logging them would drown the rest."""
