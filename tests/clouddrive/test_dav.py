"""WebDAV: methods, locks, properties and refusals, through the web process's own entry."""

import logging
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from django.utils import timezone

from cloudapps import uploads
from cloudapps.models import Upload, User
from cloudapps.models.job import Status
from cloudapps.quota import quota_of
from cloudapps.storage import Storage
from clouddrive import services
from clouddrive.models import Inspection, Item, Lock, Property
from tests.clouddrive.dav_client import DavClient, ask, token_of
from tests.clouddrive.factories import bytes_of, make_file, make_folder, names_in, root
from tests.factories import NOW, make_token, make_user, stored_keys
from tests.threads import at_once

COLOR = '<x:color xmlns:x="urn:tests">red</x:color>'
ASK_COLOR = '<D:propfind xmlns:D="DAV:"><D:prop><x:color xmlns:x="urn:tests"/></D:prop></D:propfind>'
ASK_QUOTA = "<propfind xmlns='DAV:'><prop><quota-available-bytes/><quota-used-bytes/><nothing/></prop></propfind>"


@pytest.fixture
def dav(alice: User) -> DavClient:
    return DavClient(alice)


class TestWhoMayCome:
    def test_nobody_is_asked_to_sign_in(self, db: None):
        answer = DavClient().get("/")

        assert answer.status == 401
        assert answer.headers["www-authenticate"].startswith("Basic realm=")
        assert b"API token" in answer.body

    def test_a_wrong_token_a_wrong_name_and_a_password_are_refused(self, alice: User, bob: User):
        token = make_token(alice)

        for username, secret in (("alice", "cla_wrong"), ("bob", token), ("", token), ("alice", "")):
            assert DavClient(username=username, token=secret or "x").get("/").status == 401

    @pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Bearer abc", "Basic /w==", "x" * 5000])
    def test_what_is_no_basic_authentication_is_refused(self, db: None, header: str):
        answer = ask("GET", "/dav/", {"HTTP_AUTHORIZATION": header}, BytesIO())

        assert answer.status == 401

    def test_whoever_was_deactivated_is_refused(self, alice: User, dav: DavClient):
        alice.is_active = False
        alice.save()

        assert dav.get("/").status == 401

    def test_a_stranger_finds_a_drive_of_their_own(self, alice: User, charlie: User):
        make_file(alice)

        assert DavClient(charlie).get("/notes.txt").status == 404
        assert DavClient(charlie).names() == []

    def test_wrong_guesses_are_counted_and_right_ones_are_not(self, alice: User, dav: DavClient):
        wrong = DavClient(username="alice", token="cla_wrong")

        statuses = [wrong.get("/").status for _ in range(35)]

        assert (statuses[0], statuses[-1]) == (401, 429)
        assert int(wrong.get("/").headers["retry-after"]) > 0
        assert dav.get("/").status == 200

    def test_no_token_is_logged(self, alice: User, caplog: pytest.LogCaptureFixture):
        token = make_token(alice)
        with caplog.at_level(logging.INFO):
            DavClient(username="alice", token=token).put("/a.txt")
            DavClient(username="nobody", token=token).put("/a.txt")

        assert "/dav/a.txt" in caplog.text
        assert token not in caplog.text


class TestTheMount:
    def test_leads_plain_http_to_https(self, alice: User, dav: DavClient, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("cloudapps.mounts._SECURITY.redirect", True)

        answer = dav.get("/a b")

        assert (answer.status, answer.headers["location"]) == (301, "https://127.0.0.1/dav/a%20b")

    def test_refuses_other_hosts(self, alice: User, dav: DavClient):
        assert dav.get("/", host="evil.example").status == 400

    def test_leaves_what_only_begins_alike_to_django(self, dav: DavClient):
        assert ask("GET", "/davx/", {}, BytesIO()).status == 404

    def test_tells_what_it_can(self, dav: DavClient):
        answer = dav.send("OPTIONS", "/")

        assert answer.headers["dav"] == "1,2"
        assert answer.headers["ms-author-via"] == "DAV"
        assert "PROPFIND" in answer.headers["allow"]

    @pytest.mark.parametrize("method", ["POST", "PATCH", "TRACE", "__init__"])
    def test_has_no_other_methods(self, dav: DavClient, method: str):
        answer = dav.send(method, "/")

        assert answer.status == 405
        assert "PUT" in answer.headers["allow"]


class TestPut:
    def test_makes_a_file_and_then_a_version(self, alice: User, dav: DavClient):
        first, second = dav.put("/a.txt", b"one"), dav.put("/a.txt", b"two")

        file = Item.objects.get(name="a.txt")
        assert (first.status, second.status) == (201, 204)
        assert first.headers["etag"] != second.headers["etag"]
        assert bytes_of(file) == b"two"
        assert file.versions.count() == 1

    def test_takes_a_body_in_chunks(self, dav: DavClient):
        environ = {**dav.environ, "HTTP_TRANSFER_ENCODING": "chunked"}

        assert ask("PUT", "/dav/a.txt", environ, BytesIO(b"in chunks")).status == 201
        assert dav.get("/a.txt").body == b"in chunks"

    def test_leaves_nothing_of_what_broke_off(self, alice: User, dav: DavClient):
        answer = ask("PUT", "/dav/a.txt", {**dav.environ, "CONTENT_LENGTH": "10"}, BytesIO(b"12345"))
        uploads.delete_due_objects(now=timezone.now())

        assert answer.status == 409
        assert (Item.objects.filter(name="a.txt").count(), Upload.objects.count(), stored_keys()) == (0, 0, set())

    def test_keeps_the_time_that_the_client_names(self, dav: DavClient):
        answer = dav.put("/a.txt", x_oc_mtime="1000000000")

        assert answer.headers["x-oc-mtime"] == "accepted"
        assert dav.get("/a.txt").headers["last-modified"] == "Sun, 09 Sep 2001 01:46:40 GMT"

    @pytest.mark.parametrize("sent", ["yesterday", "nan", "1e40", ""])
    def test_wants_seconds_for_that(self, dav: DavClient, sent: str):
        assert dav.put("/a.txt", x_oc_mtime=sent).status == 400

    def test_wants_a_folder_to_put_it_in(self, alice: User, dav: DavClient):
        make_file(alice, "file")

        assert dav.put("/no/a.txt").status == 409
        assert dav.put("/file/a.txt").status == 409
        assert dav.put("/").status == 405

    def test_wants_whole_files(self, dav: DavClient):
        assert dav.put("/a.txt", content_range="bytes 0-1/5").status == 400
        assert dav.put("/a.txt", content_encoding="gzip").status == 501

    def test_says_when_the_space_is_used_up(self, alice: User, dav: DavClient, settings: Any):
        settings.QUOTA_BYTES = 4
        answer = dav.put("/a.txt", b"12345")

        assert answer.status == 507
        assert b"space" in answer.body
        assert quota_of(alice).used_bytes == 0

    def test_heeds_conditions(self, dav: DavClient):
        etag = dav.put("/a.txt", b"one").headers["etag"]

        assert dav.put("/a.txt", b"two", if_none_match="*").status == 412
        assert dav.put("/a.txt", b"two", if_match='"other"').status == 412
        assert dav.put("/b.txt", b"two", if_match="*").status == 412
        assert dav.put("/a.txt", b"two", if_match=etag).status == 204
        assert dav.put("/a.txt", b"no", **{"if": f"([{etag}])"}).status == 412
        assert dav.get("/a.txt").body == b"two"


class TestNames:
    @pytest.mark.parametrize("name", ["a b", "Grüße ß", "100 %25", "a#b", "a?b;c=d&e", "日本語", "(x)'s [y]", "a+b"])
    def test_of_every_kind_come_back(self, dav: DavClient, name: str):
        assert dav.put(f"/{name}").status == 201
        assert dav.move(f"/{name}", f"/moved {name}").status == 201
        assert dav.get(f"/moved {name}").body == b"hello"
        (href,) = dav.names()
        assert ask("GET", unquote(href), dav.environ, BytesIO()).body == b"hello"

    def test_are_the_same_in_any_case_and_form(self, dav: DavClient):
        dav.put("/Café.txt")

        assert dav.put("/CAFE\u0301.TXT", b"again").status == 204
        assert dav.get("/café.txt").body == b"again"

    @pytest.mark.parametrize("name", ["gpj.\u202eexe", "a\nb", "a\\b", "x" * 256])
    def test_that_cannot_be_are_refused_in_words(self, alice: User, dav: DavClient, name: str):
        answer = dav.put(f"/{name}")

        assert answer.status == 422
        assert b"A name can" in answer.body
        assert names_in(root(alice)) == []

    @pytest.mark.parametrize("path", ["/../x", "/a/./x", "/a/../../etc/passwd", "/.."])
    def test_lead_nowhere_else(self, dav: DavClient, path: str):
        assert dav.put(path).status == 400
        assert dav.get(path).status == 400
        assert dav.move("/", path).status in {400, 403}

    def test_must_be_utf_8(self, dav: DavClient):
        assert dav.get("/\udcff").status == 400

    def test_lie_as_deep_as_folders_can(self, dav: DavClient):
        path = ""
        for number in range(20):
            path += f"/{number}"
            assert dav.send("MKCOL", path).status == 201
        dav.put(f"{path}/deep.txt")

        assert dav.get(f"{path}/deep.txt").body == b"hello"
        assert dav.get("/x" * 500).status == 404


class TestGet:
    def test_sends_a_file_that_no_browser_shows_as_ours(self, dav: DavClient):
        dav.put("/page.html", b"<script>alert(1)</script>")

        answer = dav.get("/page.html")

        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"].startswith("sandbox")
        assert answer.headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize(
        ("sent", "status", "body", "part"),
        [
            ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
            ("bytes=7-", 206, b"789", "bytes 7-9/10"),
            ("bytes=-3", 206, b"789", "bytes 7-9/10"),
            ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
            ("bytes=10-", 416, None, "bytes */10"),
            ("bytes=4-2", 200, b"0123456789", None),
            ("bytes=0-1,3-4", 200, b"0123456789", None),
            ("lines=1-2", 200, b"0123456789", None),
        ],
    )
    def test_sends_ranges(
        self, any_storage: Storage, dav: DavClient, sent: str, status: int, body: bytes | None, part: str | None
    ):
        dav.put("/a.bin", b"0123456789")

        answer = dav.get("/a.bin", range=sent)

        assert (answer.status, answer.headers.get("content-range")) == (status, part)
        assert body is None or answer.body == body

    def test_sends_the_whole_of_what_has_changed(self, dav: DavClient):
        etag = dav.put("/a.bin", b"0123456789").headers["etag"]

        assert dav.get("/a.bin", range="bytes=1-1", if_range=etag).status == 206
        assert dav.get("/a.bin", range="bytes=1-1", if_range='"old"').status == 200

    def test_does_not_send_what_the_client_has(self, dav: DavClient):
        etag = dav.put("/a.bin").headers["etag"]
        modified = dav.get("/a.bin").headers["last-modified"]

        assert dav.get("/a.bin", if_none_match=etag).status == 304
        assert dav.get("/a.bin", if_modified_since=modified).status == 304

    def test_answers_a_head_without_a_body(self, dav: DavClient):
        dav.put("/a.bin", b"12345")

        answer = dav.send("HEAD", "/a.bin")

        assert (answer.status, answer.headers["content-length"], answer.body) == (200, "5", b"")
        assert dav.send("HEAD", "/no").body == b""

    def test_leads_to_the_slash_of_a_folder(self, alice: User, dav: DavClient):
        make_folder(alice, "a b")

        assert dav.get("/a b").headers["location"] == "/dav/a%20b/"
        assert dav.get("/a b/").status == 200

    def test_locks_away_what_is_infected(self, alice: User, dav: DavClient):
        file = make_file(alice, "evil.bin")
        Inspection.objects.create(
            upload=file.bytes,
            owner=alice,
            status=Status.SUCCEEDED,
            infected_by="Eicar",
            created_at=NOW,
            enqueued_at=NOW,
        )

        answer = dav.get("/evil.bin")

        assert answer.status == 403
        assert b"Eicar" in answer.body


class TestFolders:
    def test_are_made_once(self, alice: User, dav: DavClient):
        assert dav.send("MKCOL", "/a/").status == 201
        assert dav.send("MKCOL", "/a/").status == 405
        assert dav.send("MKCOL", "/no/b").status == 409
        assert dav.send("MKCOL", "/b", b"<x/>").status == 415

    def test_go_to_the_trash(self, alice: User, dav: DavClient):
        make_file(alice, parent=make_folder(alice))

        assert dav.send("DELETE", "/Documents/").status == 204
        assert names_in(root(alice)) == []
        assert Item.objects.get(name="Documents").trashed_at is not None
        assert dav.send("DELETE", "/Documents/").status == 404

    def test_are_not_deleted_by_half_or_altogether(self, alice: User, dav: DavClient):
        make_folder(alice)

        assert dav.send("DELETE", "/Documents/", depth="1").status == 400
        assert dav.send("DELETE", "/").status == 403
        assert (
            ask("DELETE", "/dav/Documents/", {**dav.environ, "RAW_URI": "/dav/Documents/#x"}, BytesIO()).status == 400
        )
        assert dav.names() == ["/dav/Documents/"]


class TestMoveAndCopy:
    @pytest.mark.parametrize("method", ["MOVE", "COPY"])
    def test_say_whether_something_was_there(self, alice: User, dav: DavClient, method: str):
        for name in ("a", "b"):
            make_file(alice, name, name.encode())

        assert dav.move("/a", "/b", method=method, overwrite="F").status == 412
        assert dav.move("/a", "/c", method=method, overwrite="F").status == 201
        assert dav.move("/c", "/b", method=method).status == 204
        assert dav.get("/b").body == b"a"
        assert Item.objects.filter(name="b", trashed_at__isnull=False).count() == 1

    @pytest.mark.parametrize("method", ["MOVE", "COPY"])
    def test_refuse_what_cannot_be(self, alice: User, dav: DavClient, method: str):
        make_folder(alice, "in", parent=make_folder(alice, "out"))

        assert dav.move("/out/", "/out/in/x", method=method).status == 403
        assert dav.move("/out/in/", "/out/", method=method).status == 403
        assert dav.move("/out/", "/out/", method=method).status == 403
        assert dav.move("/out/", "/no/x", method=method).status == 409
        assert dav.move("/no", "/x", method=method).status == 404
        assert dav.send(method, "/out/").status == 400
        assert dav.send(method, "/out/", destination="http://elsewhere.example/dav/x").status == 502
        assert dav.send(method, "/out/", destination="/drive/x").status == 502

    def test_rename_in_case_alone(self, alice: User, dav: DavClient):
        make_file(alice, "readme")

        assert dav.move("/readme", "/README").status == 201
        assert names_in(root(alice)) == ["README"]

    def test_copy_a_folder_with_or_without_what_lies_in_it(self, alice: User, dav: DavClient):
        make_file(alice, parent=make_folder(alice, "a"))

        assert dav.move("/a/", "/deep/", method="COPY").status == 201
        assert dav.move("/a/", "/flat/", method="COPY", depth="0").status == 201
        assert (dav.names("/deep/"), dav.names("/flat/")) == (["/dav/deep/notes.txt"], [])


class TestPropfind:
    def test_lists_a_folder(self, alice: User, dav: DavClient):
        make_file(alice, "ü.txt", b"12345", parent=make_folder(alice, "a b"))

        answer = dav.send("PROPFIND", "/a b", depth="1")

        assert answer.found("href") == ["/dav/a%20b/", "/dav/a%20b/%C3%BC.txt"]
        assert answer.found("displayname") == ["a b", "ü.txt"]
        assert answer.found("getcontentlength") == ["5"]
        assert answer.found("getetag")[0].startswith('"')
        assert len(list(answer.xml.iter("{DAV:}collection"))) == 1

    def test_tells_the_space_that_is_left(self, alice: User, dav: DavClient, settings: Any):
        settings.QUOTA_BYTES = 100
        make_file(alice, body=b"12345")

        answer = dav.send("PROPFIND", "/", ASK_QUOTA, depth="0")

        assert answer.found("quota-available-bytes") == ["95"]
        assert answer.found("quota-used-bytes") == ["5"]
        assert answer.found("status") == ["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"]

    def test_names_what_there_is(self, alice: User, dav: DavClient):
        make_file(alice)
        dav.give("/notes.txt", COLOR)

        answer = dav.send("PROPFIND", "/notes.txt", '<D:propfind xmlns:D="DAV:"><D:propname/></D:propfind>', depth="0")

        assert answer.found("getetag") == [""]
        assert [found.text for found in answer.xml.iter("{urn:tests}color")] == [None]

    def test_never_lists_everything(self, dav: DavClient):
        for depth in ({}, {"depth": "infinity"}):
            answer = dav.send("PROPFIND", "/", **depth)
            assert answer.status == 403
            assert b"propfind-finite-depth" in answer.body

    @pytest.mark.parametrize(
        "body", ["<", "<x/>", '<D:propfind xmlns:D="DAV:"/>', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']
    )
    def test_refuses_what_is_no_question(self, dav: DavClient, body: str):
        assert dav.send("PROPFIND", "/", body, depth="0").status == 400

    def test_refuses_a_body_that_is_too_long(self, dav: DavClient):
        assert dav.send("PROPFIND", "/", b" " * 2_000_000, depth="0").status == 413

    def test_keeps_its_xml_whole_whatever_a_name_is(self, alice: User, dav: DavClient):
        make_file(alice, "<a>&\uffff.txt")

        assert dav.names() == ["/dav/%3Ca%3E%26%EF%BF%BF.txt"]

    def test_asks_no_more_for_many(
        self, alice: User, dav: DavClient, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
    ):
        monkeypatch.setattr("clouddrive.dav.listing.PAGE_SIZE", 10)
        for number in range(25):
            make_file(alice, f"{number}")

        with django_assert_max_num_queries(25):
            assert len(dav.names()) == 25


class TestProperties:
    def color(self, dav: DavClient, path: str) -> list[str | None]:
        answer = dav.send("PROPFIND", path, ASK_COLOR, depth="0")
        status = answer.found("status")[0]
        return [found.text for found in answer.xml.iter("{urn:tests}color")] if "200" in status else []

    def test_go_with_what_is_moved_copied_and_written_again(self, alice: User, dav: DavClient):
        make_file(alice, "a", parent=make_folder(alice, "in"))
        assert dav.give("/in/a", COLOR).status == 207

        dav.move("/in/", "/out/")
        dav.move("/out/", "/twin/", method="COPY")
        dav.put("/out/a", b"new")

        assert self.color(dav, "/out/a") == self.color(dav, "/twin/a") == ["red"]

    def test_go_when_the_item_goes(self, alice: User, dav: DavClient):
        file = make_file(alice)
        dav.give("/notes.txt", COLOR)
        dav.send("DELETE", "/notes.txt")

        services.item_purge(owner=alice, item_id=file.pk, now=NOW)

        assert Property.objects.count() == 0

    def test_can_be_taken_away(self, alice: User, dav: DavClient):
        make_file(alice)
        dav.give("/notes.txt", COLOR)

        remove = ASK_COLOR.replace("propfind", "propertyupdate").replace("<D:prop>", "<D:remove><D:prop>", 1)
        dav.send("PROPPATCH", "/notes.txt", remove.replace("</D:prop>", "</D:prop></D:remove>", 1))

        assert self.color(dav, "/notes.txt") == []

    def test_of_ours_stay_and_nothing_is_half_done(self, alice: User, dav: DavClient):
        make_file(alice)

        answer = dav.give("/notes.txt", COLOR + '<D:getetag xmlns:D="DAV:">x</D:getetag>')

        assert sorted(answer.found("status")) == ["HTTP/1.1 403 Forbidden", "HTTP/1.1 424 Failed Dependency"]
        assert Property.objects.count() == 0

    def test_have_limits(self, alice: User, dav: DavClient):
        make_file(alice)

        long = dav.give("/notes.txt", f'<x:color xmlns:x="urn:tests">{"x" * 70_000}</x:color>')

        assert long.found("status")[0].startswith("HTTP/1.1 422")
        assert Property.objects.count() == 0


class TestLocks:
    def test_keep_others_out(self, alice: User, dav: DavClient):
        make_file(alice)
        token = token_of(dav.lock("/notes.txt"))

        assert dav.put("/notes.txt").status == 423
        assert dav.send("DELETE", "/notes.txt").status == 423
        assert dav.move("/notes.txt", "/x").status == 423
        assert dav.give("/notes.txt", COLOR).status == 423
        assert dav.lock("/notes.txt").status == 423
        assert dav.put("/NOTES.txt", **{"if": f"(<{token}>)"}).status == 204
        assert dav.send("UNLOCK", "/notes.txt", lock_token=f"<{token}>").status == 204
        assert dav.put("/notes.txt").status == 204

    def test_can_be_shared(self, alice: User, dav: DavClient):
        make_file(alice)

        tokens = [token_of(dav.lock("/notes.txt", scope="shared")) for _ in range(2)]

        assert tokens[0] != tokens[1]
        assert dav.lock("/notes.txt").status == 423
        assert dav.put("/notes.txt").status == 423

    def test_of_a_folder_hold_for_what_lies_below(self, alice: User, dav: DavClient):
        make_folder(alice, "in", parent=make_folder(alice, "out"))
        token_of(dav.lock("/out/in/", depth="infinity"))

        assert dav.put("/out/in/a").status == 423
        assert dav.send("MKCOL", "/out/in/b").status == 423
        assert dav.lock("/out/in/new").status == 423
        assert dav.send("DELETE", "/out/").status == 423
        assert dav.put("/out/a").status == 201

    def test_of_depth_0_hold_for_the_names_in_a_folder(self, alice: User, dav: DavClient):
        make_file(alice, parent=make_folder(alice, "in"))
        token_of(dav.lock("/in/", depth="0"))

        assert dav.put("/in/new").status == 423
        assert dav.put("/in/notes.txt").status == 204

    def test_of_a_new_name_make_a_file(self, dav: DavClient):
        answer = dav.lock("/new.txt", timeout="Second-100")

        assert answer.status == 201
        assert answer.found("timeout") == ["Second-100"]
        assert dav.get("/new.txt").body == b""
        assert dav.lock("/no/new.txt").status == 409

    def test_end_and_can_be_prolonged(self, alice: User, dav: DavClient):
        make_file(alice)
        token = token_of(dav.lock("/notes.txt", timeout="Second-10"))

        assert dav.send("LOCK", "/notes.txt", timeout="Second-500", **{"if": f"(<{token}>)"}).status == 200
        assert Lock.objects.get().timeout_seconds == 500
        Lock.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        assert dav.put("/notes.txt").status == 204
        assert services.locks_sweep(now=timezone.now()) == 1

    def test_last_a_day_at_most(self, alice: User, dav: DavClient):
        make_file(alice)

        assert dav.lock("/notes.txt", timeout="Infinite").found("timeout") == ["Second-86400"]

    def test_do_not_go_with_what_is_moved(self, alice: User, dav: DavClient):
        make_file(alice)
        token = token_of(dav.lock("/notes.txt"))

        assert dav.move("/notes.txt", "/x", **{"if": f"(<{token}>)"}).status == 201
        assert Lock.objects.count() == 0

    def test_are_of_one_owner(self, alice: User, bob: User, dav: DavClient):
        for owner in (alice, bob):
            make_file(owner)
        token = token_of(dav.lock("/notes.txt"))

        assert DavClient(bob).put("/notes.txt").status == 204
        assert DavClient(bob).send("UNLOCK", "/notes.txt", lock_token=f"<{token}>").status == 409

    def test_are_shown(self, alice: User, dav: DavClient):
        make_file(alice, parent=make_folder(alice, "In"))
        token = token_of(dav.lock("/In/"))

        answer = dav.send("PROPFIND", "/in/notes.txt", depth="0")

        assert token in answer.found("href")
        assert "/dav/In/" in answer.found("href")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_of_many_gets_the_lock(self):
        alice = make_user("alice")
        make_file(alice)
        client = DavClient(alice)

        answers = at_once(*[lambda: client.lock("/notes.txt").status] * 6)

        assert sorted(answers) == [200, 423, 423, 423, 423, 423]

    def test_puts_of_one_name_become_versions_of_one_file(self):
        alice = make_user("alice")
        client = DavClient(alice)

        answers = at_once(*[lambda: client.put("/a.txt").status] * 6)

        assert sorted(answers) == [201, 204, 204, 204, 204, 204]
        assert Item.objects.get(name="a.txt").versions.count() == 5

    def test_a_lock_that_comes_while_a_body_is_sent_is_heeded(self):
        alice = make_user("alice")
        make_file(alice, body=b"before")
        client, other = DavClient(alice), DavClient(alice)

        class Slow(BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                block = super().read(size)
                if block:
                    at_once(lambda: token_of(other.lock("/notes.txt")))
                return block

        answer = ask("PUT", "/dav/notes.txt", {**client.environ, "CONTENT_LENGTH": "5"}, Slow(b"after"))

        assert answer.status == 423
        assert client.get("/notes.txt").body == b"before"
