"""The REST door of Cloud Drive: the contract, and who may knock."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from cloudapps.models import User
from clouddrive.models import root_id
from tests.clients import ApiClient, assert_problem
from tests.clouddrive.factories import make_file, make_folder, root
from tests.factories import make_upload


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [item["name"] for item in answer.json()["items"]]


class TestBrowsing:
    def test_begins_with_an_empty_root(self, alices_api: ApiClient):
        assert alices_api.get("/drive/items").json() == {"items": [], "next": None}

    def test_gives_folders_first_and_pages_by_links(self, alice: User, alices_api: ApiClient):
        for number in range(3):
            make_file(alice, f"{number}.txt")
        make_folder(alice, "zoo")

        first = alices_api.get("/drive/items?limit=3")
        second = alices_api.get(first.json()["next"].split("/api/v1")[1])

        assert names(first) == ["zoo", "0.txt", "1.txt"]
        assert names(second) == ["2.txt"]
        assert second.json()["next"] is None

    def test_takes_as_many_statements_for_many_as_for_few(
        self, alice: User, alices_api: ApiClient, django_assert_max_num_queries: Any
    ):
        for number in range(40):
            make_file(alice, f"{number}.txt")

        with django_assert_max_num_queries(10):
            assert len(names(alices_api.get("/drive/items"))) == 40

    def test_searches_with_the_path_of_what_is_found(self, alice: User, alices_api: ApiClient):
        make_file(alice, "plan.txt", parent=make_folder(alice, "work"))

        (found,) = alices_api.get("/drive/items?search=pla").json()["items"]

        assert [folder["name"] for folder in found["path"]] == ["", "work"]

    @pytest.mark.parametrize("query", ["sort=x", "limit=0", "limit=5000", "cursor=x", "parent=x", "category=x"])
    def test_refuses_what_makes_no_sense(self, alices_api: ApiClient, query: str):
        assert_problem(alices_api.get(f"/drive/items?{query}"), 422)


class TestFiling:
    def test_an_upload_becomes_a_file_and_its_bytes_come_back(self, alice: User, alices_api: ApiClient):
        upload = make_upload(alice, b"hello", filename="hello.txt")

        made = alices_api.post("/drive/files", {"upload_id": str(upload.pk)})
        content = alices_api.get(f"/drive/items/{made.json()['id']}/content")

        assert (made.status_code, made.json()["outcome"]) == (201, "created")
        answer = Client().get(content["Location"])
        assert b"".join(answer.streaming_content) == b"hello"
        assert answer["Content-Disposition"] == 'attachment; filename="hello.txt"'

    def test_a_taken_name_is_a_question(self, alice: User, alices_api: ApiClient):
        there = make_file(alice, "hello.txt")
        upload = make_upload(alice, b"hello", filename="HELLO.txt")

        asked = assert_problem(alices_api.post("/drive/files", {"upload_id": str(upload.pk)}), 409, "keep both")
        made = alices_api.post("/drive/files", {"upload_id": str(upload.pk), "on_conflict": "replace"})

        assert asked["item_id"] == str(there.pk)
        assert made.json()["outcome"] == "replaced"

    def test_one_with_its_idempotency_key_is_made_once(self, alices_api: ApiClient):
        first, second = (alices_api.post("/drive/folders", {"name": "a"}, idempotency_key="1") for _ in "12")

        assert first.json()["id"] == second.json()["id"]


class TestChanging:
    def test_renames_moves_and_stars(self, alice: User, alices_api: ApiClient):
        folder, file = make_folder(alice, "work"), make_file(alice)

        changed = alices_api.send(
            "PATCH", f"/drive/items/{file.pk}", {"name": "plan.txt", "parent_id": str(folder.pk), "starred": True}
        ).json()

        assert (changed["name"], changed["starred"]) == ("plan.txt", True)
        assert [step["name"] for step in changed["path"]] == ["", "work"]
        assert names(alices_api.get("/drive/starred")) == ["plan.txt"]

    def test_goes_to_the_trash_and_comes_back(self, alice: User, alices_api: ApiClient):
        file = make_file(alice)

        assert alices_api.delete(f"/drive/items/{file.pk}").status_code == 204
        assert names(alices_api.get("/drive/trash")) == ["notes.txt"]
        assert_problem(alices_api.get(f"/drive/items/{file.pk}"), 404)
        assert alices_api.post(f"/drive/items/{file.pk}/restore").status_code == 200
        assert names(alices_api.get("/drive/items")) == ["notes.txt"]

    def test_goes_for_good(self, alice: User, alices_api: ApiClient):
        file = make_file(alice)

        assert_problem(alices_api.delete(f"/drive/items/{file.pk}?forever=true"), 404)
        alices_api.delete(f"/drive/items/{file.pk}")
        assert alices_api.delete(f"/drive/items/{file.pk}?forever=true").status_code == 204
        assert alices_api.get("/drive/usage").json()["used_bytes"] == 0

    def test_versions_are_listed_restored_and_forgotten(self, alice: User, alices_api: ApiClient):
        make_file(alice, body=b"first")
        file = make_file(alice, body=b"second")
        (version,) = alices_api.get(f"/drive/items/{file.pk}/versions").json()["items"]
        address = f"/drive/items/{file.pk}/versions/{version['id']}"

        content = alices_api.get(f"{address}/content")
        assert b"".join(Client().get(content["Location"]).streaming_content) == b"first"
        assert alices_api.post(f"{address}/restore").json()["size_bytes"] == 5
        assert_problem(alices_api.post(f"{address}/restore"), 404)
        (version,) = alices_api.get(f"/drive/items/{file.pk}/versions").json()["items"]
        assert alices_api.delete(f"/drive/items/{file.pk}/versions/{version['id']}").status_code == 204

    def test_many_at_once_each_for_itself(self, alice: User, alices_api: ApiClient):
        folder = make_folder(alice, "target")
        make_file(alice, "a.txt", parent=folder)
        taken, free = make_file(alice, "a.txt"), make_file(alice, "b.txt")

        done = alices_api.post(
            "/drive/bulk",
            {"action": "move", "item_ids": [str(taken.pk), str(free.pk)], "parent_id": str(folder.pk)},
        ).json()["items"]

        assert [one["ok"] for one in done] == [False, True]
        assert done[0]["problem"]["kind"] == "file"

    def test_activity_says_who_did_what(self, alice: User, alices_api: ApiClient):
        file = make_file(alice)
        alices_api.send("PATCH", f"/drive/items/{file.pk}", {"name": "b.txt"})

        for address in ("/drive/activity", f"/drive/items/{file.pk}/activity"):
            happened = alices_api.get(address).json()["items"]
            assert [(event["actor"], event["verb"]) for event in happened] == [
                ("alice", "renamed"),
                ("alice", "uploaded"),
            ]


class TestLeaving:
    def test_takes_a_share_out_of_the_way(self, alice: User, bob: User, alices_api: ApiClient):
        folder, bobs_api = make_folder(alice, "shared"), ApiClient(bob)
        alices_api.post(f"/drive/items/{folder.pk}/grants", {"username": "bob"})

        first, again = (
            bobs_api.post("/drive/bulk", {"action": "leave", "item_ids": [str(folder.pk)]}).json()["items"][0]
            for _ in "12"
        )

        assert (first["ok"], again["ok"]) == (True, False)
        assert names(bobs_api.get("/drive/shared")) == []
        assert names(alices_api.get("/drive/items")) == ["shared"]


class TestTakingHome:
    def test_a_zip_has_everything_below(self, alice: User, alices_api: ApiClient):
        folder = make_folder(alice, "work")
        make_file(alice, "plan.txt", b"the plan", parent=folder)
        file = make_file(alice, "alone.txt", b"alone")

        answer = alices_api.get(f"/drive/archive?item_id={folder.pk}&item_id={file.pk}")

        with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == {
                "work/": b"",
                "work/plan.txt": b"the plan",
                "alone.txt": b"alone",
            }

    def test_there_is_no_preview_of_a_text(self, alice: User, alices_api: ApiClient):
        assert_problem(alices_api.get(f"/drive/items/{make_file(alice).pk}/preview"), 404)


class TestSharing:
    def test_a_link_is_made_shown_changed_and_ended(self, alice: User, alices_api: ApiClient, nobodys_api: ApiClient):
        file = make_file(alice)
        made = alices_api.post(f"/drive/items/{file.pk}/shares", {"password": "sesame", "max_downloads": 3}).json()
        secret = made["url"].rstrip("/").split("/")[-1]

        changed = alices_api.send("PATCH", f"/drive/shares/{made['id']}", {"password": "", "max_downloads": None})
        opened = nobodys_api.get(f"/drive/links/{secret}/items")
        listed = alices_api.get(f"/drive/items/{file.pk}/shares").json()
        alices_api.delete(f"/drive/shares/{made['id']}")
        ended = nobodys_api.get(f"/drive/links/{secret}/items")

        assert made["has_password"]
        assert (changed.json()["has_password"], changed.json()["max_downloads"]) == (False, None)
        assert opened.status_code == 200
        assert [link["url"] for link in listed["items"]] == [made["url"]]
        assert_problem(ended, 404)

    def test_with_a_user_by_name(self, alice: User, bob: User, alices_api: ApiClient):
        folder = make_folder(alice, "shared")
        bobs_api = ApiClient(bob)

        given = alices_api.post(f"/drive/items/{folder.pk}/grants", {"username": "bob", "role": "EDIT"}).json()
        shown = bobs_api.get("/drive/shared").json()["items"]
        made = bobs_api.post("/drive/folders", {"name": "from bob", "parent_id": str(folder.pk)})
        alices_api.delete(f"/drive/grants/{given['id']}")

        assert [(item["name"], item["owner"], item["right"]) for item in shown] == [("shared", "alice", "edit")]
        assert made.status_code == 201
        assert names(bobs_api.get("/drive/shared")) == []
        assert_problem(bobs_api.get(f"/drive/items?parent={folder.pk}"), 404)


SOMETHING = "01890000-0000-7000-8000-000000000000"
EVERY_CALL = [
    ("GET", "/drive/items", None),
    ("GET", "/drive/items?parent={folder}", None),
    ("GET", "/drive/items?search=a&parent={folder}", None),
    ("GET", "/drive/recent", None),
    ("GET", "/drive/starred", None),
    ("GET", "/drive/shared", None),
    ("GET", "/drive/trash", None),
    ("DELETE", "/drive/trash", None),
    ("GET", "/drive/usage", None),
    ("GET", "/drive/activity", None),
    ("POST", "/drive/folders", {"name": "x", "parent_id": "{folder}"}),
    ("POST", "/drive/files", {"upload_id": "{upload}", "parent_id": "{folder}"}),
    ("POST", "/drive/bulk", {"action": "trash", "item_ids": ["{file}"]}),
    ("GET", "/drive/items/{file}", None),
    ("PATCH", "/drive/items/{file}", {"name": "x"}),
    ("PATCH", "/drive/items/{file}", {"parent_id": "{folder}"}),
    ("PATCH", "/drive/items/{file}", {"starred": True}),
    ("DELETE", "/drive/items/{file}", None),
    ("DELETE", "/drive/items/{trashed}?forever=true", None),
    ("POST", "/drive/items/{trashed}/restore", {}),
    ("POST", "/drive/items/{file}/copy", {"parent_id": "{folder}"}),
    ("GET", "/drive/items/{file}/content", None),
    ("GET", "/drive/archive?item_id={file}", None),
    ("GET", "/drive/items/{file}/activity", None),
    ("GET", "/drive/items/{file}/versions", None),
    ("GET", "/drive/items/{file}/versions/{version}/content", None),
    ("POST", "/drive/items/{file}/versions/{version}/restore", {}),
    ("DELETE", "/drive/items/{file}/versions/{version}", None),
    ("GET", "/drive/items/{file}/shares", None),
    ("POST", "/drive/items/{file}/shares", {}),
    ("PATCH", "/drive/shares/{link}", {"password": "x"}),
    ("DELETE", "/drive/shares/{link}", None),
    ("POST", "/drive/items/{file}/grants", {"username": "charlie"}),
    ("DELETE", "/drive/grants/{grant}", None),
]
ABOUT_ONESELF = {
    f"/drive/{name}" for name in ("items", "recent", "starred", "shared", "trash", "usage", "activity", "bulk")
}


@pytest.mark.parametrize(("method", "path", "body"), EVERY_CALL)
class TestEveryCall:
    @pytest.fixture
    def ids(self, alice: User, bob: User, alices_api: ApiClient) -> dict[str, str]:
        make_file(alice, "a.txt", body=b"first")
        file, folder, trashed = make_file(alice, "a.txt"), make_folder(alice), make_file(alice, "gone.txt")
        alices_api.delete(f"/drive/items/{trashed.pk}")
        link = alices_api.post(f"/drive/items/{file.pk}/shares").json()
        grant = alices_api.post(f"/drive/items/{file.pk}/grants", {"username": "bob"}).json()
        return {
            "folder": str(folder.pk),
            "file": str(file.pk),
            "trashed": str(trashed.pk),
            "version": str(file.versions.get().pk),
            "upload": str(make_upload(alice).pk),
            "link": link["id"],
            "grant": str(grant["id"]),
        }

    def call(self, api: ApiClient, method: str, path: str, body: Any, ids: dict[str, str]) -> Any:
        def filled(value: Any) -> Any:
            if isinstance(value, dict):
                return {name: filled(inner) for name, inner in value.items()}
            if isinstance(value, list):
                return [filled(inner) for inner in value]
            return value.format(**ids) if isinstance(value, str) else value

        return api.send(method, filled(path), filled(body))

    def test_answers_its_owner(
        self, alices_api: ApiClient, charlie: User, ids: dict[str, str], method: str, path: str, body: Any
    ):
        assert self.call(alices_api, method, path, body, ids).status_code in {200, 201, 204, 302}

    def test_shows_a_stranger_nothing(
        self, charlies_api: ApiClient, ids: dict[str, str], method: str, path: str, body: Any
    ):
        answer = self.call(charlies_api, method, path, body, ids)

        if path in ABOUT_ONESELF:
            assert answer.status_code == 200
            secrets = [value for name, value in ids.items() if name != "grant" and path != "/drive/bulk"]
            assert not any(value.encode() in answer.content for value in secrets)
            assert b'"ok": true' not in answer.content
        else:
            assert_problem(answer, 404)

    def test_wants_nobody(self, nobodys_api: ApiClient, ids: dict[str, str], method: str, path: str, body: Any):
        assert_problem(self.call(nobodys_api, method, path, body, ids), 401)


def test_the_root_has_an_id_of_its_own(alice: User):
    assert root(alice).pk == root_id(alice.pk)
