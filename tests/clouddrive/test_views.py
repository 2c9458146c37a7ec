"""The browser's door of Cloud Drive, for the owner, a stranger, somebody it is shared with, and nobody."""

import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from cloudapps.models import Upload, User
from cloudapps.models.job import Status
from cloudapps.queue.memory import MemoryQueue
from cloudapps.storage import storage
from clouddrive import archive, selectors, services
from clouddrive.models import Grant, Inspection, Item, Link
from tests.clients import browser_of
from tests.clouddrive.factories import make_file, make_folder, root
from tests.factories import NOW, picture_bytes


@pytest.fixture
def folder(alice: User) -> Item:
    return make_folder(alice, "Letters")


@pytest.fixture
def file(alice: User, folder: Item) -> Item:
    """A file with an earlier version."""
    make_file(alice, "notes.md", b"old words", parent=folder)
    return make_file(alice, "notes.md", b"# New *words*", parent=folder)


@pytest.fixture
def picture(alice: User, folder: Item, memory_queue: MemoryQueue, commits: Any) -> Item:
    """A picture that a worker has looked at."""
    with commits():
        made = make_file(alice, "hill.png", picture_bytes(), parent=folder)
    with commits():
        memory_queue.drain("drive")
    return made


def text(response: HttpResponse) -> str:
    return response.content.decode()


def filled(address: str, file: Item) -> str:
    version = file.versions.first()
    return address.format(file=file.pk, folder=file.parent_id, version=version.pk if version else uuid4())


def infect(item: Item) -> None:
    Inspection.objects.update_or_create(
        upload_id=item.upload_id,
        defaults={
            "owner": item.owner,
            "status": Status.SUCCEEDED,
            "infected_by": "Eicar",
            "created_at": NOW,
            "enqueued_at": NOW,
        },
    )


def names_in(response: Any) -> list[str]:
    with zipfile.ZipFile(BytesIO(b"".join(response.streaming_content))) as found:
        assert found.testzip() is None
        return found.namelist()


GETS = [
    "/drive/folders/{folder}/",
    "/drive/folders/{folder}/?search=notes",
    "/drive/files/{file}/",
    "/drive/items/{file}/download/",
    "/drive/items/{folder}/download/",
    "/drive/items/{file}/play/",
    "/drive/items/{file}/versions/{version}/",
    "/drive/zip/?id={file}",
]
LISTS = ["recent", "starred", "shared", "trash", "activity"]


class TestDoors:
    @pytest.mark.parametrize("address", GETS)
    def test_are_open_to_the_owner(self, alices_browser: Client, file: Item, address: str) -> None:
        assert alices_browser.get(filled(address, file)).status_code in {200, 302}

    @pytest.mark.parametrize("address", GETS)
    def test_are_open_to_whom_it_is_shared_with(self, alice: User, bob: User, file: Item, address: str) -> None:
        services.grant_set(owner=alice, item_id=file.parent_id, name="bob", role=Grant.Role.VIEW, now=NOW)  # type: ignore[arg-type]

        assert browser_of(bob).get(filled(address, file)).status_code in {200, 302}

    @pytest.mark.parametrize("address", GETS)
    def test_are_not_there_for_a_stranger(self, charlies_browser: Client, file: Item, address: str) -> None:
        assert charlies_browser.get(filled(address, file)).status_code == 404

    @pytest.mark.parametrize("address", [*GETS, "/drive/", "/drive/rows/", *(f"/drive/{name}/" for name in LISTS)])
    def test_lead_nobody_to_the_login(self, nobodys_browser: Client, file: Item, address: str) -> None:
        answer = nobodys_browser.get(filled(address, file))

        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=/drive/")

    @pytest.mark.parametrize("address", GETS)
    def test_take_no_other_methods(self, alices_browser: Client, file: Item, address: str) -> None:
        assert alices_browser.put(filled(address, file)).status_code == 405

    def test_of_pictures_are_open_to_the_owner_alone(
        self, alices_browser: Client, charlies_browser: Client, picture: Item
    ) -> None:
        for kind in ("thumbnail", "preview"):
            assert alices_browser.get(f"/drive/items/{picture.pk}/{kind}/").status_code == 302
            assert charlies_browser.get(f"/drive/items/{picture.pk}/{kind}/").status_code == 404

    def test_of_many_by_a_form_want_a_csrf_token(self, alice: User, file: Item) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(alice)

        assert browser.post("/drive/zip/", {"ids": str(file.pk)}).status_code == 403


class TestFolderPage:
    def test_is_where_the_drive_begins(self, alices_browser: Client, alice: User, file: Item) -> None:
        page = alices_browser.get("/drive/?search=", follow=True)

        assert page.request["PATH_INFO"] == f"/drive/folders/{root(alice).pk}/"
        assert "Letters" in text(page)

    def test_says_what_to_do_when_it_is_empty(self, alices_browser: Client) -> None:
        assert "Drop files or whole folders here" in text(alices_browser.get("/drive/", follow=True))

    def test_shows_page_after_page(self, alices_browser: Client, alice: User) -> None:
        for number in range(5):
            make_folder(alice, f"Folder {number}")
        address, seen = f"/drive/folders/{root(alice).pk}/?limit=2", []
        while address:
            page = text(alices_browser.get(address))
            seen += re.findall(r'data-name="([^"]+)"', page)
            following = re.search(r'href="(\?[^"]+)" rel="next"', page)
            address = f"/drive/folders/{root(alice).pk}/{following[1].replace('&amp;', '&')}" if following else ""

        assert seen == [f"Folder {number}" for number in range(5)]

    def test_remembers_how_to_sort(self, alices_browser: Client, alice: User) -> None:
        make_file(alice, "a.txt", b"large enough")
        make_file(alice, "b.txt", b"s")
        address = f"/drive/folders/{root(alice).pk}/"

        sorted_by_size = text(alices_browser.get(f"{address}?sort=size"))
        again = text(alices_browser.get(address))

        for page in (sorted_by_size, again):
            assert re.findall(r'data-name="([^"]+)"', page) == ["b.txt", "a.txt"]

    def test_takes_nonsense_for_nothing(self, alices_browser: Client, folder: Item) -> None:
        for asked in ("sort=x", "limit=-1", "limit=9999999", "category=x", "changed=x&size=x", "within=x"):
            assert alices_browser.get(f"/drive/folders/{folder.pk}/?{asked}").status_code == 200
        assert alices_browser.get(f"/drive/folders/{folder.pk}/?cursor=x").status_code == 422

    def test_escapes_names(self, alices_browser: Client, alice: User) -> None:
        make_file(alice, "<script>alert(1)<script>.txt")

        assert "<script>alert" not in text(alices_browser.get("/drive/", follow=True))

    def test_offers_nothing_to_who_may_only_view(self, alice: User, bob: User, file: Item) -> None:
        services.grant_set(owner=alice, item_id=file.parent_id, name="bob", role=Grant.Role.VIEW, now=NOW)  # type: ignore[arg-type]

        page = text(browser_of(bob).get(f"/drive/folders/{file.parent_id}/"))

        assert "Upload files" not in page
        assert "data-movable" not in page
        assert "Shared with me" in page


class TestSearch:
    def found(self, browser: Client, folder: Item, asked: str) -> list[str]:
        return re.findall(r'data-name="([^"]+)"', text(browser.get(f"/drive/folders/{folder.pk}/?{asked}")))

    def test_finds_everywhere_or_here(self, alices_browser: Client, alice: User, file: Item, folder: Item) -> None:
        make_file(alice, "notes elsewhere.txt")

        assert set(self.found(alices_browser, folder, "search=not")) == {"notes.md", "notes elsewhere.txt"}
        assert self.found(alices_browser, folder, "search=not&within=here") == ["notes.md"]

    def test_filters(self, alices_browser: Client, alice: User, picture: Item) -> None:
        make_file(alice, "old.txt", modified_at=timezone.now() - timedelta(days=900))
        home = root(alice)

        assert self.found(alices_browser, home, "category=image") == ["hill.png"]
        assert self.found(alices_browser, home, "size=large") == []
        assert self.found(alices_browser, home, "changed=day&search=old") == []

    def test_says_when_there_is_nothing(self, alices_browser: Client, folder: Item) -> None:
        assert "Nothing found" in text(alices_browser.get(f"/drive/folders/{folder.pk}/?search=zebra"))


class TestRows:
    def test_come_anew_for_those_that_may_be_seen(
        self, alices_browser: Client, charlies_browser: Client, file: Item
    ) -> None:
        address = f"/drive/rows/?id={file.pk}&id={uuid4()}&id=nonsense"

        assert text(alices_browser.get(address)).count("data-item=") == 1
        assert text(charlies_browser.get(address)).count("data-item=") == 0


class TestFilePage:
    def test_shows_text_versions_and_activity(self, alices_browser: Client, file: Item) -> None:
        page = text(alices_browser.get(f"/drive/files/{file.pk}/"))

        assert "<h2>New <em>words</em></h2>" in page
        assert page.count("data-version-id") == 1
        assert "uploaded a new version of" in page

    def test_shows_a_picture_that_we_encoded(self, alices_browser: Client, picture: Item) -> None:
        assert f'src="/drive/items/{picture.pk}/preview/"' in text(alices_browser.get(f"/drive/files/{picture.pk}/"))

    def test_waits_for_a_preview(self, alices_browser: Client, alice: User) -> None:
        made = make_file(alice, "hill.png", picture_bytes())

        page = text(alices_browser.get(f"/drive/files/{made.pk}/"))

        assert "data-preview-pending" in page
        assert "data-pending" in text(alices_browser.get("/drive/", follow=True))

    def test_plays_sound_from_a_signed_link(self, alices_browser: Client, alice: User) -> None:
        made = make_file(alice, "song.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x21" + bytes(200), content_type="audio/mpeg")

        assert "<audio" in text(alices_browser.get(f"/drive/files/{made.pk}/"))
        played = Client().get(
            alices_browser.get(f"/drive/items/{made.pk}/play/")["Location"], headers={"Range": "bytes=0-2"}
        )
        assert (played.status_code, b"".join(played.streaming_content)) == (206, b"ID3")  # type: ignore[attr-defined]
        played.close()
        assert played["Content-Disposition"].startswith("inline")

    def test_never_shows_a_page_of_others_as_one_of_ours(self, alices_browser: Client, alice: User) -> None:
        made = make_file(alice, "page.html", b"<script>alert(1)</script>")

        page = text(alices_browser.get(f"/drive/files/{made.pk}/"))

        assert "<script>alert" not in page
        assert alices_browser.get(f"/drive/items/{made.pk}/play/").status_code == 302
        played = Client().get(alices_browser.get(f"/drive/items/{made.pk}/play/")["Location"])
        played.close()
        assert played["Content-Disposition"].startswith("attachment")

    def test_says_that_a_file_is_infected(self, alices_browser: Client, file: Item) -> None:
        infect(file)

        page = text(alices_browser.get(f"/drive/files/{file.pk}/"))

        assert "infected by Eicar" in page
        assert f"/drive/items/{file.pk}/download/" not in page
        assert alices_browser.get(f"/drive/items/{file.pk}/download/").status_code == 403

    def test_hides_history_from_who_may_only_view(self, alice: User, bob: User, file: Item) -> None:
        services.grant_set(owner=alice, item_id=file.pk, name="bob", role=Grant.Role.VIEW, now=NOW)

        page = text(browser_of(bob).get(f"/drive/files/{file.pk}/"))

        assert "uploaded a new version" not in page
        assert "Letters" not in page, "what lies above is nobody's business"

    @pytest.mark.parametrize("body", [b"", b"\x00\x01\x02" * 50])
    def test_says_that_there_is_nothing_to_see(self, alices_browser: Client, alice: User, body: bytes) -> None:
        made = make_file(alice, "thing", body)

        assert "preview__words" in text(alices_browser.get(f"/drive/files/{made.pk}/"))


class TestLists:
    @pytest.mark.parametrize("name", LISTS)
    def test_say_when_they_are_empty(self, alices_browser: Client, name: str) -> None:
        assert 'class="empty"' in text(alices_browser.get(f"/drive/{name}/"))

    def test_show_what_they_are_for(self, alices_browser: Client, alice: User, bob: User, file: Item) -> None:
        services.item_star(owner=alice, item_id=file.pk, starred=True, now=NOW)
        theirs = make_file(bob, "from bob.txt")
        services.grant_set(owner=bob, item_id=theirs.pk, name="alice", role=Grant.Role.EDIT, now=NOW)
        gone = make_file(alice, "gone.txt")
        services.item_trash(actor=alice, item_id=gone.pk, now=NOW)

        shown = {name: text(alices_browser.get(f"/drive/{name}/")) for name in LISTS}

        assert "notes.md" in shown["recent"]
        assert "notes.md" in shown["starred"]
        assert "from bob.txt" in shown["shared"]
        assert "from bob," in shown["shared"]
        assert "gone.txt" in shown["trash"]
        assert (NOW + timedelta(days=settings.DRIVE_TRASH_DAYS)).date().isoformat() in shown["trash"]
        assert "moved to the trash" in shown["activity"]


class TestZip:
    def test_holds_what_lies_below_with_its_folders(
        self, alices_browser: Client, alice: User, file: Item, folder: Item
    ) -> None:
        make_folder(alice, "Empty", parent=folder)
        make_file(alice, "beside.txt")

        answer = alices_browser.get(f"/drive/zip/?id={folder.pk}&id={Item.objects.get(name='beside.txt').pk}")

        assert sorted(names_in(answer)) == ["Letters/", "Letters/Empty/", "Letters/notes.md", "beside.txt"]
        assert answer["Content-Disposition"].startswith("attachment")

    def test_of_many_comes_by_a_form(self, alices_browser: Client, file: Item, folder: Item) -> None:
        assert "Letters/notes.md" in names_in(alices_browser.post("/drive/zip/", {"ids": f"{folder.pk},{folder.pk}"}))

    def test_names_what_is_infected_or_gone_in_a_note(
        self, alices_browser: Client, alice: User, file: Item, folder: Item
    ) -> None:
        infect(make_file(alice, "bad.exe", b"MZ bad", parent=folder))
        storage().delete(file.bytes.key)

        answer = alices_browser.get(f"/drive/items/{folder.pk}/download/")

        with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as found:  # type: ignore[attr-defined]
            assert found.namelist() == ["Letters/", "NOT INCLUDED.txt"]
            note = found.read("NOT INCLUDED.txt").decode()
        assert "bad.exe: it is infected by Eicar" in note
        assert "notes.md: it was deleted meanwhile" in note

    def test_is_refused_if_anything_of_it_is_nobodys_business(
        self, alices_browser: Client, bob: User, file: Item
    ) -> None:
        theirs = make_file(bob, "secret.txt")

        assert alices_browser.get(f"/drive/zip/?id={file.pk}&id={theirs.pk}").status_code == 404
        assert alices_browser.get("/drive/zip/?id=nonsense").status_code == 422

    def test_makes_names_harmless(self, alice: User) -> None:
        hostile = ["../../etc/passwd", "C:\\x", "/absolute", "a\u202egpj.exe", "x\n.txt", "A.txt", "a.TXT", ".."]
        upload = Upload.objects.get(pk=make_file(alice).upload_id)
        items = [Item(pk=uuid4(), owner=alice, kind=1, name=name, upload=upload, size_bytes=5) for name in hostile]

        names = names_in(archive.response_of(items, now=NOW))

        assert len({name.casefold() for name in names}) == len(hostile)
        for name in names:
            assert not name.startswith("/")
            assert ".." not in name.split("/")
            assert not re.search(r"[\\\x00-\x1f\u202e:]", name)

    def test_reads_the_rows_of_a_large_folder_in_batches(
        self, alice: User, folder: Item, django_assert_max_num_queries: Callable[..., Any]
    ) -> None:
        upload = make_file(alice, parent=folder).upload
        rows = ({"name": f"{number}", "name_key": f"{number:05}"} for number in range(2500))
        shared = {"owner": alice, "parent": folder, "kind": 1, "upload": upload, "created_at": NOW, "modified_at": NOW}
        Item.objects.bulk_create((Item(size_bytes=5, **shared, **row) for row in rows), batch_size=500)

        with django_assert_max_num_queries(20):
            assert len(list(archive.files_of([folder]))) == 2502


def address_of(link: Link) -> str:
    return f"/drive/s/{selectors.secret_of(link)}/"


@pytest.fixture
def linked(alice: User, folder: Item, file: Item) -> Callable[..., str]:
    """Make a link to the folder, and give its address."""

    def make(**options: Any) -> str:
        return address_of(services.link_create(owner=alice, item_id=folder.pk, now=timezone.now(), **options))

    return make


def assert_secretive(answer: HttpResponse, referrer: str = "no-referrer") -> None:
    assert answer["Referrer-Policy"] == referrer
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]


class TestLinkPages:
    def test_show_a_folder_and_what_lies_below(
        self, nobodys_browser: Client, linked: Callable[..., str], file: Item, folder: Item
    ) -> None:
        address = linked()

        page = nobodys_browser.get(address)
        below = nobodys_browser.get(f"{address}{file.pk}/")
        download = nobodys_browser.get(f"{address}{file.pk}/download/")

        assert "notes.md" in text(page)
        assert "<h2>New <em>words</em></h2>" in text(below)
        assert download.status_code == 302
        for answer in (page, below, download):
            assert_secretive(answer)
        assert Link.objects.get().downloads == 1

    def test_take_a_look_for_no_download(self, nobodys_browser: Client, linked: Callable[..., str], file: Item) -> None:
        assert nobodys_browser.head(f"{linked()}{file.pk}/download/").status_code == 405
        assert Link.objects.get().downloads == 0

    def test_give_all_as_a_zip_that_counts_once(
        self, nobodys_browser: Client, linked: Callable[..., str], folder: Item
    ) -> None:
        assert names_in(nobodys_browser.get(f"{linked()}{folder.pk}/download/")) == ["Letters/", "Letters/notes.md"]
        assert Link.objects.get().downloads == 1

    def test_show_pictures_without_counting(
        self, nobodys_browser: Client, linked: Callable[..., str], picture: Item
    ) -> None:
        address = linked()

        assert f"{address}{picture.pk}/thumbnail/" in text(nobodys_browser.get(address))
        assert f"{address}{picture.pk}/preview/" in text(nobodys_browser.get(f"{address}{picture.pk}/"))
        assert nobodys_browser.get(f"{address}{picture.pk}/preview/").status_code == 302
        assert Link.objects.get().downloads == 0

    def test_show_nothing_beside_the_folder(
        self, nobodys_browser: Client, alice: User, linked: Callable[..., str]
    ) -> None:
        beside = make_file(alice, "beside.txt")

        for what in ("", "download/", "play/", "preview/"):
            assert nobodys_browser.get(f"{linked()}{beside.pk}/{what}").status_code == 404

    def test_play_nothing_where_downloads_are_counted(
        self, nobodys_browser: Client, alice: User, linked: Callable[..., str], folder: Item
    ) -> None:
        song = make_file(alice, "song.mp3", b"ID3" + bytes(99), content_type="audio/mpeg", parent=folder)

        assert nobodys_browser.get(f"{linked()}{song.pk}/play/").status_code == 302
        counted = linked(max_downloads=5)
        assert nobodys_browser.get(f"{counted}{song.pk}/play/").status_code == 404
        assert "<audio" not in text(nobodys_browser.get(f"{counted}{song.pk}/"))

    def test_hand_out_nothing_infected(self, nobodys_browser: Client, linked: Callable[..., str], file: Item) -> None:
        infect(file)
        address = linked()

        assert "infected by Eicar" in text(nobodys_browser.get(f"{address}{file.pk}/"))
        refused = nobodys_browser.get(f"{address}{file.pk}/download/")
        assert (refused.status_code, Link.objects.get().downloads) == (403, 0)
        assert_secretive(refused)


class TestLinksThatLeadNowhere:
    def assert_gone(self, answer: HttpResponse, status: int = 404) -> None:
        assert answer.status_code == status
        assert "This link leads nowhere" in text(answer)
        assert_secretive(answer)

    def test_was_never_there(self, nobodys_browser: Client, db: None) -> None:
        self.assert_gone(nobodys_browser.get("/drive/s/guess/"))
        self.assert_gone(nobodys_browser.get(f"/drive/s/guess/{uuid4()}/download/"))

    def test_has_expired(self, nobodys_browser: Client, linked: Callable[..., str]) -> None:
        address = linked(expires_at=timezone.now() + timedelta(hours=1))
        Link.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        self.assert_gone(nobodys_browser.get(address))

    def test_was_ended(self, alice: User, nobodys_browser: Client, linked: Callable[..., str], file: Item) -> None:
        address = linked()
        services.link_delete(owner=alice, link_id=Link.objects.get().pk, now=NOW)

        for what in ("", f"{file.pk}/", f"{file.pk}/download/", f"{file.pk}/thumbnail/"):
            self.assert_gone(nobodys_browser.get(f"{address}{what}"))

    def test_is_used_up(self, nobodys_browser: Client, linked: Callable[..., str], file: Item) -> None:
        address = linked(max_downloads=1)
        assert nobodys_browser.get(f"{address}{file.pk}/download/").status_code == 302

        for what in ("", f"{file.pk}/", f"{file.pk}/download/", f"{file.pk}/thumbnail/"):
            self.assert_gone(nobodys_browser.get(f"{address}{what}"), 410)

    def test_leads_into_the_trash(
        self, alice: User, nobodys_browser: Client, linked: Callable[..., str], folder: Item
    ) -> None:
        address = linked()
        services.item_trash(actor=alice, item_id=folder.pk, now=NOW)

        self.assert_gone(nobodys_browser.get(address))

    def test_were_guessed_too_often(self, nobodys_browser: Client, db: None) -> None:
        answers = [nobodys_browser.get(f"/drive/s/guess{number}/") for number in range(32)]

        assert answers[-1].status_code == 429
        assert_secretive(answers[-1])


class TestLinksWithPassword:
    def test_ask_for_it_before_anything_is_shown(
        self, nobodys_browser: Client, linked: Callable[..., str], file: Item
    ) -> None:
        address = linked(password="open sesame")

        asked = nobodys_browser.get(address)

        assert "asks for a password" in text(asked)
        assert "Letters" not in text(asked)
        assert_secretive(asked, "same-origin")
        for what in (f"{file.pk}/", f"{file.pk}/download/", f"{file.pk}/thumbnail/", f"{file.pk}/play/"):
            answer = nobodys_browser.get(f"{address}{what}")
            assert (answer.status_code, answer["Location"]) == (302, address)

    def test_open_by_it(self, nobodys_browser: Client, linked: Callable[..., str], file: Item) -> None:
        address = linked(password="open sesame")

        assert "not the password" in text(nobodys_browser.post(address, {"password": "wrong"}))
        assert nobodys_browser.post(address, {"password": "open sesame"})["Location"] == address

        assert "notes.md" in text(nobodys_browser.get(address))
        assert nobodys_browser.get(f"{address}{file.pk}/download/").status_code == 302
        assert "asks for a password" in text(Client().get(address)), "another browser is asked again"

    def test_want_a_csrf_token(self, linked: Callable[..., str]) -> None:
        answer = Client(enforce_csrf_checks=True).post(linked(password="open sesame"), {"password": "open sesame"})

        assert answer.status_code == 403

    def test_stop_too_many_guesses(self, nobodys_browser: Client, linked: Callable[..., str]) -> None:
        address = linked(password="open sesame")

        answers = [nobodys_browser.post(address, {"password": f"{number}"}) for number in range(12)]

        assert answers[-1].status_code == 429
        assert "Too many tries" in text(answers[-1])


class TestUploadLinks:
    def test_show_a_place_to_drop_and_nothing_else(
        self, nobodys_browser: Client, linked: Callable[..., str], file: Item, folder: Item
    ) -> None:
        address = linked(mode=Link.Mode.UPLOAD)

        page = text(nobodys_browser.get(address))

        assert "Send files to alice" in page
        assert "notes.md" not in page
        for what in (f"{file.pk}/", f"{file.pk}/download/", f"{folder.pk}/download/", f"{file.pk}/thumbnail/"):
            assert nobodys_browser.get(f"{address}{what}").status_code == 404


class TestDemo:
    def test_fills_a_drive_and_does_no_harm_twice(self, alice: User, alices_browser: Client) -> None:
        services.demo_create(owner=alice, now=NOW)
        services.demo_create(owner=alice, now=NOW)

        page = text(alices_browser.get("/drive/", follow=True))

        assert re.findall(r'data-name="([^"]+)"', page) == ["Pictures", "Weather", "Shopping.txt", "Welcome.md"]
