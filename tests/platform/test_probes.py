"""The doors for machines: /healthz, /readyz, /metrics, in front of Django and beside a worker."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from cloudapps import health
from cloudapps.probes import serve_from_thread, with_probes
from cloudapps.queue import queue
from cloudapps.storage import storage

Ask = Callable[..., tuple[int, dict[str, str], bytes]]


@pytest.fixture
def ask() -> Ask:
    """Ask the web process, in which an application that answers 418 stands for Django."""

    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("418 I'm a teapot", [])
        return [b"django"]

    def get(path: str, *, method: str = "GET", address: str = "127.0.0.1", **environ: str) -> Any:
        request: dict[str, Any] = {}
        setup_testing_defaults(request)
        request |= {"PATH_INFO": path, "REQUEST_METHOD": method, "REMOTE_ADDR": address, **environ}
        seen: list[Any] = []
        body = b"".join(with_probes(application)(request, lambda status, headers: seen.extend((status, headers))))
        return int(seen[0].split()[0]), {name.lower(): value for name, value in seen[1]}, body

    return get


class TestHealthz:
    def test_says_ok_and_touches_nothing(self, ask: Ask, settings: Any) -> None:
        settings.QUEUE, settings.STORAGE_URL = "sqs", "file:///proc/no-such-folder"

        assert ask("/healthz")[::2] == (200, b"ok\n")

    def test_answers_whatever_the_host_is_called(self, ask: Ask) -> None:
        assert ask("/healthz", HTTP_HOST="10.1.2.3:8000")[0] == 200

    def test_answers_a_head_without_a_body(self, ask: Ask) -> None:
        status, headers, body = ask("/healthz", method="HEAD")

        assert (status, body, headers["content-length"]) == (200, b"", "3")

    def test_leaves_the_rest_to_django(self, ask: Ask) -> None:
        assert ask("/")[::2] == (418, b"django")
        assert ask("/healthz/")[0] == 418


@pytest.mark.django_db(transaction=True)
class TestReadyz:
    def test_names_every_dependency(self, ask: Ask) -> None:
        status, headers, body = ask("/readyz")

        document = json.loads(body)
        assert status == 200, document
        assert headers["content-type"] == "application/json"
        assert headers["cache-control"] == "no-store"
        assert document["ready"] is True
        assert set(document["checks"]) == {"database", "storage", "queue", "post store"}
        assert all(check["ok"] for check in document["checks"].values())

    def test_says_that_the_queue_is_down(self, ask: Ask, settings: Any) -> None:
        settings.QUEUE, settings.SQS_ENDPOINT_URL = "sqs", "http://127.0.0.1:9"
        queue.cache_clear()

        status, _, body = ask("/readyz")

        checks = json.loads(body)["checks"]
        assert status == 503
        assert not checks["queue"]["ok"]
        assert "127.0.0.1:9" in checks["queue"]["detail"]
        assert checks["database"]["ok"]
        assert checks["storage"]["ok"]

    def test_tells_a_stranger_what_is_down_but_not_why(self, ask: Ask, settings: Any) -> None:
        settings.QUEUE, settings.SQS_ENDPOINT_URL = "sqs", "http://127.0.0.1:9"
        queue.cache_clear()

        status, _, body = ask("/readyz", address="203.0.113.7")

        assert status == 503
        assert json.loads(body)["checks"]["queue"]["detail"] == "failed"
        assert b"127.0.0.1" not in body

    def test_keeps_the_words_of_an_error_from_strangers(self, ask: Ask, settings: Any) -> None:
        settings.QUEUE, settings.SQS_ENDPOINT_URL = "sqs", "http://127.0.0.1:9"
        queue.cache_clear()

        status, _, body = ask("/readyz", address="192.0.2.1")

        assert status == 503
        assert b"127.0.0.1" not in body
        assert json.loads(body)["checks"]["queue"]["ok"] is False

    def test_does_not_wait_for_a_queue_that_never_answers(self, ask: Ask, settings: Any) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            settings.QUEUE, settings.SQS_ENDPOINT_URL = "sqs", f"http://127.0.0.1:{silent.getsockname()[1]}"
            queue.cache_clear()

            status, _, body = ask("/readyz")

        check = json.loads(body)["checks"]["queue"]
        assert status == 503
        assert check["milliseconds"] < (health.TIMEOUT_SECONDS + 1) * 1000

    def test_says_that_the_storage_cannot_be_written(self, ask: Ask, settings: Any) -> None:
        settings.STORAGE_URL = "file:///proc/no-such-folder"
        storage.cache_clear()

        status, _, body = ask("/readyz")

        assert status == 503
        assert json.loads(body)["ready"] is False
        assert "FileNotFoundError" in json.loads(body)["checks"]["storage"]["detail"]


@pytest.mark.django_db
class TestMetricsDoor:
    @pytest.fixture(autouse=True)
    def networks(self, settings: Any) -> None:
        settings.METRICS_ALLOWED = ["127.0.0.0/8", "10.0.0.0/8", "::1/128"]

    @pytest.mark.parametrize("address", ["127.0.0.1", "10.9.8.7", "::1"])
    def test_is_open_to_the_networks_that_are_allowed(self, ask: Ask, address: str) -> None:
        status, headers, body = ask("/metrics", address=address)

        assert status == 200
        assert headers["content-type"].startswith("text/plain")
        assert b"cloudapps_queue_messages" in body

    @pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "", "nonsense"])
    def test_is_shut_to_others(self, ask: Ask, address: str) -> None:
        status, _, body = ask("/metrics", address=address)

        assert status == 403
        assert b"METRICS_ALLOWED" in body

    def test_is_open_to_whoever_has_the_token(self, ask: Ask, settings: Any) -> None:
        settings.METRICS_TOKEN = "let-me-in"

        assert ask("/metrics", address="192.0.2.1", HTTP_AUTHORIZATION="Bearer let-me-in")[0] == 200
        for wrong in ("Bearer let-me-inn", "Bearer ", "", "Bearer lét"):
            assert ask("/metrics", address="192.0.2.1", HTTP_AUTHORIZATION=wrong)[0] == 403

    def test_has_no_token_by_default(self, ask: Ask) -> None:
        assert ask("/metrics", address="192.0.2.1", HTTP_AUTHORIZATION="Bearer ")[0] == 403

    def test_does_not_take_the_load_balancer_for_a_neighbour(self, ask: Ask, settings: Any) -> None:
        settings.PROXY_COUNT = 1

        assert ask("/metrics", address="10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.7")[0] == 403
        assert ask("/metrics", address="10.0.0.1")[0] == 200, "asked past the load balancer"


class TestBesideAWorker:
    @pytest.fixture
    def address(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        monkeypatch.setenv("PROBE_PORT", str(port))
        stop = serve_from_thread()
        yield f"http://127.0.0.1:{port}"
        if stop is not None:
            stop()

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    def test_answers_on_a_port_of_its_own(self, address: str) -> None:
        with urllib.request.urlopen(f"{address}/healthz") as answer:
            assert answer.read() == b"ok\n"
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(f"{address}/admin/")
        assert refusal.value.code == 404
        refusal.value.close()

    def test_serves_nothing_without_a_port(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("PROBE_PORT", raising=False)

        serve_from_thread()
