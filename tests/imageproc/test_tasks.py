"""The worker's door: pictures and jobs as a worker meets them, in good times and bad."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from cloudapps import jobs, uploads
from cloudapps.models import User
from cloudapps.models.job import MAX_ATTEMPTS, Status
from cloudapps.queue.memory import MemoryQueue
from cloudapps.storage import storage
from cloudapps.storage.files import FileStorage
from imageproc import services
from imageproc.core.pipeline import OutputOptions
from imageproc.models import Job, Picture
from tests.clients import ApiClient
from tests.factories import NOW, make_queued_job, make_queued_picture, make_upload, picture_bytes, stored_keys

Work = Callable[[], int]


def run(task: str, job_id: object) -> None:
    """Deliver one message."""
    current_app.tasks[task](job_id=str(job_id), sent_by="a later version")


@contextmanager
def full_disk() -> Iterator[None]:
    """Have every write to the storage fail meanwhile."""
    store = storage()
    assert isinstance(store, FileStorage)
    away: Path = store.tmp.with_name("away")
    store.tmp.rename(away)
    store.tmp.write_bytes(b"not a folder")
    try:
        yield
    finally:
        store.tmp.unlink()
        away.rename(store.tmp)


class TestTheWholeWay:
    def test_goes_from_an_upload_to_a_result(
        self, alice: User, alices_api: ApiClient, commits: Any, work: Work
    ) -> None:
        upload = make_upload(alice, picture_bytes())
        with commits():
            answer = alices_api.post("/images/jobs", {"upload_id": str(upload.pk), "steps": [{"filter": "sepia"}]})
        assert answer.status_code == 202, answer.content
        assert answer.json()["status"] == "QUEUED"

        assert work() == 2, "one looks at the picture, one runs the job"

        job = alices_api.get(f"/images/jobs/{answer.json()['id']}").json()
        assert (job["status"], job["progress"], job["error"]) == ("SUCCEEDED", 100, None)
        assert Picture.objects.get().status == Status.SUCCEEDED

    def test_does_many_pictures_of_which_some_are_broken(self, alice: User, commits: Any, work: Work) -> None:
        with commits():
            pictures = [
                make_queued_picture(alice, picture_bytes(size=(8, 8)) if n % 3 else b"broken") for n in range(12)
            ]
        work()
        with commits():
            batch = services.batch_create(
                owner=alice, picture_ids=[p.pk for p in pictures], steps=[], output=OutputOptions(), now=NOW
            )
        work()

        states = list(batch.jobs.order_by("pk").values_list("status", flat=True))
        assert states == ["SUCCEEDED" if n % 3 else "FAILED" for n in range(12)]
        assert all(job.error for job in batch.jobs.filter(status=Status.FAILED))


class TestDeliveries:
    def test_of_a_message_twice_are_harmless(self, alice: User) -> None:
        job = make_queued_job(alice)

        run("imageproc.run_job", job.pk)
        before = Job.objects.values().get(pk=job.pk)
        keys = stored_keys()
        run("imageproc.run_job", job.pk)
        run("imageproc.prepare_picture", job.picture_id)

        assert Job.objects.values().get(pk=job.pk) == before
        assert stored_keys() == keys

    def test_of_what_was_deleted_are_harmless(self, alice: User) -> None:
        job = make_queued_job(alice)
        services.batch_delete(owner=alice, batch_id=job.batch_id, now=NOW)

        run("imageproc.run_job", job.pk)
        run("imageproc.prepare_picture", job.picture_id)

        assert not Job.objects.exists()

    def test_of_what_was_cancelled_are_harmless(self, alice: User) -> None:
        job = make_queued_job(alice)
        job.cancel(now=NOW)

        run("imageproc.run_job", job.pk)

        job.refresh_from_db()
        assert (job.status, job.attempts) == (Status.CANCELLED, 0)


class TestTrouble:
    def test_with_a_broken_picture_fails_it_with_words(self, alice: User) -> None:
        picture = make_queued_picture(alice, b"\x89PNG\r\n\x1a\n and then nothing")

        run("imageproc.prepare_picture", picture.pk)

        picture.refresh_from_db()
        assert picture.status == Status.FAILED
        assert picture.attempts == 1
        assert picture.error.endswith(".")

    def test_with_the_storage_is_tried_again_and_then_succeeds(self, alice: User, memory_queue: MemoryQueue) -> None:
        job = make_queued_job(alice)
        memory_queue.clear()

        with full_disk():
            run("imageproc.run_job", job.pk)

        job.refresh_from_db()
        assert (job.status, job.attempts, job.error) == (Status.QUEUED, 1, "")
        assert job.enqueued_at > timezone.now(), "not at once"
        assert memory_queue.drain("imageproc") == 1
        job.refresh_from_db()
        assert (job.status, job.attempts) == (Status.SUCCEEDED, 2)

    def test_with_the_storage_that_does_not_end_is_given_up(self, alice: User, memory_queue: MemoryQueue) -> None:
        job = make_queued_job(alice)
        memory_queue.clear()

        with full_disk():
            run("imageproc.run_job", job.pk)
            assert memory_queue.drain("imageproc") == MAX_ATTEMPTS - 1

        job.refresh_from_db()
        assert (job.status, job.dead_lettered, job.attempts) == (Status.FAILED, True, MAX_ATTEMPTS)

    def test_with_a_worker_that_died_is_found(self, alice: User, memory_queue: MemoryQueue) -> None:
        job = make_queued_job(alice)
        memory_queue.clear()
        Job.objects.claim(job.pk, now=NOW)  # by a worker that is killed now

        jobs.recover(now=NOW + Job.lease + timedelta(seconds=1))
        memory_queue.drain("imageproc")

        job.refresh_from_db()
        assert (job.status, job.attempts) == (Status.SUCCEEDED, 2)

    @pytest.mark.parametrize(("error", "status"), [(SoftTimeLimitExceeded(), "FAILED"), (MemoryError(), "QUEUED")])
    def test_with_time_or_memory_leaves_the_worker_alive(self, alice: User, error: Exception, status: str) -> None:
        job = make_queued_job(alice)

        with jobs.running(Job, job.pk, now=NOW, failures=ValueError):
            raise error

        job.refresh_from_db()
        assert job.status == status

    def test_leaves_nothing_behind_in_the_temporary_folder(
        self, alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(scratch))

        for body in (picture_bytes(), b"broken"):
            run("imageproc.prepare_picture", make_queued_picture(alice, body).pk)
        with full_disk():
            run("imageproc.run_job", make_queued_job_of_ready_picture(alice).pk)

        assert list(scratch.iterdir()) == []


def make_queued_job_of_ready_picture(owner: User) -> Job:
    """Make a job on a picture that was looked at before the disk was full."""
    picture = Picture.objects.filter(owner=owner, status=Status.SUCCEEDED)[0]
    return make_queued_job(owner, pictures=[picture])


class TestDeletedWhileRunning:
    def test_leaves_no_object(self, alice: User) -> None:
        job = make_queued_job(alice)
        with jobs.running(Job, job.pk, now=NOW, failures=ValueError) as held:
            services.batch_delete(owner=alice, batch_id=job.batch_id, now=NOW)
            uploads.delete_due_objects(now=NOW)
            for key in (held.result_key, held.preview_key):
                storage().put(key, BytesIO(b"late"), content_type="image/png")
            held.succeed(now=NOW)

        uploads.delete_due_objects(now=NOW + Job.lease)
        assert stored_keys() == set()
        assert not Job.objects.exists()


class TestChores:
    @pytest.mark.parametrize(
        "task",
        [
            "cloudapps.recover_jobs",
            "cloudapps.delete_objects",
            "cloudapps.sweep_uploads",
            "cloudapps.forget_idempotency_keys",
            "cloudapps.clear_sessions",
            "imageproc.sweep_pictures",
        ],
    )
    def test_run_on_an_empty_site_and_take_what_a_later_sender_adds(self, db: None, task: str) -> None:
        current_app.tasks[task](something="new")
