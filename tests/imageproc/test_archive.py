"""The zip of a batch's results."""

from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.test import Client

from cloudapps.models import User
from cloudapps.storage import storage
from imageproc import archive, services
from imageproc.models import Batch
from tests.factories import make_batch, make_picture, make_queued_picture, picture_bytes, read


@pytest.fixture
def finished(alice: User) -> Callable[..., Batch]:
    """Make a batch over pictures of these names, and run it."""

    def make(*names: str) -> Batch:
        colors = ("#ff0000", "#00ff00", "#0000ff")
        pictures = [
            make_picture(alice, picture_bytes(color=color), filename=name)
            for name, color in zip(names, colors, strict=False)
        ]
        batch = make_batch(alice, pictures)
        for job in batch.jobs.all():
            services.job_run(job_id=job.pk, now=batch.created_at)
        return batch

    return make


def unzipped(batch: Batch) -> dict[str, bytes]:
    stream = archive.zip_of(list(batch.jobs.order_by("pk")))
    body = b"".join(stream)
    assert len(body) == len(archive.zip_of(list(batch.jobs.order_by("pk")))), "the size is known beforehand"
    with ZipFile(BytesIO(body)) as found:
        assert found.testzip() is None
        assert {info.compress_type for info in found.infolist()} == {ZIP_STORED}
        return {name: found.read(name) for name in found.namelist()}


class TestZipOf:
    def test_holds_the_results_byte_by_byte(self, finished: Callable[..., Batch]) -> None:
        batch = finished("one.png", "zwei Äpfel.png", "三.png")

        files = unzipped(batch)

        assert list(files) == ["one.png", "zwei Äpfel.png", "三.png"]
        assert list(files.values()) == [read(job.result_key) for job in batch.jobs.order_by("pk")]

    def test_tells_results_of_one_name_apart(self, finished: Callable[..., Batch]) -> None:
        assert list(unzipped(finished("a.png", "A.PNG", "a.jpeg"))) == ["a.png", "A (2).png", "a (3).png"]

    @pytest.mark.parametrize("name", ["../../evil.png", "/etc/passwd.png", "C:\\windows\\evil.png"])
    def test_holds_no_folders(self, finished: Callable[..., Batch], name: str) -> None:
        [member] = unzipped(finished(name))

        assert "/" not in member
        assert "\\" not in member

    def test_reads_nothing_before_it_is_asked_to_and_blocks_after(self, db: None) -> None:
        body = b"x" * (3 * archive.BLOCK_BYTES)
        job: Any = SimpleNamespace(result_key="a/b", result_name="big.png", result_size_bytes=len(body))
        stream = archive.zip_of([job])
        storage().put("a/b", BytesIO(body), content_type="image/png")

        chunks = list(stream)

        assert max(map(len, chunks)) <= archive.BLOCK_BYTES
        assert sum(map(len, chunks)) == len(stream)


class TestDownload:
    def test_sends_the_zip_to_its_owner(self, finished: Callable[..., Batch], alices_browser: Client) -> None:
        batch = finished("one.png", "two.png")

        answer = alices_browser.get(f"/images/batches/{batch.pk}/zip/")

        body = b"".join(answer)
        assert answer.streaming
        assert answer["Content-Type"] == "application/zip"
        assert answer["Content-Length"] == str(len(body))
        assert answer["Content-Disposition"].startswith('attachment; filename="pictures-2026-01-15')
        assert ZipFile(BytesIO(body)).namelist() == ["one.png", "two.png"]

    def test_leaves_out_what_failed(self, alice: User, alices_browser: Client) -> None:
        broken = make_queued_picture(alice, b"broken")
        batch = make_batch(alice, [make_picture(alice), broken])
        for job in batch.jobs.all():
            services.job_run(job_id=job.pk, now=batch.created_at)

        answer = alices_browser.get(f"/images/batches/{batch.pk}/zip/")

        assert ZipFile(BytesIO(b"".join(answer))).namelist() == ["photo.png"]

    def test_leads_back_while_there_is_nothing(self, alice: User, alices_browser: Client) -> None:
        batch = make_batch(alice)

        answer = alices_browser.get(f"/images/batches/{batch.pk}/zip/")

        assert (answer.status_code, answer["Location"]) == (302, f"/images/batches/{batch.pk}/")
