"""The browser's door of Image Processing, for the owner, a stranger and nobody."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from cloudapps.models import User
from cloudapps.models.job import Status
from imageproc import services
from imageproc.core.pipeline import OutputOptions
from imageproc.models import Batch, Job
from tests.factories import GRAY, make_batch, make_job, make_picture, make_queued_job, make_queued_picture, read


@pytest.fixture
def job(alice: User) -> Job:
    return make_job(alice)


def text(response: HttpResponse) -> str:
    return response.content.decode()


GETS = [
    "/images/batches/{batch}/",
    "/images/batches/{batch}/?part=jobs",
    "/images/batches/{batch}/zip/",
    "/images/new/?from={batch}",
    "/images/jobs/{job}/download/",
    "/images/jobs/{job}/preview/",
    "/images/jobs/{job}/thumbnail/",
    "/images/jobs/{job}/result/",
    "/images/pictures/{picture}/proxy/",
    "/images/pictures/{picture}/thumbnail/",
]
POSTS = ["/images/batches/{batch}/cancel/", "/images/batches/{batch}/delete/"]


def filled(address: str, job: Job) -> str:
    return address.format(batch=job.batch_id, job=job.pk, picture=job.picture_id)


class TestDoors:
    @pytest.mark.parametrize("address", GETS)
    def test_are_open_to_the_owner(self, alices_browser: Client, job: Job, address: str) -> None:
        assert alices_browser.get(filled(address, job)).status_code in {200, 302}

    @pytest.mark.parametrize("address", GETS)
    def test_are_not_there_for_a_stranger(self, charlies_browser: Client, job: Job, address: str) -> None:
        assert charlies_browser.get(filled(address, job)).status_code == 404

    @pytest.mark.parametrize("address", [*GETS, "/images/", "/images/new/"])
    def test_lead_nobody_to_the_login(self, nobodys_browser: Client, job: Job, address: str) -> None:
        answer = nobodys_browser.get(filled(address, job))

        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=/images/")

    @pytest.mark.parametrize("address", POSTS)
    def test_that_write_are_open_to_the_owner_alone(
        self, alices_browser: Client, charlies_browser: Client, nobodys_browser: Client, job: Job, address: str
    ) -> None:
        address = filled(address, job)

        assert charlies_browser.post(address).status_code == 404
        assert nobodys_browser.post(address)["Location"].startswith("/accounts/login/")
        assert alices_browser.get(address).status_code == 405
        assert Batch.objects.filter(pk=job.batch_id).exists()
        assert alices_browser.post(address).status_code == 302

    @pytest.mark.parametrize("address", POSTS)
    def test_that_write_want_a_csrf_token(self, alice: User, job: Job, address: str) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(alice)

        assert browser.post(filled(address, job)).status_code == 403
        assert Batch.objects.exists()

    @pytest.mark.parametrize("address", ["batches/{}/", "jobs/{}/download/", "jobs/{}/preview/", "pictures/{}/proxy/"])
    def test_say_that_there_is_nothing(self, alices_browser: Client, address: str) -> None:
        assert alices_browser.get(f"/images/{address.format(uuid4())}").status_code == 404

    def test_say_why_there_is_nothing(self, alice: User, alices_browser: Client) -> None:
        waiting = make_queued_job(alice)

        response = alices_browser.get(f"/images/jobs/{waiting.pk}/download/")

        assert response.status_code == 404
        assert "This job has no result (yet)" in text(response)


class TestGallery:
    def test_greets_somebody_who_has_nothing_yet(self, alices_browser: Client) -> None:
        page = alices_browser.get("/images/")

        assert page.status_code == 200
        assert 'href="/images/new/"' in text(page)

    def test_shows_ones_own_batches_alone(self, alices_browser: Client, charlies_browser: Client, job: Job) -> None:
        address = job.batch.get_absolute_url()

        assert address in text(alices_browser.get("/images/"))
        assert address not in text(charlies_browser.get("/images/"))

    def test_leads_to_the_older_ones(self, alice: User, alices_browser: Client) -> None:
        picture = make_picture(alice)
        made = [make_batch(alice, [picture]) for _ in range(26)]

        first = text(alices_browser.get("/images/"))

        following = re.findall(r'href="([^"]*\?before=[^"]+)"', first)[0]
        second = text(alices_browser.get(f"/images/{following}" if following.startswith("?") else following))
        assert made[0].get_absolute_url() not in first
        assert made[0].get_absolute_url() in second
        assert made[25].get_absolute_url() not in second

    @pytest.mark.parametrize("before", ["", "x", "'--", "0190a000-0000-7000-8000-000000000000"])
    def test_takes_any_place_to_begin(self, alices_browser: Client, job: Job, before: str) -> None:
        assert alices_browser.get("/images/", {"before": before}).status_code == 200


class TestEditor:
    def config(self, page: HttpResponse) -> Any:
        return json.loads(re.findall(r'<script id="[^"]+" type="application/json">(.*?)</script>', text(page))[0])

    def test_knows_every_filter_and_preset(self, alices_browser: Client) -> None:
        config = self.config(alices_browser.get("/images/new/"))

        assert {"resize", "blur", "sepia"} <= {spec["name"] for spec in config["filters"]}
        assert len(config["builtInPresets"]) == 6
        assert config["again"] is None

    def test_begins_again_with_a_batch(self, alices_browser: Client, job: Job) -> None:
        again = self.config(alices_browser.get(f"/images/new/?from={job.batch_id}"))["again"]

        assert again["batchId"] == str(job.batch_id)
        assert again["output"] == {"format": "same", "quality": 85, "keep_metadata": False}
        assert again["steps"] == list(GRAY)

    def test_takes_no_nonsense_for_a_batch(self, alices_browser: Client) -> None:
        assert alices_browser.get("/images/new/?from=yesterday").status_code == 200


class TestBatchDetail:
    @pytest.mark.parametrize("status", Status.values)
    def test_shows_a_job_in_every_state(self, alice: User, alices_browser: Client, status: str) -> None:
        job = make_job(alice) if status == Status.SUCCEEDED else make_queued_job(alice)
        Job.objects.filter(pk=job.pk).update(status=status, error="These are the words." * (status == Status.FAILED))

        page = alices_browser.get(job.batch.get_absolute_url())

        assert page.status_code == 200
        assert "photo.png" in text(page)
        assert ("These are the words." in text(page)) == (status == Status.FAILED)
        assert Status(status).label in text(page)

    def test_gives_only_what_changes_when_asked_to(self, alices_browser: Client, job: Job) -> None:
        address = job.batch.get_absolute_url()

        part = text(alices_browser.get(f"{address}?part=jobs"))

        assert "<html" not in part
        assert "photo.png" in part
        assert len(part) < len(text(alices_browser.get(address)))

    def test_writes_names_that_are_markup_as_words(self, alice: User, alices_browser: Client) -> None:
        picture = make_queued_picture(alice, filename="<script>alert(1)</script>.png")
        batch = make_batch(alice, [picture])

        for address in (batch.get_absolute_url(), "/images/", f"/images/new/?from={batch.pk}"):
            assert "<script>alert" not in text(alices_browser.get(address))


class TestPictures:
    def follow(self, browser: Client, address: str) -> tuple[HttpResponse, bytes]:
        first = browser.get(address)
        assert first.status_code == 302
        answer = Client().get(first["Location"])  # whoever has the link needs no session
        return first, b"".join(answer)

    def test_come_by_short_lived_links(self, alices_browser: Client, job: Job) -> None:
        for address, key in (
            (f"jobs/{job.pk}/preview/", job.preview_key),
            (f"jobs/{job.pk}/thumbnail/", job.thumbnail_key),
            (f"jobs/{job.pk}/result/", job.result_key),
            (f"pictures/{job.picture_id}/proxy/", job.picture.proxy_key),
            (f"pictures/{job.picture_id}/thumbnail/", job.picture.thumbnail_key),
        ):
            first, body = self.follow(alices_browser, f"/images/{address}")

            assert body == read(key)
            assert first["Cache-Control"] == "private, max-age=240"

    def test_are_downloaded_under_their_own_name(self, alices_browser: Client, job: Job) -> None:
        link = alices_browser.get(f"/images/jobs/{job.pk}/download/")["Location"]

        answer = Client().get(link)

        assert answer["Content-Disposition"] == 'attachment; filename="photo.png"'
        assert b"".join(answer) == read(job.result_key)

    def test_are_not_there_before_they_are_made(self, alice: User, alices_browser: Client) -> None:
        job = make_queued_job(alice, pictures=[make_queued_picture(alice)])

        for address in ("jobs/{0}/preview/", "jobs/{0}/result/", "jobs/{0}/download/", "pictures/{1}/proxy/"):
            page = alices_browser.get("/images/" + address.format(job.pk, job.picture_id))
            assert page.status_code == 404


class TestCancelAndDelete:
    def test_cancel_ends_what_waits(self, alice: User, alices_browser: Client) -> None:
        job = make_queued_job(alice)

        answer = alices_browser.post(f"/images/batches/{job.batch_id}/cancel/")

        assert answer["Location"] == job.batch.get_absolute_url()
        job.refresh_from_db()
        assert job.status == Status.CANCELLED

    def test_cancel_keeps_what_is_done(self, alices_browser: Client, job: Job) -> None:
        alices_browser.post(f"/images/batches/{job.batch_id}/cancel/")

        job.refresh_from_db()
        assert job.status == Status.SUCCEEDED

    def test_delete_leads_back_to_the_gallery_and_says_so(self, alices_browser: Client, job: Job) -> None:
        page = alices_browser.post(f"/images/batches/{job.batch_id}/delete/", follow=True)

        assert page.redirect_chain[0][0] == "/images/"
        assert "deleted" in text(page)
        assert not Batch.objects.exists()


def test_a_batch_of_many_pictures_is_shown_in_whole(alice: User, alices_browser: Client) -> None:
    pictures = [make_queued_picture(alice, b"x", filename=f"number-{n}.png") for n in range(30)]
    batch = services.batch_create(
        owner=alice,
        picture_ids=[p.pk for p in pictures],
        steps=[],
        output=OutputOptions(),
        now=pictures[0].created_at,
    )

    page = text(alices_browser.get(batch.get_absolute_url()))

    assert all(picture.name in page for picture in pictures)
