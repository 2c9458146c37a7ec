"""What workers find in files: previews, pages, viruses."""

import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.queue.memory import MemoryQueue
from cloudapps.storage import storage
from clouddrive import content, services
from clouddrive.models import Event, Inspection, Item
from tests.clients import ApiClient, assert_problem
from tests.clouddrive.factories import make_file
from tests.factories import NOW, picture_bytes, stored_keys

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.BaseRequestHandler):
    """Speaks ClamAV's INSTREAM (clamd(8)), and finds one thing."""

    def handle(self) -> None:
        """Answer one command."""
        assert self._read(10) == b"nINSTREAM\n"
        body = b""
        while size := struct.unpack("!L", self._read(4))[0]:
            body += self._read(size)
        found = b"stream: Eicar-Test-Signature FOUND\n" if EICAR in body else b"stream: OK\n"
        self.request.sendall(b"INSTREAM size limit exceeded. ERROR\n" if b"too large" in body else found)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += self.request.recv(size - len(data)) or pytest.fail("hung up")
        return data


@pytest.fixture
def clamd(settings: Any) -> Iterator[None]:
    """Serve a scanner on loopback, and name it in the settings."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield
        server.shutdown()


@pytest.fixture
def work(memory_queue: MemoryQueue, commits: Any) -> Callable[[], int]:
    """Run what was sent to the drive's workers."""

    def run() -> int:
        with commits():
            return memory_queue.drain("drive")

    return run


@pytest.fixture
def inspected(commits: Any, work: Callable[[], int]) -> Callable[..., Inspection]:
    """Make a file, and have a worker look at it."""

    def look(owner: User, name: str, body: bytes) -> Inspection:
        with commits():
            file = make_file(owner, name, body)
        work()
        return Inspection.objects.get(upload=file.upload_id)

    return look


def pdf_bytes(pages: int = 3) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 300)
    body = BytesIO()
    document.save(body)
    return body.getvalue()


class TestPreview:
    def test_of_a_picture(self, alice: User, inspected: Callable[..., Inspection]):
        found = inspected(alice, "photo.png", picture_bytes(size=(2000, 1000)))

        assert (found.status, found.preview_width, found.preview_height) == (Status.SUCCEEDED, 1600, 800)
        with storage().open(found.thumbnail_key) as body:
            assert Image.open(BytesIO(body.read())).size == (400, 200)

    def test_of_a_pdf_is_its_first_page(self, alice: User, inspected: Callable[..., Inspection]):
        found = inspected(alice, "paper.pdf", pdf_bytes())

        assert (found.pages, found.preview_width < found.preview_height) == (3, True)

    @pytest.mark.parametrize("body", [b"%PDF-1.7 torn", pdf_bytes()[:200], b"%PDF-1.4\n" + b"\xff" * 5000])
    def test_of_a_broken_pdf_fails_with_words(self, alice: User, inspected: Callable[..., Inspection], body: bytes):
        found = inspected(alice, "paper.pdf", body)

        assert (found.status, found.error) == (Status.FAILED, "This PDF cannot be read.")

    def test_of_a_broken_picture_fails_with_words(self, alice: User, inspected: Callable[..., Inspection]):
        found = inspected(alice, "photo.png", picture_bytes()[:80])

        assert found.status == Status.FAILED
        assert found.error

    def test_is_shared_by_copies_and_goes_with_the_last(self, alice: User, inspected: Callable[..., Inspection]):
        inspected(alice, "photo.png", picture_bytes())
        (file,) = Item.objects.filter(name="photo.png")
        copied = services.item_copy(actor=alice, item_id=file.pk, parent_id=file.parent_id, now=NOW)
        services.item_trash(actor=alice, item_id=file.pk, now=NOW)
        services.item_purge(owner=alice, item_id=file.pk, now=NOW)

        assert content.of_preview(copied, "thumbnail")
        services.item_trash(actor=alice, item_id=copied.pk, now=NOW)
        services.item_purge(owner=alice, item_id=copied.pk, now=NOW)
        from cloudapps import uploads

        uploads.delete_due_objects(now=NOW.replace(year=2027))

        assert (stored_keys(), Inspection.objects.count()) == (set(), 0)

    def test_is_not_tried_of_other_files(self, alice: User):
        make_file(alice, "notes.txt", b"hello")

        assert not Inspection.objects.exists()
        with pytest.raises(content.NoContent):
            content.of_preview(Item.objects.get(name="notes.txt"), "preview")

    def test_is_asked_for_again_when_the_file_is_replaced(self, alice: User, inspected: Callable[..., Inspection]):
        first = inspected(alice, "photo.png", picture_bytes())
        second = inspected(alice, "photo.png", picture_bytes(size=(50, 50)))

        assert first.pk != second.pk


@pytest.mark.usefixtures("clamd")
class TestViruses:
    def test_are_found_and_locked_away(
        self, alice: User, alices_api: ApiClient, nobodys_api: ApiClient, inspected: Callable[..., Inspection]
    ):
        found = inspected(alice, "gift.exe", b"MZ" + EICAR)
        (file,) = Item.objects.filter(name="gift.exe")
        link = alices_api.post(f"/drive/items/{file.pk}/shares").json()["url"].rstrip("/").split("/")[-1]

        assert found.infected_by == "Eicar-Test-Signature"
        assert_problem(alices_api.get(f"/drive/items/{file.pk}/content"), 403, "infected")
        assert_problem(nobodys_api.get(f"/drive/links/{link}/items/{file.pk}/content"), 403, "infected")
        assert alices_api.get(f"/drive/items/{file.pk}").json()["infected_by"] == "Eicar-Test-Signature"
        assert Event.objects.filter(verb=Event.Verb.QUARANTINED).count() == 1

    def test_make_no_preview(self, alice: User, inspected: Callable[..., Inspection]):
        found = inspected(alice, "photo.png", picture_bytes() + EICAR)

        assert (found.infected_by, found.preview_content_type) == ("Eicar-Test-Signature", "")

    def test_are_looked_for_before_strangers_get_anything(
        self, alice: User, alices_api: ApiClient, nobodys_api: ApiClient, commits: Any, work: Callable[[], int]
    ):
        with commits():
            file = make_file(alice)
        link = alices_api.post(f"/drive/items/{file.pk}/shares").json()["url"].rstrip("/").split("/")[-1]

        assert alices_api.get(f"/drive/items/{file.pk}/content").status_code == 302
        assert_problem(nobodys_api.get(f"/drive/links/{link}/items/{file.pk}/content"), 409, "checked")
        work()
        assert nobodys_api.get(f"/drive/links/{link}/items/{file.pk}/content").status_code == 302

    def test_a_clean_picture_has_its_preview(self, alice: User, inspected: Callable[..., Inspection]):
        assert inspected(alice, "photo.png", picture_bytes()).preview_content_type

    def test_what_is_too_large_for_the_scanner_is_not_looked_at(
        self, alice: User, inspected: Callable[..., Inspection]
    ):
        assert inspected(alice, "notes.txt", b"too large").status == Status.SUCCEEDED


def test_a_scanner_that_is_down_is_asked_again(
    alice: User, settings: Any, inspected: Callable[..., Inspection], work: Callable[[], int]
):
    settings.CLAMD_URL = "tcp://127.0.0.1:9"

    found = inspected(alice, "notes.txt", b"hello")

    assert (found.status, found.attempts) == (Status.FAILED, 5)
    assert found.dead_lettered
