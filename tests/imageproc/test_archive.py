"""The zip of a batch's results."""

import json
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.test import Client

from cloudapps.archive import zip_response
from cloudapps.models import User
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
    answer = zip_response(archive.results_of(batch.jobs.order_by("pk")), filename="results.zip")
    body = b"".join(answer)
    assert answer["Content-Length"] == str(len(body)), "the size is known beforehand"
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


class TestEverythingOf:
    def test_gives_originals_results_and_what_belongs_to_what(
        self, finished: Callable[..., Batch], alice: User, charlie: User
    ) -> None:
        batch = finished("one.png", "../one.png")
        make_picture(charlie, filename="charlies.png")
        services.preset_save(owner=alice, name="Grey", steps=batch.steps, now=batch.created_at)

        files = {file.path: b"".join(file.blocks) for file in archive.everything_of(alice)}

        originals = ["originals/one.png", "originals/.._one.png"]
        assert list(files) == [*originals, "results/one.png", "results/.._one.png", "images.json"]
        assert files["originals/one.png"] == picture_bytes(color="#ff0000")
        described = json.loads(files["images.json"])
        assert [job["file"] for job in described["jobs"]] == ["results/one.png", "results/.._one.png"]
        assert [picture["id"] for picture in described["pictures"]] == [job["picture"] for job in described["jobs"]]
        assert described["batches"][0]["steps"] == batch.steps
        assert described["presets"][0]["name"] == "Grey"

    def test_has_a_description_even_of_nothing(self, alice: User) -> None:
        [description] = archive.everything_of(alice)

        assert description.path == "images.json"


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
