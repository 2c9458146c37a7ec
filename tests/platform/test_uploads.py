"""Uploads: the whole way of a file into storage, and everything that can go wrong on it."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cloudapps import uploads
from cloudapps.models import PendingDeletion, Upload, User
from cloudapps.problems import Problem, TooMany
from cloudapps.storage import ObjectNotFound, Storage, storage
from cloudapps.storage.files import FileStorage
from tests.clients import ApiClient, assert_problem
from tests.factories import NOW, make_open_upload, make_upload, picture_bytes, read, stored_keys
from tests.platform.test_storage import Browser
from tests.platform.test_storage import browse as browse
from tests.threads import at_once

BEYOND = NOW + timedelta(days=3)


@pytest.fixture
def small_parts(settings: Any) -> None:
    settings.UPLOAD_PART_BYTES = 10


def send(upload: Upload, body: bytes, numbers: list[int] | None = None) -> None:
    """Have parts arrive in the storage of this machine."""
    store = storage()
    assert isinstance(store, FileStorage)
    for number in numbers or range(1, upload.part_count + 1):
        begin = (number - 1) * upload.part_size_bytes
        part = body[begin : begin + upload.part_size_bytes]
        store.write_part(upload.multipart_id, number, BytesIO(part), size_bytes=len(part))


def complete(upload: Upload, etags: dict[int, str] | None = None) -> Upload:
    return uploads.upload_complete(owner=upload.owner, upload_id=upload.pk, etags=etags or {}, now=NOW)


class TestTheWholeWay:
    """POST, PUT each part, complete, as a script does it, over every storage."""

    @pytest.fixture
    def begin(self, any_storage: Storage, small_parts: None, alices_api: ApiClient) -> Callable[..., Any]:
        def post(body: bytes, filename: str = "photo.png") -> Any:
            answer = alices_api.post("/uploads", {"filename": filename, "size_bytes": len(body)})
            assert answer.status_code == 201, answer.content
            assert answer["Location"] == f"http://testserver/api/v1/uploads/{answer.json()['id']}"
            return answer.json()

        return post

    def put(self, browse: Browser, part: dict[str, Any], body: bytes) -> dict[str, Any]:
        url = part["url"].removeprefix("http://testserver")
        answer = browse(part["method"], url, body, part["headers"])
        assert answer.status == 200, answer.body
        return {"number": part["number"], "etag": answer.headers["etag"]}

    def test_brings_a_file_into_storage(
        self, begin: Callable[..., Any], browse: Browser, alices_api: ApiClient
    ) -> None:
        body = picture_bytes()
        upload = begin(body)
        assert [part["size_bytes"] for part in upload["parts"]][:-1] == [10] * (len(upload["parts"]) - 1)
        assert sum(part["size_bytes"] for part in upload["parts"]) == len(body)

        done = [self.put(browse, p, body[(p["number"] - 1) * 10 :][: p["size_bytes"]]) for p in upload["parts"]]
        answer = alices_api.post(f"/uploads/{upload['id']}/complete", {"parts": done})

        assert answer.status_code == 200, answer.content
        assert (answer.json()["state"], answer.json()["content_type"]) == ("COMPLETE", "image/png")
        assert (answer.json()["parts"], answer.json()["received"]) == ([], [])
        assert read(f"uploads/{upload['id']}") == body

    def test_is_resumed_after_a_reload(self, begin: Callable[..., Any], browse: Browser, alices_api: ApiClient) -> None:
        body = b"0123456789abcdefghij!"
        upload = begin(body)
        self.put(browse, upload["parts"][1], body[10:20])

        resumed = alices_api.get(f"/uploads/{upload['id']}").json()

        assert [part["number"] for part in resumed["received"]] == [2]
        assert [part["number"] for part in resumed["parts"]] == [1, 3]
        self.put(browse, resumed["parts"][0], body[:10])
        self.put(browse, resumed["parts"][1], body[20:])
        assert alices_api.post(f"/uploads/{upload['id']}/complete").status_code == 200
        assert read(f"uploads/{upload['id']}") == body

    def test_names_the_parts_that_are_missing(
        self, begin: Callable[..., Any], browse: Browser, alices_api: ApiClient
    ) -> None:
        upload = begin(b"0123456789abcdefghij!")
        self.put(browse, upload["parts"][1], b"abcdefghij")

        document = assert_problem(alices_api.post(f"/uploads/{upload['id']}/complete"), 409, "send them again")

        assert document["parts"] == [1, 3]
        assert alices_api.get(f"/uploads/{upload['id']}").json()["state"] == "OPEN"

    def test_takes_an_empty_file(self, begin: Callable[..., Any], browse: Browser, alices_api: ApiClient) -> None:
        upload = begin(b"", filename="empty.txt")
        assert [part["size_bytes"] for part in upload["parts"]] == [0]

        self.put(browse, upload["parts"][0], b"")
        answer = alices_api.post(f"/uploads/{upload['id']}/complete")

        assert answer.status_code == 200, answer.content
        assert read(f"uploads/{upload['id']}") == b""

    def test_is_completed_again_without_harm(
        self, begin: Callable[..., Any], browse: Browser, alices_api: ApiClient
    ) -> None:
        upload = begin(b"hello")
        self.put(browse, upload["parts"][0], b"hello")

        answers = [alices_api.post(f"/uploads/{upload['id']}/complete") for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert read(f"uploads/{upload['id']}") == b"hello"

    def test_is_completed_after_the_request_that_did_it_died(
        self, begin: Callable[..., Any], browse: Browser, alices_api: ApiClient
    ) -> None:
        upload = begin(b"hello")
        self.put(browse, upload["parts"][0], b"hello")
        row = Upload.objects.get(pk=upload["id"])
        parts = storage().list_parts(row.key, row.multipart_id)
        storage().complete_multipart(row.key, row.multipart_id, parts)

        answer = alices_api.post(f"/uploads/{upload['id']}/complete")

        assert answer.json()["state"] == "COMPLETE"

    def test_is_given_up(self, begin: Callable[..., Any], browse: Browser, alices_api: ApiClient) -> None:
        upload = begin(b"hello")
        self.put(browse, upload["parts"][0], b"hello")

        assert alices_api.delete(f"/uploads/{upload['id']}").status_code == 204

        assert_problem(alices_api.get(f"/uploads/{upload['id']}"), 404)
        assert list(storage().list_multiparts("")) == []

    @pytest.mark.parametrize("method", ["GET", "DELETE", "complete"])
    def test_is_its_owners_alone(
        self,
        begin: Callable[..., Any],
        charlies_api: ApiClient,
        nobodys_api: ApiClient,
        method: str,
    ) -> None:
        path = f"/uploads/{begin(b'hello')['id']}"

        def ask(client: ApiClient) -> Any:
            return client.post(f"{path}/complete") if method == "complete" else client.send(method, path, None)

        assert_problem(ask(charlies_api), 404)
        assert_problem(ask(nobodys_api), 401)
        assert Upload.objects.get().state == Upload.State.OPEN


class TestCreate:
    def test_refuses_a_file_that_is_too_large(self, alices_api: ApiClient, settings: Any) -> None:
        settings.UPLOAD_MAX_BYTES = 1000

        answer = alices_api.post("/uploads", {"filename": "a", "size_bytes": 1001})

        assert_problem(answer, 413, "1,000 is the most")
        assert not Upload.objects.exists()
        assert list(storage().list_multiparts("")) == []

    def test_refuses_too_many_unfinished_ones(self, alice: User, bob: User, settings: Any) -> None:
        settings.UPLOAD_OPEN_LIMIT = 2
        make_open_upload(alice)
        make_open_upload(alice)
        make_upload(bob)

        with pytest.raises(TooMany):
            make_open_upload(alice)
        make_open_upload(bob)

    def test_counts_no_finished_ones(self, alice: User, settings: Any) -> None:
        settings.UPLOAD_OPEN_LIMIT = 1
        make_upload(alice)
        make_upload(alice)

        make_open_upload(alice)

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"filename": "a"},
            {"filename": "", "size_bytes": 1},
            {"filename": "x" * 256, "size_bytes": 1},
            {"filename": "a", "size_bytes": -1},
            {"filename": "a", "size_bytes": "many"},
            {"filename": "a", "size_bytes": 1.5},
            {"filename": None, "size_bytes": 1},
            {"filename": "a", "size_bytes": 1, "content_type": "x" * 256},
            [],
        ],
    )
    def test_refuses_what_makes_no_sense(self, alices_api: ApiClient, body: Any) -> None:
        assert_problem(alices_api.post("/uploads", body), 422)
        assert not Upload.objects.exists()

    @pytest.mark.parametrize(
        "filename", ["../../etc/passwd", "a/b.png", "Ü 日本 😀.png", "\u202egnp.exe", "a\x00b", "con"]
    )
    def test_never_takes_a_name_for_a_path(self, alice: User, filename: str) -> None:
        upload = make_open_upload(alice, filename=filename)

        assert upload.key == f"uploads/{upload.pk}"
        upload.refresh_from_db()
        assert upload.filename == filename

    @given(size=st.integers(0, 5 * 10**12), part=st.integers(1, 2**30))
    def test_cuts_every_file_into_parts_that_add_up(self, size: int, part: int) -> None:
        upload = Upload(size_bytes=size, part_size_bytes=max(part, -(-size // uploads.MAX_PARTS)))

        count = upload.part_count

        assert 1 <= count <= uploads.MAX_PARTS
        assert (count - 1) * upload.part_size(1) + upload.part_size(count) == size or count == 1
        assert 0 <= upload.part_size(count) <= upload.part_size_bytes
        assert size == 0 or upload.part_size(count) > 0
        assert count == 1 or upload.part_size(1) == upload.part_size_bytes

    def test_cuts_no_file_into_more_parts_than_s3_takes(self, alice: User, settings: Any) -> None:
        settings.UPLOAD_MAX_BYTES, settings.UPLOAD_PART_BYTES, settings.QUOTA_BYTES = 10**13, 2**20, 10**13

        upload = make_open_upload(alice, size_bytes=10**12)

        assert upload.part_count == uploads.MAX_PARTS


@pytest.mark.usefixtures("small_parts")
class TestComplete:
    def test_refuses_an_etag_that_differs(self, alice: User) -> None:
        upload = make_open_upload(alice, size_bytes=15)
        send(upload, b"0123456789abcde")
        etags = {part.number: part.etag for part in uploads.parts_received(upload)}

        with pytest.raises(uploads.UploadIncomplete) as refusal:
            complete(upload, {**etags, 2: '"00000000000000000000000000000000"'})

        assert refusal.value.extensions == {"parts": [2]}
        assert complete(upload, etags).state == Upload.State.COMPLETE

    def test_takes_etags_with_and_without_quotes(self, alice: User) -> None:
        upload = make_open_upload(alice, size_bytes=5)
        send(upload, b"01234")

        etag = uploads.parts_received(upload)[0].etag

        assert complete(upload, {1: etag.strip('"')}).state == Upload.State.COMPLETE

    def test_refuses_parts_that_were_never_promised(self, alice: User) -> None:
        upload = make_open_upload(alice, size_bytes=15)
        send(upload, b"0123456789abcde")
        store = storage()
        assert isinstance(store, FileStorage)
        store.write_part(upload.multipart_id, 3, BytesIO(b"x"), size_bytes=1)

        with pytest.raises(uploads.UploadIncomplete):
            complete(upload)

    def test_says_that_all_is_gone(self, alice: User) -> None:
        upload = make_open_upload(alice)
        storage().abort_multipart(upload.key, upload.multipart_id)

        with pytest.raises(uploads.UploadIncomplete, match="Start it again"):
            complete(upload)

    def test_checks_the_size_of_the_object(self, alice: User) -> None:
        upload = make_open_upload(alice, size_bytes=15)
        storage().abort_multipart(upload.key, upload.multipart_id)
        storage().put(upload.key, BytesIO(b"short"), content_type="text/plain")

        with pytest.raises(uploads.UploadIncomplete, match="15 bytes were promised and 5 arrived"):
            complete(upload)

    def test_begins_the_time_anew_in_which_an_app_may_want_it(self, alice: User) -> None:
        upload = make_open_upload(alice, size_bytes=5, now=NOW - timedelta(hours=20))
        send(upload, b"01234")

        assert complete(upload).expires_at == NOW + timedelta(hours=24)

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (picture_bytes("PNG"), "image/png"),
            (picture_bytes("JPEG"), "image/jpeg"),
            (picture_bytes("GIF"), "image/gif"),
            (picture_bytes("WEBP"), "image/webp"),
            (b"%PDF-1.7\n" + b"x" * 50, "application/pdf"),
            (b"just words, of no known kind", "application/octet-stream"),
            (b"", "application/octet-stream"),
        ],
    )
    def test_believes_the_bytes_rather_than_the_sender(
        self, alice: User, settings: Any, body: bytes, expected: str
    ) -> None:
        settings.UPLOAD_PART_BYTES = 10_000
        upload = make_open_upload(alice, size_bytes=len(body), filename="lie.txt")
        send(upload, body)

        assert complete(upload).content_type == expected

    @pytest.mark.django_db(transaction=True)
    def test_is_won_by_all_who_race_for_it(self, alice: User) -> None:
        upload = make_open_upload(alice, size_bytes=25)
        send(upload, b"x" * 25)

        results = at_once(*[lambda: complete(upload)] * 4)

        done = [result for result in results if isinstance(result, Upload)]
        rest = [result for result in results if not isinstance(result, Upload)]
        assert done
        assert all(found.state == Upload.State.COMPLETE for found in done)
        assert all(isinstance(error, Problem) for error in rest), rest
        assert read(upload.key) == b"x" * 25


class TestAdopt:
    def test_keeps_an_object_for_an_app(self, alice: User) -> None:
        upload = make_upload(alice)

        for _ in range(2):
            uploads.upload_adopt(owner=alice, upload_id=upload.pk, by="tests")

        upload.refresh_from_db()
        assert upload.state == Upload.State.ADOPTED

    def test_refuses_what_is_not_complete(self, alice: User) -> None:
        with pytest.raises(uploads.UploadIncomplete):
            uploads.upload_adopt(owner=alice, upload_id=make_open_upload(alice).pk, by="tests")

    def test_refuses_what_is_anothers_or_nobodys(self, alice: User, charlie: User) -> None:
        for upload_id in (make_upload(alice).pk, uuid4()):
            with pytest.raises(uploads.UploadNotFound):
                uploads.upload_adopt(owner=charlie, upload_id=upload_id, by="tests")

    def test_cannot_be_cancelled_any_more(self, alice: User) -> None:
        upload = make_upload(alice)
        uploads.upload_adopt(owner=alice, upload_id=upload.pk, by="tests")

        with pytest.raises(uploads.UploadClosed):
            uploads.upload_cancel(owner=alice, upload_id=upload.pk, now=NOW)

    def test_ends_with_a_release(self, alice: User) -> None:
        upload = uploads.upload_adopt(owner=alice, upload_id=make_upload(alice).pk, by="tests")
        key = upload.key

        uploads.upload_release(upload, due_at=NOW + timedelta(minutes=1))

        assert not Upload.objects.exists()
        assert uploads.delete_due_objects(now=NOW) == 0
        assert stored_keys() == {key}
        assert uploads.delete_due_objects(now=NOW + timedelta(minutes=1)) == 1
        assert stored_keys() == set()


class TestDeletion:
    def test_may_be_asked_for_twice(self, alice: User) -> None:
        key = make_upload(alice).key

        uploads.delete_later([key, ""], due_at=NOW)
        uploads.delete_later([key], due_at=NOW)

        assert PendingDeletion.objects.count() == 1
        assert uploads.delete_due_objects(now=NOW) == 1
        assert uploads.delete_due_objects(now=NOW) == 0

    def test_is_repeated_when_the_storage_failed(self, alice: User) -> None:
        key = make_upload(alice).key
        uploads.delete_later([key], due_at=NOW)
        store = storage()
        assert isinstance(store, FileStorage)
        elsewhere = store.objects.with_name("away")
        store.objects.rename(elsewhere)
        store.objects.write_bytes(b"not a folder")

        assert uploads.delete_due_objects(now=NOW) == 0

        store.objects.unlink()
        elsewhere.rename(store.objects)
        assert uploads.delete_due_objects(now=NOW) == 0
        assert uploads.delete_due_objects(now=NOW + uploads.DELETION_RETRY) == 1
        assert stored_keys() == set()

    def test_that_fails_does_not_keep_the_others(self, alice: User) -> None:
        kept, key = make_upload(alice).key, make_upload(alice).key
        uploads.delete_later([kept], due_at=NOW - timedelta(minutes=1))
        uploads.delete_later([key], due_at=NOW)
        store = storage()
        assert isinstance(store, FileStorage)
        store.path(kept).unlink()
        store.path(kept).mkdir()

        assert uploads.delete_due_objects(now=NOW) == 1

        assert not store.path(key).exists()

    def test_takes_a_limited_number_at_a_time(self, alice: User) -> None:
        uploads.delete_later([f"uploads/{n}" for n in range(5)], due_at=NOW)

        assert [uploads.delete_due_objects(now=NOW, limit=3) for _ in range(3)] == [3, 2, 0]


class TestSweep:
    def sweep(self) -> int:
        swept = uploads.sweep(now=BEYOND)
        uploads.delete_due_objects(now=BEYOND + uploads.REQUEST_MAX_DURATION)
        return swept

    def test_drops_what_was_never_completed(self, alice: User) -> None:
        make_open_upload(alice)

        assert self.sweep() == 1

        assert not Upload.objects.exists()
        assert list(storage().list_multiparts("")) == []

    def test_drops_what_no_app_wanted(self, alice: User) -> None:
        make_upload(alice)

        assert self.sweep() == 1

        assert stored_keys() == set()

    def test_keeps_what_an_app_adopted(self, alice: User) -> None:
        upload = uploads.upload_adopt(owner=alice, upload_id=make_upload(alice).pk, by="tests")

        assert self.sweep() == 0

        assert stored_keys() == {upload.key}

    def test_keeps_what_still_has_time(self, alice: User) -> None:
        make_open_upload(alice, now=BEYOND - timedelta(hours=1))

        assert self.sweep() == 0
        assert Upload.objects.exists()

    def test_drops_multiparts_that_no_row_knows(self, db: None) -> None:
        store = storage()
        for key in (f"uploads/{uuid4()}", "elsewhere/of-another-app"):
            store.begin_multipart(key, content_type="text/plain")

        now = next(store.list_multiparts("")).begun_at
        assert uploads.sweep(now=now + timedelta(minutes=59)) == 0, "its row may be about to be written"
        assert uploads.sweep(now=now + timedelta(minutes=61)) == 1

        assert [m.key for m in store.list_multiparts("")] == ["elsewhere/of-another-app"]


class TestCancel:
    def test_waits_for_a_completion_that_may_be_under_way(self, alice: User) -> None:
        upload = make_open_upload(alice)

        uploads.upload_cancel(owner=alice, upload_id=upload.pk, now=NOW)
        storage().put(upload.key, BytesIO(b"by a slow request"), content_type="text/plain")

        assert uploads.delete_due_objects(now=NOW) == 0
        assert uploads.delete_due_objects(now=NOW + uploads.REQUEST_MAX_DURATION) == 1
        with pytest.raises(ObjectNotFound):
            storage().stat(upload.key)

    def test_refuses_what_is_not_there(self, alice: User) -> None:
        with pytest.raises(uploads.UploadNotFound):
            uploads.upload_cancel(owner=alice, upload_id=UUID(int=0), now=NOW)


def test_a_part_needs_no_session_and_no_csrf_token(alice: User) -> None:
    upload = make_open_upload(alice, size_bytes=2)
    part = uploads.parts_to_send(upload, [])[0]

    answer = Client(enforce_csrf_checks=True).put(part.link.url, b"hi", content_type="text/plain")

    assert answer.status_code == 200
    assert answer["ETag"] == '"49f68a5c8493ec2c0bf489821c21fc3b"'
