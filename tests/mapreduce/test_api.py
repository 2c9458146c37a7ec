"""The REST door of MapReduce, for the owner, a stranger and nobody."""

from typing import Any

import pytest
from django.http import HttpResponse

from cloudapps.models import User
from mapreduce import services
from mapreduce.core.options import Options
from mapreduce.models import Job, Program
from tests.clients import ApiClient, assert_problem
from tests.factories import NOW, make_upload, read
from tests.mapreduce.factories import make_done_job
from tests.mapreduce.submitting import COUNTED, COUNTING, MAPPER, REDUCER, WORDS, own_program, submitted, uploaded

SCRIPTS = {"mapper": {"filename": "m.py", "text": MAPPER}, "reducer": {"filename": "r.py", "text": REDUCER}}

# Calls on one thing: method, path, body.
CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/mapreduce/programs/{program}", None),
    ("PUT", "/mapreduce/programs/{program}", SCRIPTS),
    ("POST", "/mapreduce/trials", {"program_id": "{program}", "inputs": [{"upload_id": "{upload}"}]}),
    ("POST", "/mapreduce/trials", {"program": "word-count", "inputs": [{"upload_id": "{upload}"}]}),
    ("GET", "/mapreduce/trials/{trial}", None),
    ("POST", "/mapreduce/jobs", {"program_id": "{program}", "input_upload_ids": ["{upload}"]}),
    ("POST", "/mapreduce/jobs", {"program": "word-count", "inputs": [{"job_id": "{job}"}]}),
    ("GET", "/mapreduce/jobs/{job}", None),
    ("POST", "/mapreduce/jobs/{job}/cancel", {}),
    ("GET", "/mapreduce/jobs/{job}/results", None),
    ("GET", "/mapreduce/jobs/{job}/logs", None),
    ("POST", "/mapreduce/jobs/{job}/share", {"shared": True}),
    ("POST", "/mapreduce/jobs/{job}/savings", {}),
    ("GET", "/mapreduce/savings/{saving}", None),
    ("POST", "/mapreduce/jobs/{repeated}/schedules", {"cron": "0 6 * * *"}),
    ("POST", "/mapreduce/schedules/{schedule}/pause", {"paused": True}),
    ("DELETE", "/mapreduce/schedules/{schedule}", None),
    ("DELETE", "/mapreduce/jobs/{job}", None),
    ("DELETE", "/mapreduce/programs/{program}", None),
]
LISTS = ["/mapreduce/programs", "/mapreduce/jobs", "/mapreduce/schedules", "/mapreduce/sources"]


@pytest.fixture
def job(alice: User) -> Job:
    return make_done_job(alice)


@pytest.fixture
def ask(alice: User, job: Job) -> Any:
    """Send one of the CALLS about things of alice's."""
    repeated = submitted(alice)
    ids = {
        "job": job.pk,
        "repeated": repeated.pk,
        "program": own_program(alice).pk,
        "upload": make_upload(alice, WORDS).pk,
        "saving": services.saving_create(owner=alice, job_id=job.pk, names=[], now=NOW).pk,
        "schedule": services.schedule_create(owner=alice, job_id=repeated.pk, cron="0 6 * * *", now=NOW).pk,
        "trial": services.trial_create(
            owner=alice, program=COUNTING, options=Options(), inputs=[uploaded(alice)], files=[], now=NOW
        ).pk,
    }

    def fill(value: Any) -> Any:
        match value:
            case str() if value.startswith(("/", "{")):
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
    @pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[1]}")
    def test_open_for_the_owner(self, alices_api: ApiClient, ask: Any, call: Any) -> None:
        assert ask(alices_api, call).status_code in {200, 201, 202, 204}

    @pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[1]}")
    def test_are_not_there_for_a_stranger(self, charlies_api: ApiClient, ask: Any, call: Any) -> None:
        assert_problem(ask(charlies_api, call), 404)

    @pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[1]}")
    def test_are_closed_for_nobody(self, nobodys_api: ApiClient, ask: Any, call: Any) -> None:
        assert_problem(ask(nobodys_api, call), 401)

    @pytest.mark.parametrize("path", LISTS)
    def test_list_nothing_of_others(self, charlies_api: ApiClient, nobodys_api: ApiClient, job: Job, path: str) -> None:
        answer = charlies_api.get(path)

        assert answer.status_code == 200
        assert str(job.pk) not in answer.content.decode()
        assert_problem(nobodys_api.get(path), 401)


class TestJobs:
    def test_run_a_program_of_the_library(
        self, alice: User, alices_api: ApiClient, run_jobs: Any, commits: Any
    ) -> None:
        upload = make_upload(alice, WORDS, filename="words.txt")
        with commits():
            asked = alices_api.post("/mapreduce/jobs", {"program": "word-count", "input_upload_ids": [str(upload.pk)]})
        assert asked.status_code == 202, asked.content
        assert asked["Location"].endswith(f"/api/v1/mapreduce/jobs/{asked.json()['id']}")
        run_jobs()

        found = alices_api.get(f"/mapreduce/jobs/{asked.json()['id']}").json()
        assert (found["status"], found["progress"], found["error"]) == ("SUCCEEDED", 100, None)
        results = alices_api.get(f"/mapreduce/jobs/{found['id']}/results").json()["items"]
        assert [(part["name"], part["size_bytes"]) for part in results] == [("part-00000", len(COUNTED))]
        body = b"".join(alices_api.client.get(results[0]["url"]))  # type: ignore[call-overload]  # it streams
        assert body == COUNTED

    def test_make_a_program_of_uploaded_scripts(
        self, alice: User, alices_api: ApiClient, run_jobs: Any, commits: Any
    ) -> None:
        mapper = make_upload(alice, MAPPER.encode(), filename="mapper.py")
        reducer = make_upload(alice, REDUCER.encode(), filename="reducer.py")
        data = make_upload(alice, WORDS, filename="words.txt")
        body = {
            "name": "Scripts",
            "mapper_upload_id": str(mapper.pk),
            "reducer_upload_id": str(reducer.pk),
            "input_upload_ids": [str(data.pk)],
            "reduce_tasks": 1,
            "environment": {"X": "y"},
        }
        with commits():
            asked = alices_api.post("/mapreduce/jobs", body)
        assert asked.status_code == 202, asked.content
        run_jobs()

        assert alices_api.get(f"/mapreduce/jobs/{asked.json()['id']}").json()["status"] == "SUCCEEDED"
        output = Job.objects.get().outputs.get()
        assert read(output.upload.key) == COUNTED
        assert Program.objects.get().title == "Scripts"

    def test_leave_nothing_when_they_are_refused(self, alice: User, alices_api: ApiClient) -> None:
        mapper = make_upload(alice, MAPPER.encode(), filename="mapper.py")
        body = {"mapper_upload_id": str(mapper.pk), "input_upload_ids": [], "reduce_tasks": 0}

        assert_problem(alices_api.post("/mapreduce/jobs", body), 422, "no data")
        assert not Program.objects.exists()
        mapper.refresh_from_db()

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"program": "word-count", "mapper_upload_id": "{upload}"},
            {"program": "word-count", "inputs": [{}]},
            {"program": "word-count", "reduce_tasks": -1},
            {"program": "word-count", "separator": "ab"},
            {"program": "word-count", "engine": "abacus"},
            {"program": "word-count", "max_cost": -1},
        ],
    )
    def test_say_what_is_wrong(self, alice: User, alices_api: ApiClient, body: Any) -> None:
        upload = make_upload(alice, WORDS)
        filled = {name: str(upload.pk) if value == "{upload}" else value for name, value in body.items()}

        assert_problem(alices_api.post("/mapreduce/jobs", filled), 422)

    def test_name_the_field_that_is_wrong(self, alice: User, alices_api: ApiClient) -> None:
        body = {
            "program": "word-count",
            "environment": {"FOLD_CASE": "perhaps"},
            "input_upload_ids": [str(make_upload(alice, WORDS).pk)],
        }

        assert assert_problem(alices_api.post("/mapreduce/jobs", body), 422)["field"] == "environment"

    def test_show_their_logs(self, alice: User, alices_api: ApiClient) -> None:
        job = submitted(alice)
        services.job_run(job_id=job.pk, now=NOW)

        items = alices_api.get(f"/mapreduce/jobs/{job.pk}/logs").json()["items"]

        assert {(item["kind"], item["state"]) for item in items} == {("map", "SUCCEEDED"), ("reduce", "SUCCEEDED")}
        assert alices_api.get(f"/mapreduce/jobs/{job.pk}/logs?failed=true").json()["items"] == []


class TestTrials:
    def test_show_output_within_one_task(self, alice: User, alices_api: ApiClient, run_jobs: Any, commits: Any) -> None:
        body = {"scripts": SCRIPTS, "inputs": [{"upload_id": str(make_upload(alice, WORDS).pk)}]}
        with commits():
            asked = alices_api.post("/mapreduce/trials", body)
        assert asked.status_code == 202, asked.content
        run_jobs()

        found = alices_api.get(f"/mapreduce/trials/{asked.json()['id']}").json()
        assert found["result"]["output"].encode() == COUNTED
