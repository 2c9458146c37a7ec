"""Log lines: one an event, for a machine or a person, without secrets, with the request that began it all."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
import structlog
from django.test import Client

from cloudapps.logs import hide_secrets, logging_config
from cloudapps.models import User
from imageproc.models import Job
from tests.clients import ApiClient
from tests.factories import PASSWORD, make_upload

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def handler() -> Iterator[Callable[[str], StringIO]]:
    """Listen to the root logger in one of the two formats."""
    made: list[logging.Handler] = []
    level = logging.root.level

    def listen(log_format: str) -> StringIO:
        formatter = logging_config(log_format, "INFO")["formatters"]["line"]
        stream = StringIO()
        listener = logging.StreamHandler(stream)
        listener.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                processors=formatter["processors"], **{"foreign_pre_chain": formatter["foreign_pre_chain"]}
            )
        )
        logging.root.addHandler(listener)
        logging.root.setLevel(logging.INFO)
        made.append(listener)
        return stream

    yield listen
    logging.root.setLevel(level)
    for listener in made:
        logging.root.removeHandler(listener)


@pytest.fixture
def lines(handler: Callable[[str], StringIO]) -> Lines:
    """Everything logged since, as a machine reads it."""
    stream = handler("json")
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


class TestJson:
    def test_is_one_object_a_line(self, lines: Lines) -> None:
        structlog.get_logger("ours").info("job_done", job_id="7", words="two\nlines")
        logging.getLogger("theirs").warning("it is %s", "late")

        ours, theirs = lines()
        assert (ours["event"], ours["job_id"], ours["level"], ours["logger"]) == ("job_done", "7", "info", "ours")
        assert (theirs["event"], theirs["level"], theirs["logger"]) == ("it is late", "warning", "theirs")
        assert all(line["timestamp"].endswith("Z") for line in (ours, theirs))

    def test_carries_a_traceback_in_its_line(self, lines: Lines) -> None:
        try:
            raise RuntimeError("boom")
        except RuntimeError:
            structlog.get_logger("ours").exception("job_attempt_failed")

        [line] = lines()
        assert "RuntimeError: boom" in line["exception"]


class TestConsole:
    def test_shows_no_local_variables_in_a_traceback(self, handler: Callable[[str], StringIO]) -> None:
        stream = handler("console")
        try:
            token = "cla_" + "secret"
            raise RuntimeError(len(token))
        except RuntimeError:
            structlog.get_logger("ours").exception("job_attempt_failed")

        assert "RuntimeError" in stream.getvalue()
        assert "cla_secret" not in stream.getvalue()


class TestSecrets:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("GET /storage/abc:def-_1/photo.png", "GET /storage/…/photo.png"),
            ("PUT /storage/parts/abc:def", "PUT /storage/parts/…"),
            ("GET /storage/parts/abc:def?x=1 200", "GET /storage/parts/…?x=1 200"),
            ("GET /accounts/password/reset/key/1-set-abc/", "GET /accounts/password/reset/key/…/"),
            ("GET /drive/s/aB-c_1/", "GET /drive/s/…/"),
            ("GET /drive/s/aB-c_1/01a2/download/", "GET /drive/s/…/01a2/download/"),
            ("POST /api/v1/drive/links/aB-c_1/uploads", "POST /api/v1/drive/links/…/uploads"),
            ("'/storage/abc/x' failed", "'/storage/…/x' failed"),
            ("GET /images/", "GET /images/"),
        ],
    )
    def test_are_blotted_out(self, line: str, expected: str) -> None:
        assert hide_secrets(None, "info", {"event": line, "request": line, "n": 1}) == {
            "event": expected,
            "request": expected,
            "n": 1,
        }

    def test_stay_out_of_the_lines_of_a_request(self, alice: User, lines: Lines) -> None:
        script = ApiClient(alice)
        upload = script.post("/uploads", {"filename": "a", "size_bytes": 2}).json()
        url = upload["parts"][0]["url"].removeprefix("http://testserver")

        script.client.put(url, b"hi", content_type="text/plain")

        everything = json.dumps(lines(), ensure_ascii=False)
        assert "/storage/parts/…" in everything
        assert url.rsplit("/", 1)[1] not in everything
        assert script.headers["Authorization"].split()[1] not in everything


class TestAccounts:
    def test_stay_out_of_the_lines_with_all_their_secrets(
        self, nobodys_browser: Client, lines: Lines, mailoutbox: Any
    ) -> None:
        form = {"username": "dora", "email": "dora@example.org", "password1": PASSWORD, "password2": PASSWORD}
        nobodys_browser.post("/accounts/register/", form)
        code = re.findall(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mailoutbox[0].body, re.MULTILINE)[0]
        nobodys_browser.post("/accounts/confirm-email/", {"code": code})
        made = nobodys_browser.post("/accounts/profile/tokens/", {"name": "script"}).content.decode()
        b"".join(nobodys_browser.get("/accounts/export/"))
        nobodys_browser.post("/accounts/logout/")
        nobodys_browser.post("/accounts/password/reset/", {"email": "dora@example.org"})
        link = re.findall(r"/accounts/password/reset/key/\S+", mailoutbox[-1].body)[0]
        nobodys_browser.get(link)

        everything = json.dumps(lines(), ensure_ascii=False)
        assert "/accounts/password/reset/key/…" in everything
        token = re.findall(r"cla_[\w-]{32}", made)[0]
        for secret in (PASSWORD, code, token, link.split("/")[-2], nobodys_browser.cookies["sessionid"].value):
            assert not secret or secret not in everything


class TestRequestId:
    def test_follows_a_job_into_the_worker(
        self, alice: User, alices_api: ApiClient, lines: Lines, commits: Any, work: Any
    ) -> None:
        upload = make_upload(alice, b"this is no picture")
        with commits():
            job_id = alices_api.post("/images/jobs", {"upload_id": str(upload.pk)}).json()["id"]
        request_id = Job.objects.get(pk=UUID(job_id)).request_id
        begun = lines()
        assert request_id in {line["request_id"] for line in begun if line["event"] == "request_finished"}

        work()

        failed = [line for line in lines()[len(begun) :] if line["event"] == "job_failed"]
        assert {(line["job_id"], line["request_id"]) for line in failed} >= {(job_id, request_id)}

    def test_is_not_too_long_for_the_row(self, alice: User, alices_api: ApiClient) -> None:
        upload = make_upload(alice, b"x")

        headers = {"x_request_id": "x" * 500, "x_correlation_id": "y" * 500}
        answer = alices_api.post("/images/jobs", {"upload_id": str(upload.pk)}, **headers)

        assert answer.status_code == 202, answer.content
