"""The pages of jobs, results and schedules, for the owner, a stranger and nobody."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape

from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.static import PackageFinder
from cloudapps.storage import storage
from mapreduce import services
from mapreduce.core.job import Progress, Stage
from mapreduce.models import Job, Saving, Schedule
from tests.factories import NOW
from tests.mapreduce.factories import make_attempt, make_done_job, make_failed_job, make_job, make_schedule

GETS = [
    "/mapreduce/jobs/{job}/",
    "/mapreduce/jobs/{job}/?part=live",
    "/mapreduce/jobs/{job}/?part=savings",
    "/mapreduce/jobs/{job}/?part=times",
    "/mapreduce/jobs/{job}/logs/",
    "/mapreduce/jobs/{job}/results.zip",
    "/mapreduce/jobs/{job}/results/part-00000",
]
POSTS = [
    "/mapreduce/jobs/{job}/cancel/",
    "/mapreduce/jobs/{job}/share/",
    "/mapreduce/jobs/{job}/save/",
    "/mapreduce/jobs/{job}/repeat/",
    "/mapreduce/schedules/{schedule}/pause/",
    "/mapreduce/schedules/{schedule}/delete/",
    "/mapreduce/jobs/{other}/delete/",
]
LISTS = ["/mapreduce/", "/mapreduce/schedules/"]
HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e"


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


@pytest.fixture
def job(alice: User) -> Job:
    return make_done_job(alice)


@pytest.fixture
def page(job: Job) -> str:
    return f"/mapreduce/jobs/{job.pk}/"


@pytest.fixture
def fill(alice: User, job: Job) -> Any:
    ids = {"job": job.pk, "other": make_done_job(alice).pk, "schedule": make_schedule(alice, job).pk}
    return lambda address: address.format(**ids)


class TestDoors:
    @pytest.mark.parametrize("address", [*GETS, *LISTS])
    def test_are_open_to_the_owner(self, alices_browser: Client, fill: Any, address: str) -> None:
        assert alices_browser.get(fill(address)).status_code in {200, 302}

    @pytest.mark.parametrize("address", GETS)
    def test_are_not_there_for_a_stranger(self, charlies_browser: Client, fill: Any, address: str) -> None:
        assert charlies_browser.get(fill(address)).status_code == 404

    @pytest.mark.parametrize("address", [*GETS, *LISTS])
    def test_lead_nobody_to_the_login(self, nobodys_browser: Client, fill: Any, address: str) -> None:
        assert nobodys_browser.get(fill(address))["Location"].startswith("/accounts/login/")

    @pytest.mark.parametrize("address", POSTS)
    def test_let_the_owner_write(self, alices_browser: Client, fill: Any, address: str) -> None:
        assert alices_browser.post(fill(address)).status_code == 302

    @pytest.mark.parametrize("address", POSTS)
    def test_let_no_stranger_write(self, charlies_browser: Client, fill: Any, address: str) -> None:
        assert charlies_browser.post(fill(address)).status_code == 404
        assert Job.objects.count() == 2
        assert Schedule.objects.get().next_at is not None
        assert Saving.objects.count() == 0

    @pytest.mark.parametrize("address", POSTS)
    def test_lead_nobody_who_writes_to_the_login(self, nobodys_browser: Client, fill: Any, address: str) -> None:
        assert nobodys_browser.post(fill(address))["Location"].startswith("/accounts/login/")

    @pytest.mark.parametrize("address", POSTS)
    def test_do_not_write_for_a_link(self, alices_browser: Client, fill: Any, address: str) -> None:
        assert alices_browser.get(fill(address)).status_code == 405


class TestJobList:
    def test_invites_to_the_library_when_there_is_nothing(self, alices_browser: Client, alice: User) -> None:
        found = text(alices_browser.get("/mapreduce/"))

        assert "No jobs yet" in found
        assert "/mapreduce/programs/" in found

    def test_shows_what_became_of_each(self, alices_browser: Client, alice: User) -> None:
        make_done_job(alice, name="Finished one")
        make_failed_job(alice)

        found = text(alices_browser.get("/mapreduce/"))

        assert "Finished one" in found
        assert "badge--failed" in found
        assert "1 min 15 s" in found
        assert "12\xa0bytes" in found
        assert "data-unfinished" not in found

    def test_follows_what_still_runs(self, alices_browser: Client, alice: User) -> None:
        make_job(alice, Status.RUNNING)

        assert "data-unfinished" in text(alices_browser.get("/mapreduce/"))

    def test_goes_on_below_the_last_one(self, alices_browser: Client, alice: User) -> None:
        first = make_job(alice)
        model = Job.objects.filter(pk=first.pk).values().get()
        del model["id"]
        Job.objects.bulk_create(Job(**{**model, "name": f"Copy {number}"}) for number in range(50))

        newest = text(alices_browser.get("/mapreduce/"))
        older = text(alices_browser.get(f"/mapreduce/?before={newest.split('?before=')[1][:32]}"))

        assert "Copy 49" in newest
        assert str(first.pk) not in newest
        assert str(first.pk) in older

    def test_takes_any_key_for_a_page(self, alices_browser: Client) -> None:
        assert alices_browser.get("/mapreduce/?before=nonsense").status_code == 200


class TestJobPage:
    def test_shows_how_far_a_job_is(self, alices_browser: Client, alice: User) -> None:
        seen = Progress(Stage.SORT, 1, 0.25, 0, {"Words": {"long": 3}}, "Counting letters")
        job = make_job(alice, Status.RUNNING, progress=seen)

        found = text(alices_browser.get(f"/mapreduce/jobs/{job.pk}/?part=live"))

        assert "Sorting" in found
        assert "Counting letters" in found
        assert 'aria-label="Sort"' in found
        assert 'value="25"' in found
        assert "data-unfinished" in found
        assert "job-cancel" in found
        assert "<dt>long</dt>" in found

    def test_has_one_bar_for_a_job_without_reducers(self, alices_browser: Client, alice: User) -> None:
        job = make_job(alice, Status.RUNNING, options={"reduce_tasks": 0})

        found = text(alices_browser.get(f"/mapreduce/jobs/{job.pk}/"))

        assert 'aria-label="Map"' in found
        assert 'aria-label="Reduce"' not in found
        assert "what the mapper writes is the result" in found

    def test_says_why_a_job_failed(self, alices_browser: Client, alice: User) -> None:
        job = make_failed_job(alice)

        found = text(alices_browser.get(f"/mapreduce/jobs/{job.pk}/"))

        assert "A map task failed four times." in found
        assert "ValueError: three" in found
        assert 'id="last-record">three<' in found
        assert f"/mapreduce/new/?from={job.pk}" in found
        assert "data-unfinished" not in found

    def test_shows_results_and_what_can_be_done_with_them(self, alices_browser: Client, page: str, job: Job) -> None:
        found = text(alices_browser.get(page))

        assert "<td>a</td>" in found
        assert f"{page}results/part-00000" in found
        assert f"/mapreduce/new/?input_job={job.pk}" in found
        assert 'data-chart="rows"' in found

    def test_shows_the_program_in_colours(self, alices_browser: Client, page: str) -> None:
        found = text(alices_browser.get(page))

        assert "mapper.py" in found
        assert '<span class="hl-kn">import</span>' in found

    def test_shows_hostile_words_as_words(self, alices_browser: Client, alice: User) -> None:
        job = make_failed_job(alice, error=HOSTILE, stderr=HOSTILE, last_line=HOSTILE, input=HOSTILE)
        counters = {HOSTILE: {HOSTILE: 1}}
        Job.objects.filter(pk=job.pk).update(name=HOSTILE[:40], report={"stage": "MAP", "counters": counters})

        for address in ("", "?part=live", "logs/"):
            found = text(alices_browser.get(f"/mapreduce/jobs/{job.pk}/{address}"))
            assert "<script>alert" not in found
            assert escape("<script>alert(1)</script>") in found
            assert "\u202e" not in found
            assert "\x1b" not in found

    def test_knows_a_program_that_the_library_has_no_more(self, alices_browser: Client, alice: User) -> None:
        job = make_job(alice, library_slug="gone", version=None)

        assert "The library has this program no more" in text(alices_browser.get(f"/mapreduce/jobs/{job.pk}/"))

    def test_survives_any_question(self, alices_browser: Client, page: str) -> None:
        for query in ("sort=99", "sort=-2", "page=-7", "page=99999999999", "value=x", "top=3", "text=%00", "file=../x"):
            assert alices_browser.get(f"{page}?{query}").status_code == 200

    def test_cancels_a_job(self, alices_browser: Client, alice: User) -> None:
        job = make_job(alice, Status.RUNNING)

        alices_browser.post(f"/mapreduce/jobs/{job.pk}/cancel/")

        job.refresh_from_db()
        assert job.status == Status.CANCELLED

    def test_deletes_a_job(self, alices_browser: Client, page: str, job: Job) -> None:
        answer = alices_browser.post(f"{page}delete/", follow=True)

        assert "were deleted" in text(answer)
        assert not Job.objects.exists()

    def test_says_why_it_does_not_delete_one_that_is_repeated(
        self, alices_browser: Client, alice: User, page: str, job: Job
    ) -> None:
        make_schedule(alice, job)

        answer = alices_browser.post(f"{page}delete/", follow=True)

        assert "Delete the schedule first" in text(answer)
        assert Job.objects.exists()


class TestResults:
    def test_are_sorted_and_searched_by_the_address(self, alices_browser: Client, alice: User) -> None:
        job = make_done_job(alice, {"part-00000": b"x\t9\ny\t10\n", "part-00001": b"z\t1\n"})

        found = text(alices_browser.get(f"/mapreduce/jobs/{job.pk}/?sort=-2"))
        assert found.index("<td>y</td>") < found.index("<td>x</td>") < found.index("<td>z</td>")

        found = text(alices_browser.get(f"/mapreduce/jobs/{job.pk}/?text=Z"))
        assert "<td>z</td>" in found
        assert "<td>x</td>" not in found

        found = text(alices_browser.get(f"/mapreduce/jobs/{job.pk}/?file=part-00001"))
        assert "<td>x</td>" not in found

    def test_say_honestly_that_there_is_more(self, alices_browser: Client, alice: User) -> None:
        job = make_done_job(alice, {"part-00000": b"word\t1\n" * 400_000})

        assert "There is more than is shown here" in text(alices_browser.get(f"/mapreduce/jobs/{job.pk}/"))

    def test_that_cannot_be_unpacked_are_still_there_to_download(self, alices_browser: Client, alice: User) -> None:
        job = make_done_job(alice, {"part-00000.gz": b"no gzip at all"})

        found = text(alices_browser.get(f"/mapreduce/jobs/{job.pk}/"))

        assert "cannot be unpacked" in found
        assert "results/part-00000.gz" in found

    def test_that_are_gone_from_the_storage_are_said_to_be(self, alices_browser: Client, page: str, job: Job) -> None:
        storage().delete(job.outputs.get().upload.key)

        assert "The results are gone." in text(alices_browser.get(page))

    def test_with_nothing_in_them_say_so(self, alices_browser: Client, alice: User) -> None:
        job = make_done_job(alice, {"part-00000": b""})

        assert "Nothing came out" in text(alices_browser.get(f"/mapreduce/jobs/{job.pk}/"))

    def test_are_downloaded_by_a_signed_link(self, alices_browser: Client, page: str) -> None:
        answer = alices_browser.get(f"{page}results/part-00000")

        assert answer.status_code == 302
        assert b"".join(alices_browser.get(answer["Location"]).streaming_content).startswith(b"a\t3")

    def test_come_as_one_zip(self, alices_browser: Client, page: str) -> None:
        answer = alices_browser.get(f"{page}results.zip")

        with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
            assert archive.read("part-00000").startswith(b"a\t3")

    def test_are_saved_to_the_drive(self, alices_browser: Client, page: str, run_jobs: Any, commits: Any) -> None:
        with commits():
            alices_browser.post(f"{page}save/")
        assert "data-unfinished" in text(alices_browser.get(f"{page}?part=savings"))

        run_jobs()

        found = text(alices_browser.get(f"{page}?part=savings"))
        assert "Show it there" in found
        assert "data-unfinished" not in found

    def test_of_a_job_without_any_cannot_be_saved(self, alices_browser: Client, alice: User) -> None:
        job = make_job(alice)

        answer = alices_browser.post(f"/mapreduce/jobs/{job.pk}/save/", follow=True)

        assert "no results to save" in text(answer)


class TestLogs:
    def test_show_what_each_attempt_said(self, alices_browser: Client, page: str, job: Job) -> None:
        make_attempt(job, stderr="all is well")
        make_attempt(job, number=1, state="FAILED", error="It ended with status 3.", stderr="oh no")

        found = text(alices_browser.get(f"{page}logs/"))
        assert found.index("oh no") < found.index("all is well")

        assert "all is well" not in text(alices_browser.get(f"{page}logs/?failed=1"))
        assert "all is well" in text(alices_browser.get(f"{page}logs/?text=WELL"))
        assert "Nothing found" in text(alices_browser.get(f"{page}logs/?text=%00nothing"))


class TestSchedules:
    def test_are_made_from_a_job(self, alices_browser: Client, page: str) -> None:
        answer = alices_browser.post(f"{page}repeat/", {"preset": "own", "cron": " 30  6 * * 1-5 "}, follow=True)

        assert "The job will be repeated." in text(answer)
        assert Schedule.objects.get().cron == "30 6 * * 1-5"

    def test_with_wrong_times_are_refused_in_words(self, alices_browser: Client, page: str) -> None:
        answer = alices_browser.post(f"{page}repeat/", {"preset": "own", "cron": "often"}, follow=True)

        assert "This is no cron expression" in text(answer)
        assert 'value="often"' in text(answer)
        assert not Schedule.objects.exists()

    def test_show_the_next_times_in_the_zone_of_the_owner(self, alice: User, alices_browser: Client, page: str) -> None:
        User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")

        found = text(alices_browser.get(f"{page}?part=times&preset=own&cron=15+7+*+*+*"))

        assert "Asia/Tokyo" in found
        assert found.count(", 07:15") == 3

    def test_are_paused_and_resumed_and_deleted(self, alice: User, alices_browser: Client) -> None:
        schedule = make_schedule(alice)
        address = f"/mapreduce/schedules/{schedule.pk}/"

        alices_browser.post(f"{address}pause/", {"paused": "1"})
        assert "Paused" in text(alices_browser.get("/mapreduce/schedules/"))
        alices_browser.post(f"{address}pause/", {"paused": "0"})
        assert "Paused" not in text(alices_browser.get("/mapreduce/schedules/"))
        alices_browser.post(f"{address}delete/")
        assert "No schedules" in text(alices_browser.get("/mapreduce/schedules/"))

    def test_say_what_happened_last(self, alice: User, alices_browser: Client) -> None:
        schedule = make_schedule(alice)
        Schedule.objects.update(trouble="At 2026-01-15 06:00 UTC the job could not be submitted: no data.")
        last = make_failed_job(alice)
        Job.objects.filter(pk=last.pk).update(schedule=schedule)

        found = text(alices_browser.get("/mapreduce/schedules/"))

        assert "could not be submitted: no data." in found
        assert f"/mapreduce/jobs/{last.pk}/" in found


class TestMails:
    def test_tell_what_came_out(self, alice: User, run_jobs: Any, commits: Any) -> None:
        job = make_done_job(alice, name="Ünï & <b>words</b>")

        with commits():
            services.job_settle(job_id=job.pk, now=NOW)
        run_jobs()

        letter = mail.outbox[0]
        html = str(letter.alternatives[0][0])
        assert "It took 1 min 15 s." in letter.body
        assert "Ünï & <b>words</b>" in letter.body
        assert "part-00000" in letter.body
        assert "<b>words" not in html
        assert f"/mapreduce/jobs/{job.pk}/" in html

    def test_tell_why_it_failed(self, alice: User, run_jobs: Any, commits: Any) -> None:
        job = make_failed_job(alice)

        with commits():
            services.job_settle(job_id=job.pk, now=NOW)
        run_jobs()

        letter = mail.outbox[0]
        for words in (letter.body, str(letter.alternatives[0][0])):
            assert "A map task failed four times." in words
            assert "ValueError: three" in words
            assert f"/mapreduce/jobs/{job.pk}/" in words


class TestCharts:
    def test_come_from_the_package_which_gives_nothing_else(self) -> None:
        assert finders.find("vendor/chart.umd.js")
        assert finders.find("vendor/chart.js") is None
        served = [name for name, _ in PackageFinder().list([])]
        assert [name for name in served if "chart" in name] == ["chart.umd.js", "chart.umd.js.map"]
