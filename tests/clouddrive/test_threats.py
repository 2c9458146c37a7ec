"""Lines of the threat table in docs/security.md that no other file of tests is about."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from cloudapps.api import api
from cloudapps.models import User
from cloudapps.storage import storage
from tests.clients import ApiClient, assert_problem, browser_of
from tests.clouddrive.factories import make_file, make_folder
from tests.factories import make_upload

PAGE = b"<!doctype html><script>document.title = document.cookie</script>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
ACTIVE = [
    ("page.html", PAGE),
    ("drawing.svg", DRAWING),
    ("page.xhtml", PAGE),
    ("photo.png", PAGE),
    ("film.mp4", PAGE),
    ("song.mp3", DRAWING),
    ("notes.txt", PAGE),
]


def served(api_client: ApiClient, address: str) -> HttpResponse:
    redirect = api_client.get(address)
    assert redirect.status_code == 302, redirect.content
    answer = Client().get(redirect["Location"])
    answer.close()
    return answer


def assert_harmless(answer: HttpResponse) -> None:
    """A browser saves it, or shows it where it can do nothing and is nobody."""
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox;")
    assert "allow-" not in policy
    assert "default-src 'none'" in policy


class TestActiveContent:
    @pytest.mark.parametrize(("name", "body"), ACTIVE)
    def test_of_a_file_does_nothing(self, alice: User, alices_api: ApiClient, name: str, body: bytes):
        file = make_file(alice, name, body)

        assert_harmless(served(alices_api, f"/drive/items/{file.pk}/content"))

    @pytest.mark.parametrize(("name", "body"), ACTIVE)
    def test_behind_a_link_does_nothing(
        self, alice: User, alices_api: ApiClient, nobodys_api: ApiClient, name: str, body: bytes
    ):
        file = make_file(alice, name, body)
        url = alices_api.post(f"/drive/items/{file.pk}/shares").json()["url"]

        assert_harmless(served(nobodys_api, f"/drive/links/{url.rstrip('/').split('/')[-1]}/items/{file.pk}/content"))

    def test_of_a_version_does_nothing(self, alice: User, alices_api: ApiClient):
        make_file(alice, "page.html", PAGE)
        file = make_file(alice, "page.html", b"newer")
        version = file.versions.get()

        assert_harmless(served(alices_api, f"/drive/items/{file.pk}/versions/{version.pk}/content"))


class TestNames:
    @pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "..", "a\\..\\b", "x\u202egpj.exe", "a\x00.txt"])
    def test_that_play_tricks_are_refused(self, alice: User, alices_api: ApiClient, name: str):
        file, upload = make_file(alice), make_upload(alice, filename=name)

        assert_problem(alices_api.post("/drive/folders", {"name": name}), 422)
        assert_problem(alices_api.send("PATCH", f"/drive/items/{file.pk}", {"name": name}), 422)
        assert_problem(alices_api.post("/drive/files", {"upload_id": str(upload.pk)}), 422)

    def test_that_look_alike_are_one(self, alice: User, alices_api: ApiClient):
        make_folder(alice, "Caf\u00e9")

        assert_problem(alices_api.post("/drive/folders", {"name": "cafe\u0301"}), 409)

    def test_never_become_keys(self, alice: User):
        file = make_file(alice, "very private.txt")

        assert {found.key for found in storage().walk("")} == {f"uploads/{file.upload_id}"}

    @pytest.mark.parametrize("name", ["Überblick 2024.txt", 'a"b.txt', "a;b=c.txt", "日本.txt", "a%0d%0ab.txt"])
    def test_of_downloads_are_those_of_files(self, alice: User, alices_api: ApiClient, name: str):
        answer = served(alices_api, f"/drive/items/{make_file(alice, name).pk}/content")

        assert "\n" not in answer["Content-Disposition"]
        assert answer["Content-Disposition"].startswith("attachment; filename")


def unsafe_calls() -> list[tuple[str, str]]:
    """List every call of the API that changes something, with ids made up."""
    return [
        (method.upper(), path.removeprefix("/api/v1"))
        for path, operations in api.get_openapi_schema()["paths"].items()
        for method, operation in operations.items()
        if method != "get" and operation.get("security")
    ]


@pytest.mark.parametrize(("method", "path"), unsafe_calls())
def test_no_call_that_changes_something_goes_by_cookie_alone(alice: User, method: str, path: str):
    browser = browser_of(alice, enforce_csrf_checks=True)
    somewhere = path.replace("{grant_id}", "1").replace("{preset_id}", "1")
    somewhere = re.sub(r"\{\w+_id\}", "01890000-0000-7000-8000-000000000000", somewhere)

    answer: Any = browser.generic(method, f"/api/v1{somewhere}", b"{}", content_type="application/json")

    assert_problem(answer, 403, "CSRF")
