"""The storage port: one contract over every adapter, then what only one of them can show."""

import http.client
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cloudapps.storage import MultipartNotFound, ObjectNotFound, Part, PartLink, Storage, storage
from cloudapps.storage.files import SAFE_KEY, FileStorage, LinkInvalid, read_token
from cloudapps.storage.origin import storage_origin
from cloudapps.storage.s3 import S3Storage

HOUR = timedelta(hours=1)
KEY = "uploads/0190/photo.bin"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


Browser = Callable[..., Answer]


@pytest.fixture
def browse() -> Browser:
    """Send a request as a browser would, wherever the link leads."""

    def send(method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        if url.startswith("/"):
            length = {"CONTENT_LENGTH": str(len(body))} if method == "PUT" else {}  # browsers send it for 0 bytes too
            response = Client().generic(
                method, url, body, content_type="application/octet-stream", headers=headers or {}, **length
            )
            content = b"".join(response) if response.streaming else response.content
            return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, content)
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        try:
            connection.request(method, f"{parts.path}?{parts.query}", body, headers or {})
            got = connection.getresponse()
            return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        finally:
            connection.close()

    return send


def put(store: Storage, key: str, body: bytes) -> None:
    store.put(key, BytesIO(body), content_type="application/octet-stream")


def read(store: Storage, key: str) -> bytes:
    with store.open(key) as body:
        return body.read()


class TestEveryStorage:
    @pytest.fixture
    def store(self, any_storage: Storage) -> Storage:
        return any_storage

    @pytest.fixture
    def send_part(self, store: Storage, browse: Browser) -> Callable[..., Part]:
        def send(multipart_id: str, number: int, body: bytes) -> Part:
            link = store.part_link(KEY, multipart_id, number, size_bytes=len(body), expires_in=HOUR)
            answer = browse(link.method, link.url, body, link.headers)
            assert answer.status == 200, answer.body
            return Part(number=number, etag=answer.headers["etag"], size_bytes=len(body))

        return send

    def test_gives_back_what_was_put(self, store: Storage) -> None:
        put(store, KEY, b"hello")

        assert read(store, KEY) == b"hello"

    def test_puts_in_place_of_what_lay_there(self, store: Storage) -> None:
        put(store, KEY, b"a long first version")
        put(store, KEY, b"second")

        assert read(store, KEY) == b"second"
        assert store.stat(KEY).size_bytes == 6

    def test_keeps_an_empty_object(self, store: Storage) -> None:
        put(store, KEY, b"")

        assert read(store, KEY) == b""
        assert store.stat(KEY).size_bytes == 0

    def test_keeps_megabytes(self, store: Storage) -> None:
        body = bytes(range(256)) * 12_000
        put(store, KEY, body)

        assert read(store, KEY) == body

    def test_reads_in_blocks(self, store: Storage) -> None:
        put(store, KEY, b"0123456789")

        with store.open(KEY) as body:
            assert [body.read(4), body.read(4), body.read(4), body.read(4)] == [b"0123", b"4567", b"89", b""]

    def test_reads_from_an_offset_on(self, store: Storage) -> None:
        put(store, KEY, b"0123456789")

        with store.open(KEY, offset=7) as body:
            assert [body.read(2), body.read(2), body.read(2)] == [b"78", b"9", b""]

    def test_looks_at_an_object_without_reading_it(self, store: Storage) -> None:
        put(store, KEY, b"hello")

        info = store.stat(KEY)

        assert (info.key, info.size_bytes) == (KEY, 5)
        assert info.modified_at.tzinfo is not None

    def test_says_that_an_object_is_not_there(self, store: Storage) -> None:
        with pytest.raises(ObjectNotFound):
            store.open("no/such")
        with pytest.raises(ObjectNotFound):
            store.stat("no/such")

    def test_does_not_take_a_folder_for_an_object(self, store: Storage) -> None:
        put(store, "folder/object", b"x")

        with pytest.raises(ObjectNotFound):
            store.open("folder")
        with pytest.raises(ObjectNotFound):
            store.stat("folder")

    def test_brings_an_object_to_the_disk(self, store: Storage, tmp_path: Path) -> None:
        body = bytes(range(256)) * 80_000  # 20 MB: S3 sends it in ranges
        put(store, KEY, body)

        store.fetch(KEY, tmp_path / "fetched")

        assert (tmp_path / "fetched").read_bytes() == body

    def test_brings_an_empty_object_to_the_disk(self, store: Storage, tmp_path: Path) -> None:
        put(store, KEY, b"")

        store.fetch(KEY, tmp_path / "fetched")

        assert (tmp_path / "fetched").read_bytes() == b""

    def test_fetches_in_place_of_what_lay_there(self, store: Storage, tmp_path: Path) -> None:
        place = tmp_path / "place"
        place.mkdir()
        put(store, KEY, b"one")
        put(store, "uploads/other", b"two")

        for key in (KEY, KEY, "uploads/other"):
            store.fetch(key, place / "fetched")

        assert (place / "fetched").read_bytes() == b"two"
        assert [path.name for path in place.iterdir()] == ["fetched"]
        assert read(store, KEY) == b"one"

    def test_fetches_under_the_longest_name_of_a_file(self, store: Storage, tmp_path: Path) -> None:
        put(store, KEY, b"hello")

        store.fetch(KEY, tmp_path / ("日" * 85))  # 255 bytes

        assert (tmp_path / ("日" * 85)).read_bytes() == b"hello"

    def test_leaves_what_was_fetched_when_the_object_changes(self, store: Storage, tmp_path: Path) -> None:
        put(store, KEY, b"before")
        store.fetch(KEY, tmp_path / "fetched")

        put(store, KEY, b"after")
        store.fetch(KEY, tmp_path / "again")
        store.delete(KEY)

        assert (tmp_path / "fetched").read_bytes() == b"before"
        assert (tmp_path / "again").read_bytes() == b"after"

    def test_leaves_the_object_when_what_was_fetched_goes(self, store: Storage, tmp_path: Path) -> None:
        put(store, KEY, b"hello")
        store.fetch(KEY, tmp_path / "fetched")

        (tmp_path / "fetched").unlink()

        assert read(store, KEY) == b"hello"

    @pytest.mark.parametrize("key", ["no/such", "folder"])
    def test_fetches_nothing_of_what_is_not_there(self, store: Storage, tmp_path: Path, key: str) -> None:
        place = tmp_path / "place"
        place.mkdir()
        put(store, "folder/object", b"x")
        (place / "fetched").write_bytes(b"as before")

        with pytest.raises(ObjectNotFound):
            store.fetch(key, place / "fetched")
        with pytest.raises(ObjectNotFound):
            store.fetch(key, place / "new")

        assert [path.name for path in place.iterdir()] == ["fetched"]
        assert (place / "fetched").read_bytes() == b"as before"

    def test_does_not_blame_the_object_for_a_folder_that_is_not_there(self, store: Storage, tmp_path: Path) -> None:
        put(store, KEY, b"hello")

        with pytest.raises(FileNotFoundError):
            store.fetch(KEY, tmp_path / "no such folder" / "fetched")

    def test_deletes_and_may_delete_again(self, store: Storage) -> None:
        put(store, KEY, b"x")

        store.delete(KEY)
        store.delete(KEY)

        with pytest.raises(ObjectNotFound):
            store.stat(KEY)

    def test_deletes_nothing_else(self, store: Storage) -> None:
        put(store, "a/one", b"1")
        put(store, "a/two", b"2")

        store.delete("a/one")

        assert [info.key for info in store.walk("")] == ["a/two"]

    def test_walks_below_a_prefix(self, store: Storage) -> None:
        for key in ("a/1", "a/b/2", "ab/3", "c"):
            put(store, key, b"xy")

        assert {info.key for info in store.walk("a/")} == {"a/1", "a/b/2"}
        assert {info.key for info in store.walk("a")} == {"a/1", "a/b/2", "ab/3"}
        assert {info.size_bytes for info in store.walk("")} == {2}
        assert list(store.walk("nothing/")) == []

    def test_answers_a_check(self, store: Storage) -> None:
        store.check()

    def test_hands_an_object_out_by_link(self, store: Storage, browse: Browser) -> None:
        put(store, KEY, b"hello")

        answer = browse("GET", store.link(KEY, expires_in=HOUR, filename="a.txt", content_type="text/plain"))

        assert (answer.status, answer.body) == (200, b"hello")
        assert answer.headers["content-type"] == "text/plain"
        assert answer.headers["content-disposition"] == 'attachment; filename="a.txt"'

    @pytest.mark.parametrize(
        "filename",
        [
            "Übung macht den Meister.png",
            "日本語 (1).png",
            'quo"te.png',
            "a/b\\c.png",
            "100%.png",
            "a?b#c.png",
            "x;y.png",
        ],
    )
    def test_keeps_any_file_name_a_download(self, store: Storage, browse: Browser, filename: str) -> None:
        put(store, KEY, b"hello")

        answer = browse("GET", store.link(KEY, expires_in=HOUR, filename=filename, content_type="image/png"))

        assert answer.status == 200
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert "filename" in answer.headers["content-disposition"]

    def test_shows_inline_what_it_is_asked_to(self, store: Storage, browse: Browser) -> None:
        put(store, KEY, b"hello")
        url = store.link(KEY, expires_in=HOUR, filename="a.png", content_type="image/png", inline=True)

        assert browse("GET", url).headers["content-disposition"].startswith("inline")

    def test_sends_a_range(self, store: Storage, browse: Browser) -> None:
        put(store, KEY, b"0123456789")
        url = store.link(KEY, expires_in=HOUR, filename="a.bin", content_type="application/octet-stream")

        answer = browse("GET", url, headers={"Range": "bytes=2-4"})

        assert (answer.status, answer.body) == (206, b"234")
        assert answer.headers["content-range"] == "bytes 2-4/10"

    def test_puts_parts_together_that_came_out_of_order(self, store: Storage, send_part: Callable[..., Part]) -> None:
        multipart_id = store.begin_multipart(KEY, content_type="image/png")
        sent = [send_part(multipart_id, n, body) for n, body in ((3, b"cc"), (1, b"aaaa"), (2, b"bbbb"))]

        listed = store.list_parts(KEY, multipart_id)
        store.complete_multipart(KEY, multipart_id, listed)

        assert listed == sorted(sent, key=lambda part: part.number)
        assert read(store, KEY) == b"aaaabbbbcc"

    def test_is_resumed_by_what_has_arrived(self, store: Storage, send_part: Callable[..., Part]) -> None:
        multipart_id = store.begin_multipart(KEY, content_type="image/png")
        first = send_part(multipart_id, 1, b"aaaa")

        assert store.list_parts(KEY, multipart_id) == [first]
        send_part(multipart_id, 2, b"bb")
        store.complete_multipart(KEY, multipart_id, store.list_parts(KEY, multipart_id))
        assert read(store, KEY) == b"aaaabb"

    def test_takes_the_last_of_a_part_that_was_sent_twice(self, store: Storage, send_part: Callable[..., Part]) -> None:
        multipart_id = store.begin_multipart(KEY, content_type="image/png")
        send_part(multipart_id, 1, b"old!")
        again = send_part(multipart_id, 1, b"new!")

        assert store.list_parts(KEY, multipart_id) == [again]
        store.complete_multipart(KEY, multipart_id, [again])
        assert read(store, KEY) == b"new!"

    def test_makes_an_empty_object_of_one_empty_part(self, store: Storage, send_part: Callable[..., Part]) -> None:
        multipart_id = store.begin_multipart(KEY, content_type="text/plain")
        part = send_part(multipart_id, 1, b"")

        store.complete_multipart(KEY, multipart_id, [part])

        assert read(store, KEY) == b""

    def test_has_no_object_before_it_is_complete(self, store: Storage, send_part: Callable[..., Part]) -> None:
        multipart_id = store.begin_multipart(KEY, content_type="text/plain")
        send_part(multipart_id, 1, b"abc")

        with pytest.raises(ObjectNotFound):
            store.stat(KEY)
        assert list(store.walk("")) == []

    def test_lists_no_parts_at_first(self, store: Storage) -> None:
        assert store.list_parts(KEY, store.begin_multipart(KEY, content_type="text/plain")) == []

    def test_completes_once(self, store: Storage, send_part: Callable[..., Part]) -> None:
        multipart_id = store.begin_multipart(KEY, content_type="text/plain")
        part = send_part(multipart_id, 1, b"abc")
        store.complete_multipart(KEY, multipart_id, [part])

        with suppress(MultipartNotFound):  # S3 may answer a repeated completion as it did the first
            store.complete_multipart(KEY, multipart_id, [part])
        with pytest.raises(MultipartNotFound):
            store.list_parts(KEY, multipart_id)
        assert read(store, KEY) == b"abc"

    def test_forgets_what_was_aborted(self, store: Storage, send_part: Callable[..., Part]) -> None:
        multipart_id = store.begin_multipart(KEY, content_type="text/plain")
        send_part(multipart_id, 1, b"abc")

        store.abort_multipart(KEY, multipart_id)
        store.abort_multipart(KEY, multipart_id)

        with pytest.raises(MultipartNotFound):
            store.list_parts(KEY, multipart_id)
        assert list(store.walk("")) == []

    def test_lists_what_was_begun_and_not_ended(self, store: Storage) -> None:
        kept = store.begin_multipart("uploads/kept", content_type="text/plain")
        store.begin_multipart("other/one", content_type="text/plain")
        gone = store.begin_multipart("uploads/gone", content_type="text/plain")
        store.abort_multipart("uploads/gone", gone)

        found = list(store.list_multiparts("uploads/"))

        assert [(m.key, m.multipart_id) for m in found] == [("uploads/kept", kept)]
        assert found[0].begun_at.tzinfo is not None

    def test_keeps_two_uploads_of_one_key_apart(self, store: Storage, send_part: Callable[..., Part]) -> None:
        one = store.begin_multipart(KEY, content_type="text/plain")
        two = store.begin_multipart(KEY, content_type="text/plain")
        send_part(one, 1, b"one")
        part = send_part(two, 1, b"two")

        store.complete_multipart(KEY, two, [part])

        assert read(store, KEY) == b"two"
        assert [p.size_bytes for p in store.list_parts(KEY, one)] == [3]


class TestFileStorage:
    @pytest.fixture
    def store(self) -> FileStorage:
        found = storage()
        assert isinstance(found, FileStorage)
        return found

    def link(self, store: FileStorage, *, expires_in: timedelta = HOUR, **more: Any) -> str:
        put(store, KEY, b"0123456789")
        return store.link(KEY, expires_in=expires_in, filename="a.html", content_type="text/html", **more)

    @pytest.mark.parametrize(
        "key",
        [
            "../x",
            "/etc/passwd",
            "a/../../x",
            "a//b",
            "",
            ".",
            "..",
            "a/.",
            "a/",
            "a\\b",
            "a\0b",
            "a b",
            "~/x",
            ".x",
            "é",
        ],
    )
    def test_refuses_keys_that_could_escape(self, store: FileStorage, tmp_path: Path, key: str) -> None:
        for use in (store.open, store.stat, store.delete, lambda key: store.fetch(key, tmp_path / "fetched")):
            with pytest.raises(ValueError, match="not a storage key"):
                use(key)
        with pytest.raises(ValueError, match="not a storage key"):
            put(store, key, b"x")
        with pytest.raises(ValueError, match="not a storage key"):
            store.begin_multipart(key, content_type="text/plain")

    @given(st.text(max_size=30) | st.from_regex(SAFE_KEY, fullmatch=True))
    def test_maps_every_key_below_its_folder_or_refuses_it(self, key: str) -> None:
        store = storage()
        assert isinstance(store, FileStorage)
        try:
            path = store.path(key)
        except ValueError:
            return
        assert path.resolve().is_relative_to(store.objects.resolve())
        assert path != store.objects

    def test_leaves_no_draft_when_the_sender_fails(self, store: FileStorage) -> None:
        class Broken(BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                raise OSError("the line is dead")

        with pytest.raises(OSError, match="the line is dead"):
            store.put(KEY, Broken(), content_type="text/plain")

        assert list(store.tmp.iterdir()) == []
        assert list(store.walk("")) == []

    def test_fetches_by_a_link_that_costs_no_space(self, store: FileStorage, tmp_path: Path) -> None:
        put(store, KEY, b"hello")

        store.fetch(KEY, tmp_path / "fetched")

        assert (tmp_path / "fetched").samefile(store.path(KEY))

    def test_fetches_a_copy_to_another_disk(self, store: FileStorage) -> None:
        memory = Path("/dev/shm")
        if not memory.is_dir() or memory.stat().st_dev == store.objects.stat().st_dev:
            pytest.skip("there is no second file system to fetch to")
        put(store, KEY, b"hello")

        with TemporaryDirectory(dir=memory) as place:
            store.fetch(KEY, Path(place, "fetched"))

            assert Path(place, "fetched").read_bytes() == b"hello"
            assert [path.name for path in Path(place).iterdir()] == ["fetched"]

    def test_leaves_no_empty_folders(self, store: FileStorage) -> None:
        put(store, "a/b/c", b"x")

        store.delete("a/b/c")

        assert list(store.objects.iterdir()) == []

    def test_refuses_a_link_whose_time_is_over(self, store: FileStorage, browse: Browser) -> None:
        answer = browse("GET", self.link(store, expires_in=timedelta(seconds=-2)))

        assert answer.status == 403
        assert b"expired" in answer.body

    def test_refuses_a_forged_link(self, store: FileStorage, browse: Browser) -> None:
        _, _, token, filename = self.link(store).split("/")
        forged = token[:-1] + ("A" if token[-1] != "A" else "B")

        for wrong in (forged, "x", token.split(":")[0], "a:b:c"):
            assert browse("GET", f"/storage/{wrong}/{filename}").status == 403

    def test_does_not_take_a_download_link_for_an_upload(self, store: FileStorage, browse: Browser) -> None:
        token = self.link(store).split("/")[2]
        part = store.part_link(KEY, store.begin_multipart(KEY, content_type="x"), 1, size_bytes=1, expires_in=HOUR)

        assert browse("PUT", f"/storage/parts/{token}", b"x").status == 403
        assert browse("GET", f"/storage/{part.url.split('/')[3]}/a.html").status == 403

    def test_has_a_link_in_which_nothing_but_the_name_can_be_changed(self, store: FileStorage, browse: Browser) -> None:
        url = self.link(store)

        claims = read_token(url.split("/")[2], "storage-object")

        assert (claims["key"], claims["type"], claims["inline"]) == (KEY, "text/html", False)
        with pytest.raises(LinkInvalid):
            read_token(url.split("/")[2], "storage-part")

    def test_never_serves_active_content(self, store: FileStorage, browse: Browser) -> None:
        answer = browse("GET", self.link(store, inline=True))

        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"].startswith("private")

    def test_says_that_a_linked_object_is_gone(self, store: FileStorage, browse: Browser) -> None:
        url = self.link(store)
        store.delete(KEY)

        assert browse("GET", url).status == 404

    def test_does_not_send_again_what_the_browser_has(self, store: FileStorage, browse: Browser) -> None:
        url = self.link(store)
        modified = browse("GET", url).headers["last-modified"]

        assert browse("GET", url, headers={"If-Modified-Since": modified}).status == 304

    def test_refuses_a_range_beyond_the_end(self, store: FileStorage, browse: Browser) -> None:
        assert browse("GET", self.link(store), headers={"Range": "bytes=99-"}).status == 416

    def test_answers_the_head_of_a_link(self, store: FileStorage, browse: Browser) -> None:
        answer = browse("HEAD", self.link(store))

        assert (answer.status, answer.body) == (200, b"")
        assert answer.headers["content-length"] == "10"

    @pytest.mark.parametrize("body", [b"", b"12", b"1234"])
    def test_refuses_a_part_of_another_size(self, store: FileStorage, browse: Browser, body: bytes) -> None:
        multipart_id = store.begin_multipart(KEY, content_type="text/plain")
        link = store.part_link(KEY, multipart_id, 1, size_bytes=3, expires_in=HOUR)

        answer = browse("PUT", link.url, body)

        assert answer.status == 400
        assert b"must have 3 bytes" in answer.body
        assert store.list_parts(KEY, multipart_id) == []
        assert list(store.tmp.iterdir()) == []

    def test_refuses_a_part_whose_link_is_over(self, store: FileStorage, browse: Browser) -> None:
        multipart_id = store.begin_multipart(KEY, content_type="text/plain")
        link = store.part_link(KEY, multipart_id, 1, size_bytes=1, expires_in=timedelta(seconds=-2))

        assert browse("PUT", link.url, b"x").status == 403

    @pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
    def test_takes_parts_by_put_alone(self, store: FileStorage, browse: Browser, method: str) -> None:
        multipart_id = store.begin_multipart(KEY, content_type="text/plain")
        link = store.part_link(KEY, multipart_id, 1, size_bytes=1, expires_in=HOUR)

        assert browse(method, link.url, b"x").status == 405

    @pytest.mark.parametrize("end", ["complete", "abort"])
    def test_completes_nothing_that_is_not_open(self, store: FileStorage, end: str) -> None:
        multipart_id = store.begin_multipart(KEY, content_type="text/plain")
        if end == "complete":
            store.complete_multipart(KEY, multipart_id, [])
        else:
            store.abort_multipart(KEY, multipart_id)

        with pytest.raises(MultipartNotFound):
            store.complete_multipart(KEY, multipart_id, [])

    def test_takes_no_part_of_what_was_given_up(self, store: FileStorage, browse: Browser) -> None:
        multipart_id = store.begin_multipart(KEY, content_type="text/plain")
        link: PartLink = store.part_link(KEY, multipart_id, 1, size_bytes=1, expires_in=HOUR)
        store.abort_multipart(KEY, multipart_id)

        assert browse("PUT", link.url, b"x").status == 404
        assert list(store.multiparts.iterdir()) == []

    def test_says_in_a_check_what_is_wrong(self, store: FileStorage) -> None:
        store.tmp.rmdir()

        with pytest.raises(FileNotFoundError):
            store.check()


class TestS3Storage:
    def query(self, url: str) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}

    def test_signs_links_with_version_4_that_expire_when_they_should(self, s3_storage: S3Storage) -> None:
        url = s3_storage.link(KEY, expires_in=timedelta(minutes=5), filename="Ü.png", content_type="image/png")

        query = self.query(url)
        assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
        assert query["X-Amz-Expires"] == "300"
        assert query["response-content-type"] == "image/png"
        assert query["response-content-disposition"] == "attachment; filename*=utf-8''%C3%9C.png"
        assert "Signature" not in query

    def test_signs_the_length_of_a_part(self, s3_storage: S3Storage) -> None:
        multipart_id = s3_storage.begin_multipart(KEY, content_type="image/png")

        link = s3_storage.part_link(KEY, multipart_id, 7, size_bytes=5, expires_in=timedelta(minutes=15))

        query = self.query(link.url)
        assert "content-length" in query["X-Amz-SignedHeaders"].split(";")
        assert (query["partNumber"], query["uploadId"], query["X-Amz-Expires"]) == ("7", multipart_id, "900")

    def test_keeps_every_key_below_its_prefix(self, s3_storage: S3Storage) -> None:
        put(s3_storage, KEY, b"x")
        whole = S3Storage(bucket=s3_storage.bucket, region=s3_storage.region, endpoint_url=s3_storage.endpoint_url)

        assert [info.key for info in whole.walk("")] == [f"below/here/{KEY}"]
        whole._client.close()

    def test_keeps_the_media_type(self, s3_storage: S3Storage) -> None:
        s3_storage.put(KEY, BytesIO(b"x"), content_type="image/webp")

        head = s3_storage._client.head_object(Bucket=s3_storage.bucket, Key=f"below/here/{KEY}")

        assert head["ContentType"] == "image/webp"

    def test_says_in_a_check_that_the_bucket_is_not_there(self, s3_storage: S3Storage) -> None:
        missing = S3Storage(bucket="no-such-bucket", region=s3_storage.region, endpoint_url=s3_storage.endpoint_url)

        with pytest.raises(Exception, match="404"):
            missing.check()
        missing._client.close()

    def test_raises_other_errors_as_they_come(self, s3_storage: S3Storage) -> None:
        missing = S3Storage(bucket="no-such-bucket", region=s3_storage.region, endpoint_url=s3_storage.endpoint_url)

        with pytest.raises(Exception, match="NoSuchBucket"):
            missing.begin_multipart(KEY, content_type="text/plain")
        missing._client.close()

    def test_signs_amazons_links_to_the_bucket_in_its_region(self) -> None:
        amazon = S3Storage(bucket="pictures", region="eu-south-2")

        url = amazon.link(KEY, expires_in=timedelta(minutes=5), filename="a.png", content_type="image/png")

        assert url.startswith(f"https://pictures.s3.eu-south-2.amazonaws.com/{KEY}?")
        assert storage_origin("s3://pictures/live", "", "eu-south-2") == "https://pictures.s3.eu-south-2.amazonaws.com"
        amazon._client.close()


class TestChoice:
    def test_is_a_folder_by_default(self) -> None:
        assert isinstance(storage(), FileStorage)
        assert storage() is storage()

    def test_unquotes_a_folder_with_spaces(self, settings: Any, tmp_path: Any) -> None:
        settings.STORAGE_URL = f"file://{tmp_path}/my%20objects"
        storage.cache_clear()

        storage().check()

        assert (tmp_path / "my objects" / "objects").is_dir()

    def test_is_a_bucket_with_a_prefix(self, settings: Any) -> None:
        settings.STORAGE_URL = "s3://bucket/some/prefix/"
        storage.cache_clear()

        found = storage()

        assert isinstance(found, S3Storage)
        assert (found.bucket, found.prefix) == ("bucket", "some/prefix/")
