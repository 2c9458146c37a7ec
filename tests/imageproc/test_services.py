"""Writes of Image Processing: pictures, batches, jobs, presets, and their deletion without a trace."""

import inspect
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from cloudapps import uploads
from cloudapps.models import AlreadyClaimed, PendingDeletion, Upload, User
from cloudapps.models.job import Status
from cloudapps.queue.memory import MemoryQueue
from cloudapps.storage import storage
from imageproc import selectors, services
from imageproc.core.catalogue import PRESETS, catalogue
from imageproc.core.pipeline import OutputOptions
from imageproc.models import Batch, Job, Picture, Preset
from tests.factories import (
    GRAY,
    NOW,
    make_batch,
    make_job,
    make_open_upload,
    make_picture,
    make_queued_job,
    make_queued_picture,
    make_upload,
    picture_bytes,
    read,
    stored_keys,
)
from tests.threads import at_once

LATER = NOW + timedelta(minutes=5)


def opened(key: str) -> Image.Image:
    return Image.open(BytesIO(read(key)))


def nothing_is_left() -> bool:
    """Delete what is due by now and by the end of all leases, and see whether anything remains."""
    uploads.delete_due_objects(now=LATER)
    return not stored_keys() and not any(model.objects.exists() for model in (Picture, Job, Batch, Upload))


class TestPictureCreate:
    def test_adopts_the_upload_and_sends_it_to_a_worker(
        self, alice: User, commits: Any, memory_queue: MemoryQueue
    ) -> None:
        upload = make_upload(alice, picture_bytes(), filename="holiday.png")

        with commits():
            picture = services.picture_create(owner=alice, upload_id=upload.pk, now=NOW)

        upload.refresh_from_db()
        assert upload.state == Upload.State.ADOPTED
        assert (picture.status, picture.name) == (Status.QUEUED, "holiday.png")
        assert memory_queue.depth("imageproc").waiting == 1

    def test_gives_the_same_picture_for_the_same_upload(self, alice: User) -> None:
        upload = make_upload(alice)

        first, again = (services.picture_create(owner=alice, upload_id=upload.pk, now=NOW) for _ in range(2))

        assert first == again

    @pytest.mark.django_db(transaction=True)
    def test_makes_one_picture_of_a_race(self, alice: User) -> None:
        upload = make_upload(alice)

        made = at_once(*[lambda: services.picture_create(owner=alice, upload_id=upload.pk, now=NOW)] * 4)

        assert {getattr(picture, "pk", picture) for picture in made} == {Picture.objects.get().pk}

    def test_refuses_what_is_not_complete_or_not_ones_own(self, alice: User, charlie: User) -> None:
        upload = make_upload(alice)

        with pytest.raises(uploads.UploadIncomplete):
            services.picture_create(owner=alice, upload_id=make_open_upload(alice).pk, now=NOW)
        with pytest.raises(uploads.UploadNotFound):
            services.picture_create(owner=charlie, upload_id=upload.pk, now=NOW)
        assert not Picture.objects.exists()


class TestPicturePrepare:
    def test_notes_what_the_picture_is(self, alice: User) -> None:
        picture = make_picture(alice, picture_bytes("JPEG", (200, 100)))

        assert picture.status == Status.SUCCEEDED
        assert (picture.format, picture.width, picture.height, picture.frames) == ("jpeg", 200, 100, 1)

    def test_lays_a_proxy_and_a_thumbnail_beside_it(self, alice: User) -> None:
        picture = make_picture(alice, picture_bytes("JPEG", (2000, 1000)))

        assert opened(picture.proxy_key).size == (1600, 800)
        assert opened(picture.thumbnail_key).size == (400, 200)
        assert picture.proxy_width == 1600
        assert picture.proxy_content_type == "image/jpeg"

    def test_refuses_a_second_delivery(self, alice: User) -> None:
        picture = make_picture(alice)

        with pytest.raises(AlreadyClaimed):
            services.picture_prepare(picture_id=picture.pk, now=NOW)

    @pytest.mark.parametrize(
        "body",
        [b"", b"no picture at all", picture_bytes()[:60], b"GIF89a" + b"\xff" * 40, b"<svg xmlns='x'/>", b"%PDF-1.7"],
    )
    def test_fails_what_is_no_picture_with_words(self, alice: User, body: bytes) -> None:
        picture = make_picture(alice, body)

        assert picture.status == Status.FAILED
        assert picture.error.endswith(".")
        assert len(picture.error) > 20
        assert "Traceback" not in picture.error

    def test_fails_what_is_beyond_the_limits(self, alice: User, settings: Any) -> None:
        settings.IMAGE_MAX_PIXELS = 1000

        assert make_picture(alice, picture_bytes(size=(64, 48))).status == Status.FAILED

    def test_fails_what_was_deleted_meanwhile(self, alice: User) -> None:
        picture = make_queued_picture(alice)
        storage().delete(picture.upload.key)

        services.picture_prepare(picture_id=picture.pk, now=NOW)

        picture.refresh_from_db()
        assert (picture.status, picture.error) == (Status.FAILED, "The picture was deleted. Upload it again.")


class TestPicturePreview:
    def test_shows_what_the_steps_would_make(self, alice: User) -> None:
        picture = make_picture(alice, picture_bytes(color="#ff0000"))

        made = services.picture_preview(owner=alice, picture_id=picture.pk, steps=GRAY)

        shown = Image.open(BytesIO(made.body)).convert("RGB")
        red, green, blue = shown.getpixel((50, 40))
        assert max(red, green, blue) - min(red, green, blue) <= 3

    def test_keeps_to_the_proxy_and_stores_nothing(self, alice: User) -> None:
        picture = make_picture(alice, picture_bytes("JPEG", (2000, 1000)))
        before = stored_keys()

        made = services.picture_preview(owner=alice, picture_id=picture.pk, steps=[])

        assert Image.open(BytesIO(made.body)).size == (1600, 800)
        assert stored_keys() == before

    def test_refuses_what_is_not_ready_or_could_not_be_read(self, alice: User) -> None:
        for picture in (make_queued_picture(alice), make_picture(alice, b"broken")):
            with pytest.raises(services.PictureNotReady):
                services.picture_preview(owner=alice, picture_id=picture.pk, steps=[])

    def test_refuses_wrong_steps_and_anothers_picture(self, alice: User, charlie: User) -> None:
        picture = make_picture(alice)

        with pytest.raises(services.StepsInvalid):
            services.picture_preview(owner=alice, picture_id=picture.pk, steps=[{"filter": "no-such"}])
        with pytest.raises(selectors.PictureNotFound):
            services.picture_preview(owner=charlie, picture_id=picture.pk, steps=[])


class TestStepsParse:
    def test_names_the_wrong_step_and_its_parameter(self, alice: User) -> None:
        steps = [*GRAY, {"filter": "blur", "params": {"radius": -1}}]

        with pytest.raises(services.StepsInvalid) as refusal:
            services.steps_parse(owner=alice, steps=steps)

        assert refusal.value.extensions == {"step": 1, "parameter": "radius"}

    def test_refuses_more_steps_than_are_allowed(self, alice: User, settings: Any) -> None:
        services.steps_parse(owner=alice, steps=GRAY * settings.IMAGE_MAX_STEPS)
        with pytest.raises(services.StepsInvalid):
            services.steps_parse(owner=alice, steps=GRAY * (settings.IMAGE_MAX_STEPS + 1))

    def test_takes_every_preset(self, alice: User) -> None:
        for preset in PRESETS:
            services.steps_parse(owner=alice, steps=preset.steps)


def watermark(picture: Picture | None) -> list[dict[str, Any]]:
    spec = next(s for s in catalogue() if any(p.type == "picture" for p in s.parameters))
    name = next(p.name for p in spec.parameters if p.type == "picture")
    return [{"filter": spec.name, "params": {name: str(picture.pk) if picture else "nonsense"}}]


class TestWatermark:
    def test_lays_ones_own_picture_over_another(self, alice: User) -> None:
        mark, picture = make_picture(alice, picture_bytes(color="#00ff00")), make_picture(alice)

        job = make_job(alice, pictures=[picture], steps=watermark(mark))

        assert job.status == Status.SUCCEEDED, job.error

    def test_refuses_a_strangers_picture(self, alice: User, charlie: User) -> None:
        mine, alices = make_picture(charlie), make_picture(alice)

        with pytest.raises(services.StepsInvalid, match="not one of yours"):
            make_batch(charlie, [mine], steps=watermark(alices))
        with pytest.raises(services.StepsInvalid, match="not one of yours"):
            services.picture_preview(owner=charlie, picture_id=mine.pk, steps=watermark(alices))
        with pytest.raises(services.StepsInvalid, match="not one of yours"):
            services.preset_save(owner=charlie, name="stolen", steps=watermark(alices), now=NOW)

    def test_refuses_what_is_no_picture(self, alice: User) -> None:
        for mark in (None, make_queued_picture(alice), make_picture(alice, b"broken")):
            with pytest.raises(services.StepsInvalid):
                services.steps_parse(owner=alice, steps=watermark(mark))

    def test_fails_a_job_whose_watermark_was_deleted_meanwhile(self, alice: User) -> None:
        mark, picture = make_picture(alice), make_picture(alice)
        job = make_queued_job(alice, pictures=[picture], steps=watermark(mark))
        services.picture_delete(owner=alice, picture_id=mark.pk, now=NOW)

        services.job_run(job_id=job.pk, now=NOW)

        job.refresh_from_db()
        assert job.status == Status.FAILED
        assert "watermark was deleted" in job.error


class TestBatchCreate:
    def test_makes_one_job_for_each_picture(self, alice: User, commits: Any, memory_queue: MemoryQueue) -> None:
        pictures = [make_picture(alice, filename=f"{n}.png") for n in range(3)]
        memory_queue.clear()

        with commits():
            batch = make_batch(alice, [*pictures, pictures[0]])

        assert [job.picture for job in batch.jobs.order_by("pk")] == pictures
        assert memory_queue.depth("imageproc").waiting == 3
        assert str(batch).lower() == "grayscale"

    def test_keeps_the_steps_in_full(self, alice: User) -> None:
        batch = make_batch(alice, steps=[{"filter": "grayscale"}])

        batch.refresh_from_db()
        assert batch.steps == [{"filter": "grayscale", "params": {"amount": 100}}]

    def test_refuses_anothers_picture_and_none_at_all(self, alice: User, charlie: User) -> None:
        mine, alices = make_picture(charlie), make_picture(alice)

        for ids in ([mine.pk, alices.pk], [uuid4()], []):
            with pytest.raises(selectors.PictureNotFound):
                services.batch_create(owner=charlie, picture_ids=ids, steps=GRAY, output=OutputOptions(), now=NOW)
        assert not Batch.objects.exists()


class TestJobRun:
    def test_turns_the_picture_into_its_result(self, alice: User) -> None:
        picture = make_picture(alice, picture_bytes("PNG", color="#ff0000"), filename="holiday.photo.png")

        job = make_job(alice, pictures=[picture], output=OutputOptions(format="jpeg", quality=90))

        assert (job.status, job.progress, job.error) == (Status.SUCCEEDED, 100, "")
        assert (job.result_format, job.result_content_type) == ("jpeg", "image/jpeg")
        assert (job.result_width, job.result_height, job.result_frames) == (64, 48, 1)
        assert job.result_name == "holiday.photo.jpg"
        assert job.result_size_bytes == len(read(job.result_key))
        red, green, blue = opened(job.result_key).convert("RGB").getpixel((50, 40))
        assert max(red, green, blue) - min(red, green, blue) <= 3
        assert opened(job.thumbnail_key).size == (64, 48)
        assert opened(job.preview_key).size == (64, 48)

    def test_leaves_the_source_as_it_was(self, alice: User) -> None:
        body = picture_bytes("JPEG")
        job = make_job(alice, pictures=[make_picture(alice, body)])

        assert read(job.picture.upload.key) == body

    def test_refuses_a_second_delivery(self, alice: User) -> None:
        job = make_job(alice)

        with pytest.raises(AlreadyClaimed):
            services.job_run(job_id=job.pk, now=NOW)

    @pytest.mark.django_db(transaction=True)
    def test_makes_one_result_of_two_deliveries_at_once(self, alice: User) -> None:
        job = make_queued_job(alice)

        results = at_once(*[lambda: services.job_run(job_id=job.pk, now=NOW)] * 2)

        assert sorted(type(result) for result in results if result is not None) == [AlreadyClaimed]
        job.refresh_from_db()
        assert (job.status, job.attempts) == (Status.SUCCEEDED, 1)

    def test_fails_a_broken_picture_with_words(self, alice: User) -> None:
        picture = make_picture(alice, picture_bytes("PNG", (400, 400))[:-100])

        job = make_job(alice, pictures=[picture])

        assert job.status == Status.FAILED
        assert len(job.error) > 20

    @pytest.mark.parametrize("form", ["same", "jpeg", "png", "webp", "avif", "gif", "tiff"])
    def test_writes_every_format(self, alice: User, form: str) -> None:
        job = make_job(alice, output=OutputOptions(format=form))

        assert job.status == Status.SUCCEEDED, job.error
        assert job.result_format == ("png" if form == "same" else form)
        assert job.result_name.startswith("photo.")

    def test_takes_an_upload_at_once(self, alice: User) -> None:
        upload = make_upload(alice, picture_bytes())

        job = services.job_create(owner=alice, upload_id=upload.pk, steps=GRAY, output=OutputOptions(), now=NOW)
        services.job_run(job_id=job.pk, now=NOW)

        job.refresh_from_db()
        assert job.status == Status.SUCCEEDED, "needs no thumbnail of the source first"

    def test_leaves_an_upload_alone_whose_steps_are_wrong(self, alice: User) -> None:
        upload = make_upload(alice)

        with pytest.raises(services.StepsInvalid):
            services.job_create(
                owner=alice, upload_id=upload.pk, steps=[{"filter": "x"}], output=OutputOptions(), now=NOW
            )

        upload.refresh_from_db()
        assert upload.state == Upload.State.COMPLETE


class TestDeletion:
    def test_of_a_batch_leaves_neither_row_nor_object(self, alice: User) -> None:
        job = make_job(alice)
        assert len(stored_keys()) == 6

        services.batch_delete(owner=alice, batch_id=job.batch_id, now=NOW)

        assert nothing_is_left()

    def test_of_the_last_job_takes_the_batch_and_the_picture_along(self, alice: User) -> None:
        pictures = [make_picture(alice), make_picture(alice)]
        one, two = make_batch(alice, pictures).jobs.order_by("pk")

        services.job_delete(owner=alice, job_id=one.pk, now=NOW)
        assert (Batch.objects.count(), Picture.objects.get()) == (1, pictures[1])
        services.job_delete(owner=alice, job_id=two.pk, now=NOW)

        assert nothing_is_left()

    def test_keeps_a_picture_that_another_batch_uses(self, alice: User) -> None:
        picture = make_picture(alice)
        one, two = make_batch(alice, [picture]), make_batch(alice, [picture])

        services.batch_delete(owner=alice, batch_id=one.pk, now=NOW)
        uploads.delete_due_objects(now=LATER)
        assert read(picture.upload.key)
        services.batch_delete(owner=alice, batch_id=two.pk, now=NOW)

        assert nothing_is_left()

    def test_of_an_unused_picture_leaves_neither_row_nor_object(self, alice: User) -> None:
        for picture in (make_picture(alice), make_queued_picture(alice), make_picture(alice, b"broken")):
            services.picture_delete(owner=alice, picture_id=picture.pk, now=NOW)

        assert nothing_is_left()

    def test_of_a_used_picture_is_refused(self, alice: User) -> None:
        job = make_job(alice)
        before = stored_keys()

        with pytest.raises(services.PictureInUse):
            services.picture_delete(owner=alice, picture_id=job.picture_id, now=NOW)

        assert not PendingDeletion.objects.exists()
        assert stored_keys() == before

    def test_is_its_owners_alone(self, alice: User, charlie: User) -> None:
        job, unused = make_job(alice), make_picture(alice)
        before = stored_keys()

        for delete in (
            lambda: services.job_delete(owner=charlie, job_id=job.pk, now=NOW),
            lambda: services.batch_delete(owner=charlie, batch_id=job.batch_id, now=NOW),
            lambda: services.batch_cancel(owner=charlie, batch_id=job.batch_id, now=NOW),
            lambda: services.picture_delete(owner=charlie, picture_id=unused.pk, now=NOW),
        ):
            with pytest.raises((selectors.JobNotFound, selectors.BatchNotFound, selectors.PictureNotFound)):
                delete()
        uploads.delete_due_objects(now=LATER)
        assert stored_keys() == before

    @pytest.mark.parametrize("cancelled_first", [False, True])
    def test_while_a_worker_is_at_it_leaves_no_object(self, alice: User, cancelled_first: bool) -> None:
        job = make_queued_job(alice)
        claimed = Job.objects.claim(job.pk, now=NOW)
        if cancelled_first:
            services.batch_cancel(owner=alice, batch_id=job.batch_id, now=NOW)

        services.job_delete(owner=alice, job_id=job.pk, now=NOW)
        uploads.delete_due_objects(now=NOW)
        for key in (claimed.result_key, claimed.preview_key, claimed.thumbnail_key):
            storage().put(key, BytesIO(b"written by the worker that has not noticed"), content_type="image/png")

        assert nothing_is_left()


class TestPresets:
    def save(self, owner: User, name: str = "Mine", steps: Any = GRAY) -> Preset:
        return services.preset_save(owner=owner, name=name, steps=steps, now=NOW)

    def test_keep_a_pipeline_under_a_name(self, alice: User) -> None:
        self.save(alice)

        [preset] = selectors.preset_list(owner=alice)
        assert (preset.name, preset.steps) == ("Mine", list(GRAY))

    def test_replace_what_had_the_name(self, alice: User, bob: User) -> None:
        self.save(alice)
        self.save(bob)

        self.save(alice, steps=[])

        assert [preset.steps for preset in selectors.preset_list(owner=alice)] == [[]]
        assert [preset.steps for preset in selectors.preset_list(owner=bob)] == [list(GRAY)]

    def test_refuse_wrong_steps(self, alice: User) -> None:
        with pytest.raises(services.StepsInvalid):
            self.save(alice, steps=[{"filter": "no-such"}])

    def test_have_an_end(self, alice: User) -> None:
        made = [Preset(owner=alice, name=f"{n}", steps=[], created_at=NOW) for n in range(services.MAX_PRESETS)]
        Preset.objects.bulk_create(made)

        with pytest.raises(services.TooManyPresets):
            self.save(alice, "one more")
        self.save(alice, "7")

    def test_are_deleted_by_their_owner_alone(self, alice: User, charlie: User) -> None:
        preset = self.save(alice)

        services.preset_delete(owner=charlie, preset_id=preset.pk)
        assert Preset.objects.exists()
        services.preset_delete(owner=alice, preset_id=preset.pk)
        assert not Preset.objects.exists()


class TestSweep:
    def test_deletes_pictures_that_nobody_used_for_a_week(self, alice: User) -> None:
        make_picture(alice)
        used = make_job(alice).picture

        assert services.pictures_sweep(now=NOW + services.UNUSED_FOR) == 0
        assert services.pictures_sweep(now=NOW + services.UNUSED_FOR + timedelta(seconds=1)) == 1

        assert Picture.objects.get() == used

    def test_keeps_a_picture_that_a_preset_lays_over_others(self, alice: User) -> None:
        mark = make_picture(alice)
        services.preset_save(owner=alice, name="With our mark", steps=watermark(mark), now=NOW)

        assert services.pictures_sweep(now=NOW + services.UNUSED_FOR + timedelta(days=1)) == 0

        assert Picture.objects.get() == mark


def test_every_service_takes_its_arguments_by_name() -> None:
    for name, function in inspect.getmembers(services, inspect.isfunction):
        public: Callable[..., Any] = function
        if name.startswith("_") or not function.__module__.startswith(services.__name__):
            continue
        kinds = {parameter.kind for parameter in inspect.signature(public).parameters.values()}
        assert kinds <= {inspect.Parameter.KEYWORD_ONLY}, name
