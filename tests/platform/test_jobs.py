"""Jobs of every kind, shown on the pictures that wait to be looked at: claim, lease, retries, recovery."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudapps import jobs
from cloudapps.job_task import JobRequest, JobTask
from cloudapps.models import AlreadyClaimed, LeaseLost, User
from cloudapps.models.job import GAVE_UP, MAX_ATTEMPTS, Status
from cloudapps.queue import Queue, QueueUnavailable, queue
from cloudapps.queue.memory import MemoryQueue
from imageproc.models import Job, Picture
from tests.factories import NOW, make_queued_picture
from tests.threads import at_once

SECOND = timedelta(seconds=1)
AFTER_LEASE = NOW + Picture.lease + SECOND


class Refused(Exception):
    """A known failure, with words."""


@pytest.fixture
def picture(alice: User) -> Picture:
    return make_queued_picture(alice)


def fresh(picture: Picture) -> Picture:
    """Read the row again, as a worker that knows nothing."""
    return Picture.objects.get(pk=picture.pk)


class TestClaim:
    def test_takes_a_queued_job(self, picture: Picture) -> None:
        job = Picture.objects.claim(picture.pk, now=NOW)

        assert (job.status, job.attempts, job.started_at) == (Status.RUNNING, 1, NOW)
        assert job.lease_expires_at == NOW + Picture.lease

    def test_refuses_a_second_worker(self, picture: Picture) -> None:
        Picture.objects.claim(picture.pk, now=NOW)

        with pytest.raises(AlreadyClaimed):
            Picture.objects.claim(picture.pk, now=NOW + Picture.lease)

    def test_is_free_again_once_the_lease_ran_out(self, picture: Picture) -> None:
        first = Picture.objects.claim(picture.pk, now=NOW)

        second = Picture.objects.claim(picture.pk, now=AFTER_LEASE)

        assert second.attempts == 2
        assert second.lease_id != first.lease_id
        assert second.started_at == NOW, "the first start counts"

    @pytest.mark.parametrize("end", [Status.SUCCEEDED, Status.FAILED, Status.CANCELLED])
    def test_refuses_what_is_finished(self, picture: Picture, end: Status) -> None:
        Picture.objects.filter(pk=picture.pk).update(status=end)

        with pytest.raises(AlreadyClaimed):
            Picture.objects.claim(picture.pk, now=AFTER_LEASE)

    def test_refuses_what_does_not_exist(self, db: None) -> None:
        with pytest.raises(AlreadyClaimed):
            Picture.objects.claim(uuid4(), now=NOW)

    def test_refuses_what_had_its_tries(self, picture: Picture) -> None:
        Picture.objects.filter(pk=picture.pk).update(attempts=MAX_ATTEMPTS)

        with pytest.raises(AlreadyClaimed):
            Picture.objects.claim(picture.pk, now=NOW)

    @pytest.mark.django_db(transaction=True)
    def test_is_won_by_one_of_many_workers(self, picture: Picture) -> None:
        results = at_once(*[lambda: Picture.objects.claim(picture.pk, now=NOW)] * 6)

        won = [result for result in results if isinstance(result, Picture)]
        assert len(won) == 1
        assert sum(isinstance(result, AlreadyClaimed) for result in results) == 5
        assert fresh(picture).lease_id == won[0].lease_id
        assert fresh(picture).attempts == 1

    @pytest.mark.django_db(transaction=True)
    def test_is_won_by_one_when_the_lease_ran_out_too(self, picture: Picture) -> None:
        Picture.objects.claim(picture.pk, now=NOW)

        results = at_once(*[lambda: Picture.objects.claim(picture.pk, now=AFTER_LEASE)] * 6)

        assert sum(isinstance(result, Picture) for result in results) == 1
        assert fresh(picture).attempts == 2


class TestFencing:
    @pytest.fixture
    def stale(self, picture: Picture) -> Picture:
        """A worker's view of a job that another one has taken over."""
        stale = Picture.objects.claim(picture.pk, now=NOW)
        Picture.objects.claim(picture.pk, now=AFTER_LEASE)
        return stale

    def test_keeps_a_worker_that_lost_its_lease_from_writing(self, stale: Picture) -> None:
        before = Picture.objects.values().get(pk=stale.pk)

        for write in (
            lambda: stale.renew(now=NOW, progress=50),
            lambda: stale.succeed(now=NOW, width=7),
            lambda: stale.fail("too late", now=NOW),
            lambda: stale.requeue(due_at=NOW),
        ):
            with pytest.raises(LeaseLost):
                write()

        assert Picture.objects.values().get(pk=stale.pk) == before

    def test_keeps_a_worker_from_writing_what_was_deleted(self, picture: Picture) -> None:
        job = Picture.objects.claim(picture.pk, now=NOW)
        Picture.objects.filter(pk=picture.pk).delete()

        with pytest.raises(LeaseLost):
            job.succeed(now=NOW)

    def test_lets_the_holder_write(self, picture: Picture) -> None:
        job = Picture.objects.claim(picture.pk, now=NOW)
        job.renew(now=NOW + 10 * SECOND, progress=40)

        assert fresh(picture).progress == 40
        assert fresh(picture).lease_expires_at == NOW + 10 * SECOND + Picture.lease

        job.succeed(now=NOW + 20 * SECOND, width=7)

        done = fresh(picture)
        assert (done.status, done.progress, done.width, done.seconds_taken) == (Status.SUCCEEDED, 100, 7, 20)
        assert (done.lease_id, done.lease_expires_at) == (None, None)
        assert done.is_finished

    def test_writes_once(self, picture: Picture) -> None:
        job = Picture.objects.claim(picture.pk, now=NOW)
        job.succeed(now=NOW)

        with pytest.raises(LeaseLost):
            Picture.objects.get(pk=picture.pk).fail("no", now=NOW)


class TestCancel:
    def test_ends_what_waits(self, picture: Picture) -> None:
        assert picture.cancel(now=NOW)

        assert (picture.status, picture.finished_at) == (Status.CANCELLED, NOW)

    def test_ends_what_runs_and_voids_the_workers_result(self, picture: Picture) -> None:
        job = Picture.objects.claim(picture.pk, now=NOW)

        assert picture.cancel(now=NOW)

        with pytest.raises(LeaseLost):
            job.renew(now=NOW, progress=50)
        assert fresh(picture).status == Status.CANCELLED

    def test_changes_nothing_that_is_finished(self, picture: Picture) -> None:
        Picture.objects.claim(picture.pk, now=NOW).succeed(now=NOW)

        assert not picture.cancel(now=AFTER_LEASE)

        assert picture.status == Status.SUCCEEDED
        assert picture.finished_at == NOW

    def test_is_noticed_quietly_by_the_worker(self, picture: Picture) -> None:
        with jobs.running(Picture, picture.pk, now=NOW, failures=Refused) as job:
            picture.cancel(now=NOW)
            job.renew(now=NOW, progress=50)
            pytest.fail("the worker went on")

        assert fresh(picture).status == Status.CANCELLED


class TestRunning:
    def fail_with(self, picture: Picture, error: BaseException, *, now: datetime = NOW) -> None:
        with jobs.running(Picture, picture.pk, now=now, failures=Refused):
            raise error

    def test_fails_a_known_failure_with_its_words(self, picture: Picture) -> None:
        self.fail_with(picture, Refused("This is no picture. Send a JPEG."))

        failed = fresh(picture)
        assert (failed.status, failed.error) == (Status.FAILED, "This is no picture. Send a JPEG.")
        assert failed.finished_at is not None
        assert not failed.dead_lettered

    def test_fails_at_the_soft_time_limit(self, picture: Picture) -> None:
        self.fail_with(picture, SoftTimeLimitExceeded())

        assert (fresh(picture).status, fresh(picture).error) == (Status.FAILED, jobs.TOOK_TOO_LONG)

    @pytest.mark.parametrize("error", [OSError("no space"), MemoryError(), KeyError("x"), QueueUnavailable("down")])
    def test_puts_an_unknown_error_back_for_another_try(
        self, picture: Picture, memory_queue: MemoryQueue, error: Exception
    ) -> None:
        memory_queue.clear()

        self.fail_with(picture, error)

        again = fresh(picture)
        assert (again.status, again.attempts, again.lease_id) == (Status.QUEUED, 1, None)
        assert again.error == "", "no traceback for the owner"
        assert memory_queue.depth("imageproc").waiting == 1

    def test_waits_longer_after_each_try(self, picture: Picture) -> None:
        delays = []
        for _ in range(MAX_ATTEMPTS - 1):
            before = timezone.now()
            self.fail_with(picture, OSError("again"))
            waited = fresh(picture).enqueued_at - before
            delays.append(round(waited.total_seconds() / 5))

        assert delays == [1, 2, 4, 8]

    def test_dead_letters_after_the_last_try(self, picture: Picture, memory_queue: MemoryQueue) -> None:
        for _ in range(MAX_ATTEMPTS):
            self.fail_with(picture, OSError("again"))

        dead = fresh(picture)
        assert (dead.status, dead.attempts, dead.dead_lettered, dead.error) == (Status.FAILED, 5, True, GAVE_UP)
        with pytest.raises(AlreadyClaimed):
            self.fail_with(picture, OSError("again"))

    def test_lets_what_ends_the_process_through(self, picture: Picture) -> None:
        with pytest.raises(KeyboardInterrupt):
            self.fail_with(picture, KeyboardInterrupt())

        assert fresh(picture).status == Status.RUNNING, "the lease will run out"

    def test_writes_nothing_over_its_successor(self, picture: Picture) -> None:
        for error in (Refused("no"), OSError("x"), SoftTimeLimitExceeded()):
            Picture.objects.filter(pk=picture.pk).update(status=Status.QUEUED, attempts=0)
            with jobs.running(Picture, picture.pk, now=NOW, failures=Refused):
                successor = Picture.objects.claim(picture.pk, now=AFTER_LEASE)
                raise error

            assert fresh(picture).lease_id == successor.lease_id
            assert fresh(picture).status == Status.RUNNING

    def test_runs_a_job_to_its_end(self, picture: Picture) -> None:
        with jobs.running(Picture, picture.pk, now=NOW, failures=Refused) as job:
            job.succeed(now=NOW)

        assert fresh(picture).status == Status.SUCCEEDED


class TestEnqueue:
    def test_sends_after_the_commit(self, alice: User, memory_queue: MemoryQueue, commits: Any) -> None:
        with commits():
            make_queued_picture(alice)
            assert memory_queue.depth("imageproc").waiting == 0

        assert memory_queue.depth("imageproc").waiting == 1

    @pytest.mark.django_db(transaction=True)
    def test_sends_nothing_of_what_is_rolled_back(self, alice: User, memory_queue: MemoryQueue) -> None:
        with transaction.atomic():
            make_queued_picture(alice)
            transaction.set_rollback(True)

        assert memory_queue.depth("imageproc").waiting == 0
        assert not Picture.objects.exists()

    def test_keeps_the_row_when_the_queue_is_down(self, settings: Any, alice: User, commits: Any) -> None:
        settings.QUEUE, settings.SQS_ENDPOINT_URL = "sqs", "http://127.0.0.1:9"
        queue.cache_clear()

        with commits():
            picture = make_queued_picture(alice)

        assert fresh(picture).status == Status.QUEUED


class TestRecover:
    @pytest.fixture(autouse=True)
    def nothing_waits(self, picture: Picture, memory_queue: MemoryQueue) -> None:
        memory_queue.clear()

    @pytest.fixture
    def sent(self, memory_queue: MemoryQueue) -> Queue:
        return memory_queue

    def test_sends_what_stayed_queued(self, picture: Picture, sent: Queue) -> None:
        later = NOW + jobs.LOST_IF_QUEUE_EMPTY_AFTER + SECOND

        assert jobs.recover(now=later) == 1

        assert sent.depth("imageproc").waiting == 1
        assert fresh(picture).enqueued_at == later

    def test_sends_what_its_worker_deserted(self, picture: Picture, sent: Queue) -> None:
        Picture.objects.claim(picture.pk, now=NOW)

        assert jobs.recover(now=AFTER_LEASE) == 1

        assert sent.depth("imageproc").waiting == 1
        assert Picture.objects.claim(picture.pk, now=AFTER_LEASE).attempts == 2

    def test_leaves_alone_what_is_running(self, picture: Picture) -> None:
        Picture.objects.claim(picture.pk, now=NOW)

        assert jobs.recover(now=NOW + Picture.lease) == 0

    def test_is_patient_with_what_was_just_sent(self, picture: Picture) -> None:
        assert jobs.recover(now=NOW + jobs.LOST_IF_QUEUE_EMPTY_AFTER - SECOND) == 0

    def test_is_patient_while_the_queue_is_not_empty(self, picture: Picture, sent: Queue) -> None:
        sent.send("another", {}, queue="imageproc")

        assert jobs.recover(now=NOW + jobs.LOST_IF_QUEUE_EMPTY_AFTER + SECOND) == 0
        assert jobs.recover(now=NOW + jobs.LOST_AFTER + SECOND) == 1

    def test_sends_a_lost_job_once(self, picture: Picture, sent: Queue) -> None:
        later = NOW + jobs.LOST_IF_QUEUE_EMPTY_AFTER + SECOND

        assert [jobs.recover(now=later), jobs.recover(now=later + SECOND)] == [1, 0]

    def test_waits_for_the_moment_that_a_retry_is_due(self, picture: Picture) -> None:
        due_at = NOW + timedelta(minutes=3)
        Picture.objects.claim(picture.pk, now=NOW).requeue(due_at=due_at)

        assert jobs.recover(now=due_at + SECOND) == 0
        assert jobs.recover(now=due_at + jobs.LOST_IF_QUEUE_EMPTY_AFTER + SECOND) == 1

    @pytest.mark.parametrize("end", [Status.SUCCEEDED, Status.FAILED, Status.CANCELLED])
    def test_never_wakes_what_is_finished(self, picture: Picture, end: Status) -> None:
        Picture.objects.filter(pk=picture.pk).update(status=end, lease_expires_at=NOW)

        assert jobs.recover(now=NOW + timedelta(days=2)) == 0
        assert fresh(picture).status == end

    def test_dead_letters_what_killed_every_worker(self, picture: Picture) -> None:
        now = NOW
        for _ in range(MAX_ATTEMPTS):
            Picture.objects.claim(picture.pk, now=now)
            now += Picture.lease + SECOND

        assert jobs.recover(now=now) == 0

        dead = fresh(picture)
        assert (dead.status, dead.dead_lettered, dead.error) == (Status.FAILED, True, GAVE_UP)
        assert dead.finished_at == now

    def test_looks_after_every_kind(self) -> None:
        assert set(jobs.kinds()) >= {Picture, Job}
        for model in jobs.kinds():
            assert model.task
            assert model.queue
            assert model.lease > timedelta(0)


# Their leases are renewed by a thread; when that stops, beat finds them.
AS_LONG_AS_IT_TAKES = {"mapreduce.run_job", "mapreduce.run_saving", "socialanalytics.rescore"}


class TestTimeOut:
    def test_fails_what_was_killed_at_the_hard_limit(self, picture: Picture) -> None:
        Picture.objects.claim(picture.pk, now=NOW)

        jobs.time_out(Picture.task, picture.pk, now=AFTER_LEASE)

        assert (fresh(picture).status, fresh(picture).error) == (Status.FAILED, jobs.TOOK_TOO_LONG)
        assert fresh(picture).lease_id is None

    def test_touches_no_job_of_another_task_or_state(self, picture: Picture) -> None:
        jobs.time_out(Job.task, picture.pk, now=NOW)
        jobs.time_out(Picture.task, picture.pk, now=NOW)

        assert fresh(picture).status == Status.QUEUED

    def test_is_built_into_the_tasks_of_jobs(self) -> None:
        for model in jobs.kinds():
            task = current_app.tasks[model.task]
            if model.task in AS_LONG_AS_IT_TAKES:
                assert not task.acks_late, "no message can be away for so long"
                continue
            assert isinstance(task, JobTask)
            assert task.Request is JobRequest
            assert task.soft_time_limit < task.time_limit <= model.lease.total_seconds()

    def test_comes_before_the_message_does_again(self, settings: Any) -> None:
        for model in jobs.kinds():
            assert model.lease.total_seconds() < settings.VISIBILITY_TIMEOUT_SECONDS


OPERATIONS = ("claim", "renew", "succeed", "fail", "requeue", "cancel", "recover", "time_out", "wait")


@pytest.mark.django_db
class TestStateMachine:
    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(
        plan=st.lists(
            st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 2), st.integers(0, 50)), min_size=5, max_size=25
        )
    )
    def test_never_has_two_holders_and_never_leaves_an_end(self, plan: list[tuple[str, int, int]]) -> None:
        picture = self.new_picture()
        views: dict[int, Picture] = {}  # what each of three workers believes to hold
        now = NOW
        for operation, worker, seconds in plan:
            before = fresh(picture)
            now += timedelta(seconds=seconds)
            wrote = self.step(operation, worker, picture.pk, views, now=now)
            after = fresh(picture)
            self.check(before, after, operation, wrote, views.get(worker))

    def new_picture(self) -> Picture:
        owner, _ = User.objects.get_or_create(username="alice")
        return make_queued_picture(owner)

    def step(self, operation: str, worker: int, job_id: UUID, views: dict[int, Picture], *, now: datetime) -> bool:
        view = views.get(worker)
        try:
            match operation:
                case "claim":
                    views[worker] = Picture.objects.claim(job_id, now=now)
                case "cancel":
                    return Picture.objects.get(pk=job_id).cancel(now=now)
                case "recover":
                    jobs.recover(now=now)
                case "time_out":
                    jobs.time_out(Picture.task, job_id, now=now)
                case "wait":
                    return False
                case _ if view is None:
                    return False
                case "renew":
                    view.renew(now=now, progress=10)
                case "succeed":
                    view.succeed(now=now)
                case "fail":
                    view.fail("words", now=now)
                case "requeue":
                    view.requeue(due_at=now)
        except (AlreadyClaimed, LeaseLost):
            return False
        return True

    def check(self, before: Picture, after: Picture, operation: str, wrote: bool, view: Picture | None) -> None:
        if before.is_finished:
            assert (after.status, after.finished_at, after.error) == (before.status, before.finished_at, before.error)
            assert after.attempts == before.attempts
        assert after.attempts <= MAX_ATTEMPTS
        assert (after.lease_id is not None) == (after.status == Status.RUNNING)
        assert (after.finished_at is not None) == after.is_finished
        if wrote and operation in {"renew", "succeed", "fail", "requeue"}:
            assert view is not None
            assert before.status == Status.RUNNING, "only a holder writes"
        if wrote and operation == "claim":
            assert view is not None
            assert after.lease_id == view.lease_id
            assert after.attempts == before.attempts + 1
