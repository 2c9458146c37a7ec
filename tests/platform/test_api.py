"""The REST door: who is let in, how it refuses, how it describes itself, how it pages."""

import json
import re
from itertools import chain
from typing import Any

import pytest
from django.core.cache import caches
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from cloudapps.api import PerCaller, api
from cloudapps.models import Upload, User
from imageproc.models import Job
from tests.clients import API, ApiClient, assert_problem, browser_of
from tests.factories import NOW, make_batch, make_picture
from tests.threads import at_once

NOBODYS = "0190a000-0000-7000-8000-000000000000"
OPERATION_METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.fixture(scope="session")
def openapi() -> Any:
    return json.loads(json.dumps(api.get_openapi_schema(), default=str))


class TestWhoIsLetIn:
    def test_asks_nobody_in(self, nobodys_api: ApiClient) -> None:
        answer = nobodys_api.get("/images/jobs")

        assert_problem(answer, 401, "sign in")
        assert answer["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Bearer ", "Basic YTpi", "Token x", "x"])
    def test_takes_no_wrong_token(self, alice: User, header: str) -> None:
        answer = Client(headers={"Authorization": header}).get(f"{API}/images/jobs")

        assert_problem(answer, 401)

    def test_takes_a_token_without_csrf(self, alice: User) -> None:
        script = ApiClient(alice)
        script.client = Client(enforce_csrf_checks=True)

        assert script.post("/uploads", {"filename": "a", "size_bytes": 1}).status_code == 201

    def test_takes_a_session_for_reading(self, alices_browser: Client) -> None:
        assert alices_browser.get(f"{API}/images/jobs").status_code == 200

    def test_takes_a_session_for_writing_only_with_csrf(self, alice: User) -> None:
        browser = browser_of(alice, enforce_csrf_checks=True)
        body = {"filename": "a", "size_bytes": 1}

        refused = browser.post(f"{API}/uploads", body, content_type="application/json")

        assert_problem(refused, 403, "csrf")
        assert not Upload.objects.exists()
        browser.get("/accounts/profile/")
        token = browser.cookies["csrftoken"].value
        headers = {"X-CSRFToken": token}
        assert browser.post(f"{API}/uploads", body, "application/json", headers=headers).status_code == 201

    def test_takes_no_token_of_an_account_that_was_closed(self, alice: User, alices_api: ApiClient) -> None:
        User.objects.filter(pk=alice.pk).update(is_active=False)

        assert_problem(alices_api.get("/images/jobs"), 401)


class TestRefusals:
    def test_name_what_is_wrong_with_a_body(self, alices_api: ApiClient) -> None:
        document = assert_problem(alices_api.post("/uploads", {"filename": 1}), 422, "filename")

        assert {error["where"] for error in document["errors"]} == {"body.body.filename", "body.body.size_bytes"}
        assert all(error["what"] for error in document["errors"])

    @pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe", b"[1", b"nul"])
    def test_say_that_a_body_is_no_json(self, alices_api: ApiClient, body: bytes) -> None:
        answer = alices_api.client.post(f"{API}/uploads", body, "application/json", headers=alices_api.headers)

        assert answer.status_code in {400, 422}
        assert_problem(answer, answer.status_code)

    def test_say_that_a_body_is_too_large(self, alices_api: ApiClient) -> None:
        document = assert_problem(alices_api.post("/uploads", {"filename": "x" * 1_100_000}), 413)

        assert "bytes" in document["detail"]

    def test_say_that_a_body_is_too_large_to_be_repeated(self, alices_api: ApiClient) -> None:
        assert_problem(alices_api.post("/uploads", {"filename": "x" * 1_100_000}, idempotency_key="k"), 413)

    @pytest.mark.parametrize("path", ["/no/such", f"/uploads/{NOBODYS}", "/uploads/17", f"/images/jobs/{NOBODYS}"])
    def test_say_that_there_is_nothing(self, alices_api: ApiClient, path: str) -> None:
        assert_problem(alices_api.get(path), 404)

    def test_say_that_a_method_is_not_known_here(self, alices_api: ApiClient) -> None:
        assert alices_api.send("PATCH", "/images/filters", {}).status_code == 405

    def test_say_that_something_went_wrong_on_our_side(self, alice: User, settings: Any) -> None:
        settings.STORAGE_URL = "file:///proc/no-such-folder"
        script = ApiClient(alice)
        script.client.raise_request_exception = False

        answer = script.post("/uploads", {"filename": "a", "size_bytes": 1})

        assert_problem(answer, 500, "try again")
        assert b"/proc" not in answer.content, "no inner workings on the wire"
        assert not Upload.objects.exists()

    def test_say_how_long_to_wait(self, alice: User, alices_api: ApiClient) -> None:
        caches["process"].set(f"throttle_reads_user-{alice.pk}", [timezone.now().timestamp()] * 100_000)

        answer = alices_api.get("/images/jobs")

        document = assert_problem(answer, 429, "wait")
        assert 1 <= int(answer["Retry-After"]) <= 60
        assert document["retry_after_seconds"] == int(answer["Retry-After"])


class TestPerCaller:
    def request(self, user: User | None = None, method: str = "GET", address: str = "192.0.2.1") -> HttpRequest:
        request = RequestFactory().generic(method, "/api/v1/x", REMOTE_ADDR=address)
        request.user = user or type("Nobody", (), {"pk": None})()  # type: ignore[assignment]
        return request

    def test_counts_each_caller_alone(self, alice: User, bob: User) -> None:
        throttle = PerCaller("2/min", safe=True, cache="process")

        assert [throttle.allow_request(self.request(alice)) for _ in range(3)] == [True, True, False]
        assert throttle.allow_request(self.request(bob))
        assert [throttle.allow_request(self.request(address="192.0.2.7")) for _ in range(3)] == [True, True, False]
        assert throttle.allow_request(self.request(address="192.0.2.8"))

    def test_counts_reads_and_writes_apart(self, alice: User) -> None:
        reads = PerCaller("1/min", safe=True, cache="process")
        writes = PerCaller("1/min", safe=False, cache="process")

        for method in ("GET", "POST"):
            request = self.request(alice, method)
            assert reads.allow_request(request)
            assert writes.allow_request(request)
        assert not reads.allow_request(self.request(alice, "HEAD"))
        assert not writes.allow_request(self.request(alice, "DELETE"))

    def test_does_not_mix_up_the_callers_of_several_threads(self, alice: User, bob: User) -> None:
        throttle = PerCaller("1/min", safe=True, cache="process")
        throttle.allow_request(self.request(alice))
        assert not throttle.allow_request(self.request(alice))
        key = throttle.key

        at_once(lambda: throttle.allow_request(self.request(bob)))

        assert throttle.key == key
        assert throttle.wait() is not None


class TestDescription:
    def test_is_openapi_3_1(self, nobodys_browser: Client) -> None:
        answer = nobodys_browser.get(f"{API}/openapi.json")

        assert answer.status_code == 200
        assert answer.json()["openapi"].startswith("3.1")
        assert answer.json()["info"]["title"] == "cloudapps"

    def test_says_of_every_operation_what_it_does(self, openapi: Any) -> None:
        operations = {
            f"{method.upper()} {path}": operation
            for path, item in openapi["paths"].items()
            for method, operation in item.items()
            if method in OPERATION_METHODS
        }

        assert len(operations) >= 20
        for name, operation in operations.items():
            assert operation.get("summary"), name
            assert operation.get("tags"), name
            assert operation["responses"], name
        ids = [operation["operationId"] for operation in operations.values()]
        assert len(ids) == len(set(ids))

    def test_points_nowhere_that_is_not_there(self, openapi: Any) -> None:
        for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(openapi)):
            found = openapi
            for step in reference.split("/"):
                found = found[step]
            assert found

    def test_knows_both_ways_in(self, openapi: Any) -> None:
        schemes = openapi["components"]["securitySchemes"]

        assert {(scheme["type"], scheme.get("scheme")) for scheme in schemes.values()} >= {("http", "bearer")}
        assert any(scheme["type"] == "apiKey" and scheme["in"] == "cookie" for scheme in schemes.values())

    def test_holds_the_calls_of_the_contract(self, openapi: Any) -> None:
        paths = {re.sub(r"\{[^}]+\}", "{id}", path): item for path, item in openapi["paths"].items()}

        for call in (
            "POST /api/v1/uploads",
            "GET /api/v1/uploads/{id}",
            "POST /api/v1/uploads/{id}/complete",
            "DELETE /api/v1/uploads/{id}",
            "GET /api/v1/images/filters",
            "POST /api/v1/images/jobs",
            "GET /api/v1/images/jobs",
            "GET /api/v1/images/jobs/{id}",
            "DELETE /api/v1/images/jobs/{id}",
            "GET /api/v1/images/jobs/{id}/result",
        ):
            method, path = call.split()
            assert method.lower() in paths[path], call

    def test_has_a_page_to_try_it_that_needs_no_other_host(self, nobodys_browser: Client) -> None:
        answer = nobodys_browser.get(f"{API}/docs")

        page = answer.content.decode()
        assert answer.status_code == 200
        assert "openapi.json" in page
        for address in re.findall(r'(?:src|href)="([^"]+)"', page):
            assert address.startswith(("/", "data:")), address
        for attributes, script in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
            assert not script.strip() or 'type="application/json"' in attributes, "the CSP would keep it from running"
        assert "<style" not in page
        assert " style=" not in page


class TestPaging:
    @pytest.fixture
    def three_pages(self, alice: User) -> list[str]:
        picture = make_picture(alice)
        made = []
        for _ in range(110):
            batch = make_batch(alice, [picture])
            made.append(str(batch.jobs.get().pk))
        return made[::-1]

    def read_all(self, script: ApiClient, after_first: Any = lambda: None) -> list[list[str]]:
        pages, path = [], "/images/jobs"
        while path:
            answer = script.get(path).json()
            pages.append([job["id"] for job in answer["items"]])
            path = (answer["next"] or "").removeprefix("http://testserver/api/v1")
            if len(pages) == 1:
                after_first()
        return pages

    def test_gives_every_row_once_and_the_newest_first(self, alices_api: ApiClient, three_pages: list[str]) -> None:
        pages = self.read_all(alices_api)

        assert [len(page) for page in pages] == [50, 50, 10]
        assert list(chain.from_iterable(pages)) == three_pages

    def test_is_not_disturbed_by_what_comes_meanwhile(
        self, alice: User, alices_api: ApiClient, three_pages: list[str]
    ) -> None:
        def insert_and_delete() -> None:
            make_batch(alice)
            Job.objects.filter(pk=three_pages[49]).delete()  # the row that the next page begins below

        pages = self.read_all(alices_api, insert_and_delete)

        assert list(chain.from_iterable(pages)) == three_pages

    def test_ends_at_a_full_page(self, alice: User, alices_api: ApiClient, three_pages: list[str]) -> None:
        Job.objects.filter(pk__in=three_pages[50:]).delete()

        assert [len(page) for page in self.read_all(alices_api)] == [50]

    def test_is_empty_for_somebody_new(self, charlies_api: ApiClient, three_pages: list[str]) -> None:
        assert charlies_api.get("/images/jobs").json() == {"items": [], "next": None}

    def test_refuses_a_key_that_is_none(self, alices_api: ApiClient) -> None:
        assert_problem(alices_api.get("/images/jobs?before=yesterday"), 422, "before")


def test_times_are_rfc_3339_in_utc(alice: User, alices_api: ApiClient) -> None:
    make_batch(alice)

    job = alices_api.get("/images/jobs").json()["items"][0]

    assert job["created_at"] == NOW.isoformat().replace("+00:00", "Z")


class TestBusyDatabase:
    def test_says_to_try_again(self, alices_api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
        def deadlock(**_: Any) -> None:
            raise OperationalError(1213, "Deadlock found when trying to get lock")

        monkeypatch.setattr("cloudapps.uploads.upload_get", deadlock)

        refused = alices_api.get("/uploads/01890000-0000-7000-8000-000000000000")

        assert_problem(refused, 503, "try again")
        assert refused["Retry-After"] == "1"
