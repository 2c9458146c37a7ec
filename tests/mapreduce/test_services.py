"""Jobs from submission to results, with the real local engine."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from cloudapps import jobs, uploads
from cloudapps.models import AlreadyClaimed, Mail, PendingDeletion, Quota, Upload, User
from cloudapps.models.job import Status
from mapreduce import selectors, services
from mapreduce.core.options import Options
from mapreduce.core.scripts import Script, Scripts
from mapreduce.models import Job, JobInput, JobOutput, Program, ProgramVersion, Schedule, TaskAttempt
from mapreduce.services import ProgramChoice, Source
from tests.factories import NOW, make_upload
from tests.mapreduce.submitting import (
    BROKEN,
    COUNTED,
    COUNTING,
    WORDS,
    own_program,
    results_of,
    submission,
    submitted,
    submitted_own,
    uploaded,
)


def run(job: Job) -> Job:
    services.job_run(job_id=job.pk, now=NOW)
    services.job_settle(job_id=job.pk, now=NOW)
    job.refresh_from_db()
    return job


class TestSubmission:
    def test_gives_results_that_are_the_owners_uploads(self, alice: User) -> None:
        job = run(submitted(alice))

        assert job.status == Status.SUCCEEDED, job.error
        assert results_of(job) == {"part-00000": COUNTED}
        assert job.progress == 100
        assert {output.upload.owner for output in job.outputs.all()} == {alice}
        assert Quota.objects.get(owner=alice).used_bytes == len(WORDS) + len(COUNTED)

    def test_runs_a_program_of_ones_own(self, alice: User) -> None:
        job = run(submitted_own(alice, COUNTING, reduce_tasks=2))

        assert job.status == Status.SUCCEEDED, job.error
        assert b"".join(sorted(b"".join(results_of(job).values()).splitlines(keepends=True))) == COUNTED
        assert sorted(results_of(job)) == ["part-00000", "part-00001"]

    def test_reads_several_files_and_the_results_of_an_earlier_job(self, alice: User) -> None:
        first = run(submitted(alice))
        chained = Source(JobInput.Source.JOB, first.pk)
        job = run(
            submitted(
                alice, chained, uploaded(alice, b"a\t1\n"), slug="grep", options=Options(environment={"PATTERN": "^a"})
            )
        )

        assert job.status == Status.SUCCEEDED, job.error
        assert b"a\t3" in b"".join(results_of(job).values())

    def test_counts_what_the_engine_counted(self, alice: User) -> None:
        job = run(submitted(alice))

        assert job.seen.counters["Map-Reduce Framework"]["Map input records"] == 2

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"engine": "emr"}, "engine"),
            ({"options": Options(reduce_tasks=-1)}, "reduce"),
            ({"options": Options(environment={"NO_SUCH": "1"})}, "no setting NO_SUCH"),
            ({"options": Options(separator="ab")}, "separator"),
            ({"options": Options(partition_fields=(1, 2))}, "Partition"),
            ({"name": "x" * 101}, "name"),
            ({"max_minutes": 0}, "minutes"),
        ],
    )
    def test_is_refused_in_words_and_leaves_nothing(self, alice: User, fields: Any, words: str) -> None:
        source = uploaded(alice)

        with pytest.raises(services.JobRefused, match=words):
            services.job_submit(owner=alice, submission=submission(source, **fields), now=NOW)
        assert not Job.objects.exists()
        assert Upload.objects.get().state == Upload.State.COMPLETE

    def test_needs_data(self, alice: User) -> None:
        with pytest.raises(services.JobRefused, match="no data"):
            services.job_submit(owner=alice, submission=submission(), now=NOW)

    def test_reads_nothing_of_others(self, alice: User, charlie: User) -> None:
        theirs = run(submitted(charlie))
        program = own_program(charlie)

        for source in (Source(JobInput.Source.UPLOAD, make_upload(charlie).pk), Source(JobInput.Source.JOB, theirs.pk)):
            with pytest.raises((uploads.UploadNotFound, selectors.JobNotFound)):
                submitted(alice, source)
        with pytest.raises(selectors.ProgramNotFound):
            submitted(alice, program=ProgramChoice(program_id=program.pk))

    def test_can_be_said_again_from_the_job(self, alice: User) -> None:
        said = submission(
            uploaded(alice), name="Mine", options=Options(reduce_tasks=3, environment={"MIN_LENGTH": "2"})
        )
        job = services.job_submit(owner=alice, submission=said, now=NOW)
        again = services.submission_of(job)

        assert again.inputs == said.inputs
        assert (again.name, again.program) == ("Mine", said.program)
        assert again.options.reduce_tasks == 3
        assert again.options.environment["MIN_LENGTH"] == "2"


class TestOptions:
    @pytest.mark.parametrize("name", ["mapreduce_x", "stream_x", "LD_PRELOAD", "PATH", "PYTHONPATH", "1x", "a-b"])
    def test_set_no_variable_that_is_the_engines(self, alice: User, name: str) -> None:
        with pytest.raises(services.JobRefused, match=r"Choose another|cannot be"):
            submitted_own(alice, COUNTING, environment={name: "1"})


class TestFailure:
    def test_tells_the_programs_last_words_and_the_line(self, alice: User) -> None:
        job = run(submitted_own(alice, Scripts(Script("mapper.py", BROKEN)), b"1\n2\nthree\n4\n"))
        failed = selectors.attempts_of(job, failed=True)

        assert job.status == Status.FAILED
        assert "ValueError" in job.error
        assert any("three" in attempt.last_line for attempt in failed)
        assert "Traceback" in failed[0].stderr
        assert not JobOutput.objects.exists()

    def test_is_one_when_the_results_do_not_fit(self, alice: User, settings: Any) -> None:
        job = submitted(alice)
        settings.QUOTA_BYTES = len(WORDS) + 1
        run(job)

        assert job.status == Status.FAILED
        assert "space" in job.error
        assert Quota.objects.get(owner=alice).used_bytes == len(WORDS)
        assert Upload.objects.count() == 1

    def test_is_one_when_the_data_was_deleted(self, alice: User) -> None:
        job = submitted(alice)
        JobInput.objects.update(key=f"uploads/{uuid4()}")

        assert "deleted" in run(job).error

    def test_is_one_when_the_library_has_the_program_no_more(self, alice: User) -> None:
        job = submitted(alice)
        Job.objects.update(library_slug="gone")

        assert run(job).status == Status.FAILED


class TestRunning:
    def test_refuses_a_second_delivery(self, alice: User) -> None:
        job = run(submitted(alice))

        with pytest.raises(AlreadyClaimed):
            services.job_run(job_id=job.pk, now=NOW)

    def test_begins_anew_after_a_worker_that_died(self, alice: User) -> None:
        job = submitted(alice)
        Job.objects.claim(job.pk, now=NOW)  # by the one that dies
        later = NOW + Job.lease + timedelta(seconds=1)

        services.job_run(job_id=job.pk, now=later)

        job.refresh_from_db()
        assert job.status == Status.SUCCEEDED
        assert job.attempts == 2

    def test_is_void_when_the_job_was_cancelled(self, alice: User) -> None:
        job = submitted(alice)
        services.job_cancel(owner=alice, job_id=job.pk, now=NOW)

        with pytest.raises(AlreadyClaimed):
            services.job_run(job_id=job.pk, now=NOW)
        assert not JobOutput.objects.exists()

    def test_is_found_by_beat_when_it_was_lost(self, alice: User) -> None:
        job = submitted(alice)
        Job.objects.claim(job.pk, now=NOW)

        assert jobs.recover(now=NOW + timedelta(minutes=1)) == 1


class TestMail:
    def test_comes_once_however_often_a_job_is_settled(self, alice: User, run_jobs: Any, commits: Any) -> None:
        with commits():
            job = run(submitted(alice, name="My words"))
            Job.objects.update(announced=False)
            services.jobs_settle(now=NOW)
        run_jobs()

        assert Mail.objects.count() == 1
        assert len(mail.outbox) == 1
        assert "My words" in mail.outbox[0].subject
        assert f"/mapreduce/jobs/{job.pk}/" in str(mail.outbox[0].body)
        assert f"/mapreduce/jobs/{job.pk}/" in str(mail.outbox[0].alternatives[0][0])

    def test_tells_of_a_failure(self, alice: User, run_jobs: Any, commits: Any) -> None:
        with commits():
            run(submitted_own(alice, Scripts(Script("mapper.py", BROKEN))))
        run_jobs()

        assert "ValueError" in str(mail.outbox[0].body)

    def test_is_not_sent_of_a_job_that_was_cancelled(self, alice: User) -> None:
        job = submitted(alice)
        services.job_cancel(owner=alice, job_id=job.pk, now=NOW)
        services.jobs_settle(now=NOW)

        assert not Mail.objects.exists()


class TestDeletion:
    def test_leaves_neither_rows_nor_bytes(self, alice: User) -> None:
        job = run(submitted(alice))
        keys = {upload.key for upload in Upload.objects.all()}
        services.job_delete(owner=alice, job_id=job.pk, now=NOW)

        assert not Upload.objects.exists()
        assert {pending.key for pending in PendingDeletion.objects.filter(key__in=keys)} == keys
        assert not TaskAttempt.objects.exists()
        assert Quota.objects.get(owner=alice).used_bytes == 0

    def test_keeps_what_another_job_reads(self, alice: User) -> None:
        first = run(submitted(alice))
        second = submitted(alice, Source(JobInput.Source.JOB, first.pk))
        services.job_delete(owner=alice, job_id=first.pk, now=NOW)

        assert run(second).status == Status.SUCCEEDED
        services.job_delete(owner=alice, job_id=second.pk, now=NOW)
        assert not Upload.objects.exists()

    def test_is_refused_while_a_schedule_repeats_the_job(self, alice: User) -> None:
        job = run(submitted(alice))
        services.schedule_create(owner=alice, job_id=job.pk, cron="0 6 * * *", now=NOW)

        with pytest.raises(services.JobInUse):
            services.job_delete(owner=alice, job_id=job.pk, now=NOW)
        assert results_of(job)

    def test_of_a_program_leaves_what_ran_readable(self, alice: User) -> None:
        job = run(submitted_own(alice, COUNTING))
        program = Program.objects.get()
        services.program_delete(owner=alice, program_id=program.pk, now=NOW)

        assert selectors.runnable_of(selectors.job_get(owner=alice, job_id=job.pk)).files
        with pytest.raises(selectors.ProgramNotFound):
            selectors.program_get(owner=alice, program_id=program.pk)
        services.job_delete(owner=alice, job_id=job.pk, now=NOW)
        assert not Program.objects.exists()

    def test_of_the_account_takes_everything_along(self, alice: User) -> None:
        run(submitted_own(alice, COUNTING))
        services.owner_forget(owner=alice, now=NOW)
        uploads.uploads_forget(owner=alice, now=NOW)
        alice.delete()

        assert not Job.objects.exists()
        assert not ProgramVersion.objects.exists()
        assert not Upload.objects.exists()

    def test_is_preceded_by_an_export_of_everything(self, alice: User) -> None:
        run(submitted_own(alice, COUNTING))
        files = {file.path: b"".join(file.blocks) for file in services.owner_export(owner=alice)}

        assert any(path.startswith("results/") and body == COUNTED for path, body in files.items())
        assert any(path.endswith("mapper.py") for path in files)
        assert b'"SUCCEEDED"' in files["jobs.json"]


class TestPrograms:
    def test_have_versions(self, alice: User) -> None:
        program = own_program(alice)
        changed = Scripts(Script("mapper.py", "#!/bin/cat\n"), COUNTING.reducer)
        services.program_save(owner=alice, program_id=program.pk, scripts=changed, now=NOW)
        same = services.program_save(owner=alice, program_id=program.pk, scripts=changed, now=NOW)

        assert same.number == 2
        assert selectors.version_get(owner=alice, program_id=program.pk, number=1).scripts == COUNTING

    @pytest.mark.parametrize(
        ("scripts", "words"),
        [
            (Scripts(Script("mapper.py", "")), "empty"),
            (Scripts(Script("mapper", "print(1)")), "what runs"),
            (Scripts(Script("../mapper.py", "print(1)")), "name"),
            (Scripts(Script("mapper.py", "a\0b")), "no text"),
            (Scripts(Script("a.py", "1"), Script("a.py", "2")), "Two different"),
            (Scripts(Script("mapper.py", "x" * 300_000)), "larger"),
        ],
    )
    def test_are_refused_in_words(self, alice: User, scripts: Scripts, words: str) -> None:
        with pytest.raises(services.ProgramRefused, match=words):
            own_program(alice, scripts)


class TestTrials:
    def try_it(self, alice: User, scripts: Scripts, body: bytes = WORDS) -> Any:
        source = uploaded(alice, body)
        trial = services.trial_create(
            owner=alice, program=scripts, options=Options(), inputs=[source], files=[], now=NOW
        )
        services.trial_run(trial_id=trial.pk, now=NOW)
        trial.refresh_from_db()
        return trial

    def test_show_what_comes_out_of_the_first_hundred_lines(self, alice: User) -> None:
        trial = self.try_it(alice, COUNTING, b"a\n" * 500)

        assert trial.status == Status.SUCCEEDED, trial.error
        assert trial.result["output"] == "a\t100\n"
        assert trial.result["error"] == ""
        assert Upload.objects.get().state == Upload.State.COMPLETE, "a trial keeps nothing"

    def test_show_a_traceback_and_the_line(self, alice: User) -> None:
        trial = self.try_it(alice, Scripts(Script("mapper.py", BROKEN)), b"1\ntwo\n3\n")

        assert trial.status == Status.SUCCEEDED
        assert trial.result["last_line"] == "two"
        assert "ValueError" in trial.result["error"]
        assert trial.result["stderr"].count("Traceback") == 1

    def test_of_the_library_have_a_sample(self, alice: User) -> None:
        program = selectors.library_get("word-count")
        trial = services.trial_create(owner=alice, program=program, options=Options(), inputs=[], files=[], now=NOW)
        services.trial_run(trial_id=trial.pk, now=NOW)
        trial.refresh_from_db()

        assert trial.result["output"]

    def test_are_forgotten_after_a_day(self, alice: User) -> None:
        trial = self.try_it(alice, COUNTING)
        services.trials_sweep(now=NOW + timedelta(days=2))

        with pytest.raises(services.TrialNotFound):
            services.trial_get(owner=alice, trial_id=trial.pk)


class TestSchedules:
    def test_submit_each_time_once(self, alice: User) -> None:
        job = run(submitted(alice))
        schedule = services.schedule_create(owner=alice, job_id=job.pk, cron="0 6 * * *", now=NOW)
        assert schedule.next_at is not None
        due = schedule.next_at + timedelta(seconds=1)

        assert services.schedules_run(now=due) == 1
        assert services.schedules_run(now=due) == 0
        repeated = Job.objects.exclude(pk=job.pk).get()
        assert repeated.cloned_from == job
        services.job_run(job_id=repeated.pk, now=due)
        repeated.refresh_from_db()
        assert results_of(repeated) == results_of(job)

    def test_say_what_kept_a_job_from_being_submitted(self, alice: User) -> None:
        job = run(submitted(alice))
        schedule = services.schedule_create(owner=alice, job_id=job.pk, cron="* * * * *", now=NOW)
        services.schedules_run(now=NOW + timedelta(minutes=2))
        services.schedules_run(now=NOW + timedelta(minutes=4))  # the one before still waits
        schedule.refresh_from_db()

        assert "still going on" in schedule.trouble
        assert Job.objects.count() == 2

    @pytest.mark.parametrize("cron", ["", "never", "61 * * * *", "0 0 31 2 *"])
    def test_refuse_what_is_no_time(self, alice: User, cron: str) -> None:
        job = run(submitted(alice))

        with pytest.raises(services.ScheduleRefused):
            services.schedule_create(owner=alice, job_id=job.pk, cron=cron, now=NOW)

    def test_can_be_paused(self, alice: User) -> None:
        job = run(submitted(alice))
        schedule = services.schedule_create(owner=alice, job_id=job.pk, cron="0 6 * * *", now=NOW)
        services.schedule_pause(owner=alice, schedule_id=schedule.pk, paused=True, now=NOW)

        assert services.schedules_run(now=NOW + timedelta(days=3)) == 0
        services.schedule_pause(owner=alice, schedule_id=schedule.pk, paused=False, now=NOW)
        assert Schedule.objects.get().next_at is not None
