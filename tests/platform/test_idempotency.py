"""`Idempotency-Key`: a POST that is sent twice does its work once."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from cloudapps import idempotency
from cloudapps.idempotency import IdempotencyMiddleware
from cloudapps.models import IdempotencyKey, Upload, User
from tests.clients import ApiClient, assert_problem
from tests.factories import NOW, make_open_upload, make_token
from tests.threads import at_once

BODY = {"filename": "a.txt", "size_bytes": 3}


class TestThroughTheApi:
    def test_answers_a_repeated_request_as_it_did_the_first(self, alices_api: ApiClient) -> None:
        first = alices_api.post("/uploads", BODY, idempotency_key="k1")
        again = alices_api.post("/uploads", BODY, idempotency_key="k1")

        assert (first.status_code, again.status_code) == (201, 201)
        assert again.content == first.content
        assert again["Location"] == first["Location"]
        assert again["Content-Type"] == first["Content-Type"]
        assert again["Idempotency-Replayed"] == "true"
        assert "Idempotency-Replayed" not in first
        assert Upload.objects.count() == 1

    def test_refuses_the_key_for_another_body(self, alices_api: ApiClient) -> None:
        alices_api.post("/uploads", BODY, idempotency_key="k1")

        assert_problem(alices_api.post("/uploads", {**BODY, "size_bytes": 4}, idempotency_key="k1"), 422, "new one")
        assert Upload.objects.count() == 1

    def test_refuses_the_key_for_another_address(self, alices_api: ApiClient) -> None:
        alices_api.post("/uploads", BODY, idempotency_key="k1")

        assert_problem(alices_api.post("/images/pictures", BODY, idempotency_key="k1"), 422)

    def test_does_the_work_again_under_another_key_or_none(self, alices_api: ApiClient) -> None:
        for key in ({"idempotency_key": "k1"}, {"idempotency_key": "k2"}, {}, {}):
            assert alices_api.post("/uploads", BODY, **key).status_code == 201

        assert Upload.objects.count() == 4

    def test_keeps_the_keys_of_two_callers_apart(self, alices_api: ApiClient, charlies_api: ApiClient) -> None:
        first = alices_api.post("/uploads", BODY, idempotency_key="k1")
        other = charlies_api.post("/uploads", BODY, idempotency_key="k1")

        assert first.json()["id"] != other.json()["id"]
        assert "Idempotency-Replayed" not in other

    def test_keeps_a_refusal(self, alices_api: ApiClient) -> None:
        answers = [alices_api.post("/uploads", {"filename": ""}, idempotency_key="k1") for _ in range(2)]

        assert [answer.status_code for answer in answers] == [422, 422]
        assert answers[1]["Idempotency-Replayed"] == "true"
        assert answers[1]["Content-Type"] == "application/problem+json"

    def test_keeps_nothing_for_those_who_are_not_let_in(self, db: None, alice: User) -> None:
        wrong = ApiClient(token="cla_nobodys")

        for _ in range(2):
            answer = wrong.post("/uploads", BODY, idempotency_key="k1")
            assert_problem(answer, 401)
            assert "Idempotency-Replayed" not in answer
        assert not IdempotencyKey.objects.exists()

    def test_keeps_nothing_for_those_who_were_too_fast(self, alice: User, alices_api: ApiClient, settings: Any) -> None:
        caches["default"].set(f"throttle_writes_user-{alice.pk}", [timezone.now().timestamp()] * 100_000)

        assert_problem(alices_api.post("/uploads", BODY, idempotency_key="k1"), 429)

        caches["default"].clear()
        assert alices_api.post("/uploads", BODY, idempotency_key="k1").status_code == 201

    def test_refuses_a_key_that_is_too_long(self, alices_api: ApiClient) -> None:
        assert_problem(alices_api.post("/uploads", BODY, idempotency_key="k" * 256), 400, "at most 255")
        assert alices_api.post("/uploads", BODY, idempotency_key="k" * 255).status_code == 201

    def test_tells_keys_apart_that_only_look_alike(self, alices_api: ApiClient) -> None:
        for key in ("key", "KEY", "kéy"):
            assert "Idempotency-Replayed" not in alices_api.post("/uploads", BODY, idempotency_key=key)

    def test_minds_only_what_creates(self, alice: User, alices_api: ApiClient) -> None:
        path = f"/uploads/{make_open_upload(alice).pk}"

        for _ in range(2):
            assert alices_api.get(path, idempotency_key="k1").status_code == 200
        assert not IdempotencyKey.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_does_the_work_of_twins_once(self, alice: User) -> None:
        token = make_token(alice)

        def post() -> HttpResponse:
            return ApiClient(token=token).post("/uploads", BODY, idempotency_key="k1")

        answers = at_once(post, post)

        assert [getattr(answer, "status_code", answer) for answer in answers] == [201, 201]
        assert answers[0].content == answers[1].content
        assert Upload.objects.count() == 1


class TestMiddleware:
    """What depends on how the work ends, shown on a view that does as it is told."""

    @pytest.fixture
    def statuses(self) -> list[int]:
        return []

    @pytest.fixture
    def ask(self, alice: User, statuses: list[int]) -> Any:
        def view(request: HttpRequest) -> HttpResponse:
            status = statuses.pop(0)
            make_open_upload(alice)
            return HttpResponse(str(status), status=status)

        middleware = IdempotencyMiddleware(view)

        def post(path: str = "/api/v1/x", **headers: str) -> HttpResponse:
            request = RequestFactory().post(path, headers={"Idempotency-Key": "k1", **headers})
            request.user = alice
            return middleware(request)

        return post

    @pytest.mark.parametrize("status", [500, 503, 401, 403, 429])
    def test_neither_keeps_the_answer_nor_the_work_of_a_failure(
        self, ask: Any, statuses: list[int], status: int
    ) -> None:
        statuses += [status, 201]

        assert ask().status_code == status
        assert not Upload.objects.exists()
        assert ask().status_code == 201
        assert Upload.objects.count() == 1

    @pytest.mark.parametrize("status", [200, 201, 202, 400, 404, 409, 413, 422])
    def test_keeps_every_other_answer(self, ask: Any, statuses: list[int], status: int) -> None:
        statuses += [status, 500]

        first, again = ask(), ask()

        assert (first.status_code, again.status_code) == (status, status)
        assert again.content == first.content

    def test_leaves_the_pages_alone(self, ask: Any, statuses: list[int]) -> None:
        statuses += [200, 404]

        assert [ask("/images/").status_code, ask("/images/").status_code] == [200, 404]

    @pytest.mark.django_db(transaction=True)
    def test_lets_a_twin_try_that_waited_for_a_failure(self, alice: User) -> None:
        begun, statuses = Event(), [503, 201]

        def view(request: HttpRequest) -> HttpResponse:
            begun.set()
            return HttpResponse(status=statuses.pop(0))

        def post() -> int:
            request = RequestFactory().post("/api/v1/x", headers={"Idempotency-Key": "k1"})
            request.user = alice
            return IdempotencyMiddleware(view)(request).status_code

        assert sorted(at_once(post, post)) == [201, 503]
        assert IdempotencyKey.objects.get().status == 201


class TestForgetOld:
    def test_forgets_after_a_day(self, db: None) -> None:
        for hours in (1, 25):
            IdempotencyKey.objects.create(
                caller="c", key=f"{hours}", request_digest="d", created_at=NOW - timedelta(hours=hours)
            )

        idempotency.forget_old(now=NOW)

        assert [row.key for row in IdempotencyKey.objects.all()] == ["1"]
