"""The REST door of Image Processing, for the owner, a stranger and nobody."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from cloudapps.models import User
from cloudapps.models.job import Status
from imageproc.core.catalogue import PRESETS, catalogue
from imageproc.models import Batch, Job, Picture, Preset
from tests.clients import ApiClient, assert_problem
from tests.factories import (
    GRAY,
    make_batch,
    make_job,
    make_open_upload,
    make_picture,
    make_queued_job,
    make_queued_picture,
    make_upload,
    picture_bytes,
    read,
)


@pytest.fixture
def job(alice: User) -> Job:
    return make_job(alice)


@pytest.fixture
def unused(alice: User) -> Picture:
    return make_picture(alice)


# Calls on one thing: method, path, body.
CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/images/pictures/{unused}", None),
    ("DELETE", "/images/pictures/{unused}", None),
    ("POST", "/images/previews", {"picture_id": "{unused}"}),
    ("POST", "/images/batches", {"picture_ids": ["{unused}"]}),
    ("POST", "/images/pictures", {"upload_id": "{upload}"}),
    ("POST", "/images/jobs", {"upload_id": "{upload}"}),
    ("GET", "/images/jobs/{job}", None),
    ("POST", "/images/jobs/{job}/cancel", {}),
    ("GET", "/images/jobs/{job}/result", None),
    ("DELETE", "/images/jobs/{job}", None),
    ("GET", "/images/batches/{batch}", None),
    ("DELETE", "/images/batches/{batch}", None),
]
# Calls on all that is one's own.
LISTS = ["/images/filters", "/images/pictures", "/images/jobs", "/images/presets"]


@pytest.fixture
def ask(alice: User, job: Job, unused: Picture) -> Any:
    """Send one of the CALLS about things of alice's."""
    ids = {"job": job.pk, "batch": job.batch_id, "unused": unused.pk, "upload": make_upload(alice, picture_bytes()).pk}

    def fill(value: Any) -> Any:
        match value:
            case str():
                return value.format(**ids)
            case list():
                return [fill(item) for item in value]
            case dict():
                return {name: fill(item) for name, item in value.items()}
        return value

    def send(script: ApiClient, call: tuple[str, str, Any]) -> HttpResponse:
        method, path, body = call
        return script.send(method, fill(path), fill(body))

    return send


class TestDoors:
    @pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(call[:2]))
    def test_are_open_to_the_owner(self, ask: Any, alices_api: ApiClient, call: Any) -> None:
        assert ask(alices_api, call).status_code in {200, 201, 202, 204, 302}

    @pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(call[:2]))
    def test_are_not_there_for_a_stranger(self, ask: Any, charlies_api: ApiClient, call: Any) -> None:
        counts = [model.objects.count() for model in (Picture, Job, Batch)]

        assert_problem(ask(charlies_api, call), 404)

        assert [model.objects.count() for model in (Picture, Job, Batch)] == counts

    @pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(call[:2]))
    def test_are_shut_to_nobody(self, ask: Any, nobodys_api: ApiClient, call: Any) -> None:
        assert_problem(ask(nobodys_api, call), 401)

    @pytest.mark.parametrize("path", LISTS)
    def test_list_only_what_is_ones_own(
        self, alices_api: ApiClient, charlies_api: ApiClient, nobodys_api: ApiClient, job: Job, path: str
    ) -> None:
        assert alices_api.get(path).status_code == 200
        assert str(job.pk) not in charlies_api.get(path).content.decode()
        assert_problem(nobodys_api.get(path), 401)


class TestFilters:
    def test_tells_of_each_what_a_form_needs(self, alices_api: ApiClient) -> None:
        items = alices_api.get("/images/filters").json()["items"]

        assert [item["name"] for item in items] == [spec.name for spec in catalogue()]
        for item in items:
            assert item["label"]
            for parameter in item["parameters"]:
                assert {"name", "type", "unit", "minimum", "maximum", "default"} <= set(parameter)


class TestPictures:
    def test_are_made_of_uploads(self, alice: User, alices_api: ApiClient) -> None:
        upload = make_upload(alice, picture_bytes(), filename="holiday.png")

        answer = alices_api.post("/images/pictures", {"upload_id": str(upload.pk)})

        picture = answer.json()
        assert answer.status_code == 202
        assert answer["Location"] == f"http://testserver/api/v1/images/pictures/{picture['id']}"
        assert (picture["status"], picture["name"], picture["thumbnail_url"]) == ("QUEUED", "holiday.png", None)

    def test_have_addresses_once_they_were_looked_at(self, alices_api: ApiClient, unused: Picture) -> None:
        picture = alices_api.get(f"/images/pictures/{unused.pk}").json()

        assert (picture["width"], picture["height"], picture["format"]) == (64, 48, "png")
        assert picture["proxy_url"] == f"http://testserver/images/pictures/{unused.pk}/proxy/"

    def test_refuse_an_upload_that_is_not_complete(self, alice: User, alices_api: ApiClient) -> None:
        upload = make_open_upload(alice)

        assert_problem(alices_api.post("/images/pictures", {"upload_id": str(upload.pk)}), 409, "not complete")

    def test_cannot_be_deleted_while_a_job_uses_them(self, alices_api: ApiClient, job: Job) -> None:
        assert_problem(alices_api.delete(f"/images/pictures/{job.picture_id}"), 409, "belongs to a job")

    def test_say_why_they_cannot_be_used(self, alice: User, alices_api: ApiClient) -> None:
        broken = make_picture(alice, b"broken")

        assert alices_api.get(f"/images/pictures/{broken.pk}").json()["error"]


class TestPreviews:
    def test_answer_with_the_picture_itself(self, alices_api: ApiClient, unused: Picture) -> None:
        answer = alices_api.post("/images/previews", {"picture_id": str(unused.pk), "steps": list(GRAY)})

        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Cache-Control"] == "no-store"
        assert Image.open(BytesIO(answer.content)).size == (64, 48)

    def test_refuse_a_picture_that_is_not_ready(self, alice: User, alices_api: ApiClient) -> None:
        picture = make_queued_picture(alice)

        assert_problem(alices_api.post("/images/previews", {"picture_id": str(picture.pk)}), 409, "not ready")


class TestJobs:
    def create(self, alice: User, script: ApiClient, **body: Any) -> HttpResponse:
        upload = make_upload(alice, picture_bytes(), filename="holiday.png")
        return script.post("/images/jobs", {"upload_id": str(upload.pk), **body})

    def test_are_queued(self, alice: User, alices_api: ApiClient) -> None:
        answer = self.create(alice, alices_api, steps=list(GRAY), format="jpeg", quality=70, keep_metadata=True)

        job = answer.json()
        assert answer.status_code == 202
        assert answer["Location"] == f"http://testserver/api/v1/images/jobs/{job['id']}"
        assert (job["status"], job["progress"], job["result"], job["error"]) == ("QUEUED", 0, None, None)
        batch = Batch.objects.get()
        assert (batch.format, batch.quality, batch.keep_metadata) == ("jpeg", 70, True)

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ({"steps": [{"filter": "no-such"}]}, "no filter"),
            ({"steps": [{"filter": "blur", "params": {"radius": "wide"}}]}, "number"),
            ({"steps": [{"filter": "blur", "params": {"speed": 1}}]}, "no parameter"),
            ({"steps": [{"filter": "grayscale"}] * 11}, "limit is 10"),
            ({"steps": [{"filter": "grayscale"}] * 101}, "steps"),
            ({"steps": [{}]}, "filter"),
            ({"steps": "blur"}, "steps"),
            ({"format": "bmp"}, "format"),
            ({"quality": 0}, "quality"),
            ({"quality": 101}, "quality"),
            ({"upload_id": "x"}, "upload_id"),
        ],
    )
    def test_refuse_what_makes_no_sense(self, alice: User, alices_api: ApiClient, body: Any, words: str) -> None:
        assert_problem(self.create(alice, alices_api, **body), 422, words)
        assert not Job.objects.exists()
        assert not Picture.objects.exists()

    def test_name_the_step_and_the_parameter_that_are_wrong(self, alice: User, alices_api: ApiClient) -> None:
        steps = [*GRAY, {"filter": "blur", "params": {"radius": 1e9}}]

        document = assert_problem(self.create(alice, alices_api, steps=steps), 422)

        assert (document["step"], document["parameter"]) == (1, "radius")

    def test_are_made_once_for_one_idempotency_key(self, alice: User, alices_api: ApiClient) -> None:
        upload = make_upload(alice, picture_bytes())
        body = {"upload_id": str(upload.pk)}

        first, again = (alices_api.post("/images/jobs", body, idempotency_key="k") for _ in range(2))

        assert first["Location"] == again["Location"]
        assert Job.objects.count() == 1

    def test_tell_of_their_result(self, alices_api: ApiClient, job: Job) -> None:
        told = alices_api.get(f"/images/jobs/{job.pk}").json()

        assert told["status"] == "SUCCEEDED"
        assert told["finished_at"].endswith("Z")
        assert told["result"] == {
            "name": "photo.png",
            "url": f"http://testserver/api/v1/images/jobs/{job.pk}/result",
            "format": "png",
            "content_type": "image/png",
            "width": 64,
            "height": 48,
            "frames": 1,
            "size_bytes": len(read(job.result_key)),
        }

    def test_lead_to_the_bytes(self, alices_api: ApiClient, job: Job) -> None:
        answer = alices_api.get(f"/images/jobs/{job.pk}/result")

        assert answer.status_code == 302
        assert answer["Location"].startswith("http://testserver/storage/")
        body = b"".join(Client().get(answer["Location"].removeprefix("http://testserver")))
        assert body == read(job.result_key)

    def test_lead_nowhere_before_they_succeeded(self, alice: User, alices_api: ApiClient) -> None:
        queued = make_queued_job(alice)

        assert_problem(alices_api.get(f"/images/jobs/{queued.pk}/result"), 404, "no result")

    def test_are_cancelled_and_stay_so(self, alice: User, alices_api: ApiClient, job: Job) -> None:
        queued = make_queued_job(alice)

        for _ in range(2):
            assert alices_api.post(f"/images/jobs/{queued.pk}/cancel").json()["status"] == "CANCELLED"
        assert alices_api.post(f"/images/jobs/{job.pk}/cancel").json()["status"] == "SUCCEEDED"

    def test_say_in_words_why_they_failed(self, alice: User, alices_api: ApiClient) -> None:
        failed = make_job(alice, pictures=[make_queued_picture(alice, b"broken")])

        told = alices_api.get(f"/images/jobs/{failed.pk}").json()

        assert told["status"] == "FAILED"
        assert told["error"].endswith(".")
        assert told["result"] is None

    def test_are_deleted(self, alices_api: ApiClient, job: Job) -> None:
        assert alices_api.delete(f"/images/jobs/{job.pk}").status_code == 204
        assert_problem(alices_api.get(f"/images/jobs/{job.pk}"), 404)
        assert not Batch.objects.exists()


class TestBatches:
    def test_have_one_job_for_each_picture(self, alice: User, alices_api: ApiClient) -> None:
        pictures = [str(make_picture(alice).pk) for _ in range(2)]

        answer = alices_api.post("/images/batches", {"picture_ids": pictures, "steps": list(GRAY)})

        batch = answer.json()
        assert answer.status_code == 202
        assert answer["Location"] == f"http://testserver/api/v1/images/batches/{batch['id']}"
        assert [job["picture_id"] for job in batch["jobs"]] == pictures
        assert batch["url"] == f"http://testserver/images/batches/{batch['id']}/"

    @pytest.mark.parametrize("ids", [[], ["x"], "x", ["0190a000-0000-7000-8000-000000000000"] * 1001])
    def test_refuse_what_is_no_list_of_pictures(self, alices_api: ApiClient, ids: Any) -> None:
        assert_problem(alices_api.post("/images/batches", {"picture_ids": ids}), 422)

    def test_refuse_a_picture_that_is_not_there(self, alices_api: ApiClient, unused: Picture) -> None:
        body = {"picture_ids": [str(unused.pk), str(uuid4())]}

        assert_problem(alices_api.post("/images/batches", body), 404)
        assert not Batch.objects.exists()

    def test_tell_how_far_they_are(self, alice: User, alices_api: ApiClient) -> None:
        batch = make_batch(alice)
        Job.objects.update(status=Status.RUNNING, progress=40)

        told = alices_api.get(f"/images/batches/{batch.pk}").json()

        assert [(job["status"], job["progress"]) for job in told["jobs"]] == [("RUNNING", 40)]


class TestPresets:
    def test_come_built_in(self, charlies_api: ApiClient) -> None:
        items = charlies_api.get("/images/presets").json()["items"]

        assert [(item["id"], item["name"]) for item in items] == [(None, preset.label) for preset in PRESETS]

    def test_are_saved_replaced_and_deleted(self, alices_api: ApiClient) -> None:
        saved = alices_api.post("/images/presets", {"name": "  Mine ", "steps": list(GRAY)})
        replaced = alices_api.post("/images/presets", {"name": "Mine", "steps": []})

        assert (saved.status_code, saved.json()["name"]) == (201, "Mine")
        assert replaced.json() == {"id": saved.json()["id"], "name": "Mine", "steps": []}
        assert alices_api.delete(f"/images/presets/{saved.json()['id']}").status_code == 204
        assert not Preset.objects.exists()

    @pytest.mark.parametrize("body", [{"name": "", "steps": []}, {"name": "x" * 61, "steps": []}, {"name": "x"}])
    def test_want_a_name_and_steps(self, alices_api: ApiClient, body: Any) -> None:
        assert_problem(alices_api.post("/images/presets", body), 422)

    def test_want_more_than_blanks_for_a_name(self, alices_api: ApiClient) -> None:
        assert_problem(alices_api.post("/images/presets", {"name": "   ", "steps": []}), 422)

    def test_refuse_wrong_steps(self, alices_api: ApiClient) -> None:
        body = {"name": "x", "steps": [{"filter": "no-such"}]}

        assert_problem(alices_api.post("/images/presets", body), 422, "no filter")

    def test_are_ones_own(self, alice: User, alices_api: ApiClient, charlies_api: ApiClient) -> None:
        made = alices_api.post("/images/presets", {"name": "Mine", "steps": []}).json()

        assert "Mine" not in charlies_api.get("/images/presets").content.decode()
        charlies_api.delete(f"/images/presets/{made['id']}")
        assert Preset.objects.exists()
