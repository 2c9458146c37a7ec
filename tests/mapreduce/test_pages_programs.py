"""The pages of programs and the form for a job, for the owner, a stranger and nobody."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from cloudapps.models import User
from mapreduce import selectors, services
from mapreduce.core.job import StreamingJob
from mapreduce.core.options import Options
from mapreduce.core.programs import library
from mapreduce.models import Job, Program
from mapreduce.services import ProgramChoice
from mapreduce.views.programs import library_scripts
from tests.factories import NOW
from tests.mapreduce.submitting import COUNTING, MAPPER, REDUCER, own_program, submitted, uploaded

FIELDS = {"title": "Words", "mapper_name": "mapper.py", "mapper": MAPPER}


@pytest.fixture
def program(alice: User) -> Program:
    return own_program(alice)


def text(response: HttpResponse) -> str:
    return response.content.decode()


def config_of(response: HttpResponse) -> Any:
    found = re.search(r'<script id="job-config" type="application/json">(.*?)</script>', text(response), re.DOTALL)
    assert found
    return json.loads(found[1])


class TestDoors:
    PAGES = ("/mapreduce/programs/{program}/", "/mapreduce/new/?program={program}", "/mapreduce/new/?from={job}")
    ALL = (*PAGES, "/mapreduce/new/?input_job={job}")

    @pytest.fixture
    def job(self, alice: User, program: Program) -> Job:
        return submitted(alice, program=ProgramChoice(program_id=program.pk))

    @pytest.mark.parametrize("address", ALL)
    def test_are_open_to_the_owner(self, alices_browser: Client, job: Job, program: Program, address: str) -> None:
        assert alices_browser.get(address.format(program=program.pk, job=job.pk)).status_code == 200

    @pytest.mark.parametrize("address", ALL)
    def test_are_not_there_for_a_stranger(
        self, charlies_browser: Client, job: Job, program: Program, address: str
    ) -> None:
        assert charlies_browser.get(address.format(program=program.pk, job=job.pk)).status_code == 404

    @pytest.mark.parametrize(
        "address", [*ALL, "/mapreduce/programs/", "/mapreduce/programs/new/", "/mapreduce/programs/library/sort/"]
    )
    def test_lead_nobody_to_the_login(self, nobodys_browser: Client, job: Job, program: Program, address: str) -> None:
        answer = nobodys_browser.get(address.format(program=program.pk, job=job.pk))

        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=/mapreduce/")

    @pytest.mark.parametrize("address", ["/mapreduce/programs/{program}/", "/mapreduce/programs/{program}/delete/"])
    def test_that_write_are_open_to_the_owner_alone(
        self, charlies_browser: Client, nobodys_browser: Client, program: Program, address: str
    ) -> None:
        address = address.format(program=program.pk)

        assert charlies_browser.post(address, FIELDS).status_code == 404
        assert nobodys_browser.post(address, FIELDS)["Location"].startswith("/accounts/login/")
        assert selectors.version_get(owner=program.owner, program_id=program.pk).number == 1


class TestProgramList:
    def test_shows_the_library_and_own_programs_alone(
        self, alices_browser: Client, charlies_browser: Client, program: Program
    ) -> None:
        services.program_save(
            owner=program.owner, program_id=program.pk, scripts=library_scripts(library()[0]), now=NOW
        )

        shown = text(alices_browser.get("/mapreduce/programs/"))
        assert program.get_absolute_url() in shown
        assert '<td data-label="Versions" class="table__number">2</td>' in shown
        assert all(f"/mapreduce/programs/library/{found.slug}/" in shown for found in library())
        assert program.get_absolute_url() not in text(charlies_browser.get("/mapreduce/programs/"))

    def test_asks_the_database_no_more_often_for_more_programs(
        self, alices_browser: Client, alice: User, program: Program, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(20):
            own_program(alice, title=f"Another {number}")

        with django_assert_max_num_queries(12):
            alices_browser.get("/mapreduce/programs/")


class TestLibraryPage:
    @pytest.mark.parametrize("slug", [program.slug for program in library()])
    def test_shows_what_a_program_does(self, alices_browser: Client, slug: str) -> None:
        shown = text(alices_browser.get(f"/mapreduce/programs/library/{slug}/"))

        assert f"/mapreduce/new/?program={slug}" in shown
        assert f"/mapreduce/programs/new/?library={slug}" in shown
        assert "hl-k" in shown
        assert "Reads <code>" in shown
        assert "Gives <code>" in shown

    def test_is_not_there_for_a_program_that_is_not(self, alices_browser: Client) -> None:
        assert alices_browser.get("/mapreduce/programs/library/nothing/").status_code == 404

    @pytest.mark.parametrize("slug", [program.slug for program in library()])
    def test_gives_a_copy_that_is_all_that_is_run(self, alices_browser: Client, slug: str) -> None:
        program = selectors.library_get(slug)
        scripts = library_scripts(program)

        runnable = selectors.scripts_runnable(scripts, title="Copy")

        assert runnable.job(Options()) == StreamingJob(
            mapper=program.mapper_command, reducer=program.reducer_command, combiner=program.combiner_command
        )
        assert runnable.files == program.files
        assert scripts.mapper.filename in text(alices_browser.get(f"/mapreduce/programs/new/?library={slug}"))


class TestNewProgram:
    def test_is_kept(self, alices_browser: Client, alice: User) -> None:
        answer = alices_browser.post("/mapreduce/programs/new/", {**FIELDS, "reducer": REDUCER.replace("\n", "\r\n")})

        kept = selectors.program_list(owner=alice).get()
        assert answer["Location"] == kept.get_absolute_url()
        scripts = selectors.version_get(owner=alice, program_id=kept.pk).scripts
        assert scripts == COUNTING, "browsers send other ends of lines"
        assert not scripts.combiner

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"title": ""}, "This field is required"),
            ({"title": "x" * 101}, "at most 100 characters"),
            ({"title": " "}, "This field is required"),
            ({"mapper": " \n"}, "The mapper is empty"),
            ({"mapper_name": "../mapper.py"}, "cannot be a program&#x27;s name"),
            ({"mapper": "print", "mapper_name": "mapper"}, "It is not clear what runs mapper"),
            ({"mapper_name": "x" * 65}, "at most 64 characters"),
            ({"mapper": "x" * 300_001}, "at most 300000 characters"),
            ({"mapper": "print(1)\0"}, "Null characters"),
            ({"reducer": "x = 1", "reducer_name": "mapper.py"}, "Two different programs are called mapper.py"),
        ],
    )
    def test_is_refused_in_words_and_what_was_written_stays(
        self, alices_browser: Client, alice: User, fields: dict[str, str], words: str
    ) -> None:
        answer = alices_browser.post("/mapreduce/programs/new/", {**FIELDS, "combiner": "# mine <b>", **fields})

        assert answer.status_code == 422
        assert words in text(answer)
        assert "# mine &lt;b&gt;" in text(answer)
        assert not selectors.program_list(owner=alice).exists()

    def test_may_come_without_any_field(self, alices_browser: Client) -> None:
        assert alices_browser.post("/mapreduce/programs/new/").status_code == 422


class TestProgramPage:
    @pytest.fixture
    def changed(self, alices_browser: Client, program: Program) -> Program:
        """A program with a second version, which has no reducer."""
        alices_browser.post(program.get_absolute_url(), {**FIELDS, "title": "Other words", "mapper": "print('new')"})
        return program

    def test_saves_a_new_version(self, alices_browser: Client, alice: User, changed: Program) -> None:
        newest = selectors.version_get(owner=alice, program_id=changed.pk)

        assert newest.number == 2
        assert newest.program.title == "Other words"
        assert newest.mapper == "print('new')"
        shown = text(alices_browser.get(changed.get_absolute_url()))
        assert "print(&#x27;new&#x27;)" in shown
        assert "Version 1" in shown

    def test_shows_how_it_was_and_restores_that(self, alices_browser: Client, alice: User, changed: Program) -> None:
        shown = text(alices_browser.get(f"{changed.get_absolute_url()}?version=1"))
        assert "Restore this version" in shown
        assert "for word in line.split()" in shown

        alices_browser.post(changed.get_absolute_url(), {**FIELDS, "reducer": REDUCER})

        newest = selectors.version_get(owner=alice, program_id=changed.pk)
        assert newest.number == 3
        assert newest.scripts == COUNTING

    @pytest.mark.parametrize("number", ["7", "0", "9" * 30])
    def test_is_not_there_for_a_version_that_is_not(
        self, alices_browser: Client, program: Program, number: str
    ) -> None:
        assert alices_browser.get(f"{program.get_absolute_url()}?version={number}").status_code == 404

    @pytest.mark.parametrize("number", ["", "-1", "x", "²", "1.5"])
    def test_shows_the_newest_if_no_number_is_asked_for(
        self, alices_browser: Client, program: Program, number: str
    ) -> None:
        assert alices_browser.get(program.get_absolute_url(), {"version": number}).status_code == 200

    def test_gives_its_history_alone(self, alices_browser: Client, changed: Program) -> None:
        part = text(alices_browser.get(f"{changed.get_absolute_url()}?part=history"))

        assert "Version 2" in part
        assert "<html" not in part

    def test_says_what_is_wrong(self, alices_browser: Client, program: Program) -> None:
        answer = alices_browser.post(program.get_absolute_url(), {**FIELDS, "mapper": ""})

        assert answer.status_code == 422
        assert "The mapper is empty" in text(answer)
        assert "Version 1" in text(answer)

    def test_deletes_it(self, alices_browser: Client, program: Program) -> None:
        answer = alices_browser.post(f"{program.get_absolute_url()}delete/")

        assert answer["Location"] == "/mapreduce/programs/"
        assert alices_browser.get(program.get_absolute_url()).status_code == 404

    def test_shows_hostile_titles_as_letters(self, alices_browser: Client, alice: User) -> None:
        hostile = own_program(alice, title="</script><img src=x>\u202e")

        for address in (hostile.get_absolute_url(), "/mapreduce/programs/", f"/mapreduce/new/?program={hostile.pk}"):
            shown = text(alices_browser.get(address))
            assert "<img src=x>" not in shown


class TestJobForm:
    def begun(self, browser: Client, query: str) -> Any:
        return config_of(browser.get(f"/mapreduce/new/?{query}"))["begun"]

    def test_knows_the_programs(self, alices_browser: Client, alice: User, program: Program) -> None:
        config = config_of(alices_browser.get("/mapreduce/new/"))

        assert set(config["library"]) == {found.slug for found in library()}
        assert config["library"]["join"]["options"]["partition_fields"] == [1, 1]
        assert config["own"][str(program.pk)]["hasReducer"] is True
        assert config["own"][str(program.pk)]["hasCombiner"] is False
        assert config["begun"] == {}

    def test_begins_with_a_program(self, alices_browser: Client, program: Program) -> None:
        assert self.begun(alices_browser, "program=sort")["program"] == {"kind": "library", "slug": "sort"}
        assert self.begun(alices_browser, f"program={program.pk}")["program"]["id"] == str(program.pk)
        assert alices_browser.get("/mapreduce/new/?program=nothing").status_code == 404

    def test_begins_with_all_that_a_job_was(self, alices_browser: Client, alice: User, program: Program) -> None:
        data, beside = uploaded(alice), uploaded(alice, name="stop.txt")
        options = Options(reduce_tasks=3, environment={"DEPTH": "2"}, key_fields=2, partition_fields=(1, 1))
        job = submitted(
            alice,
            data,
            program=ProgramChoice(program_id=program.pk),
            files=(beside,),
            options=options,
            name="Deep",
            max_minutes=7,
        )

        begun = self.begun(alices_browser, f"from={job.pk}")

        assert begun["name"] == "Deep"
        assert begun["program"] == {"kind": "own", "id": str(program.pk), "version": 1}
        assert begun["inputs"] == [{"kind": "upload", "id": str(data.id), "name": "words.txt", "size": 10}]
        assert [file["name"] for file in begun["files"]] == ["stop.txt"]
        assert begun["options"]["partition_fields"] == [1, 1]
        assert begun["options"]["environment"] == {"DEPTH": "2"}
        assert begun["max_minutes"] == 7

    def test_has_the_scripts_of_a_program_that_was_deleted(
        self, alices_browser: Client, alice: User, program: Program
    ) -> None:
        job = submitted(alice, program=ProgramChoice(program_id=program.pk))
        services.program_delete(owner=alice, program_id=program.pk, now=NOW)

        begun = self.begun(alices_browser, f"from={job.pk}")

        assert begun["program"]["kind"] == "new"
        assert begun["program"]["scripts"]["mapper"] == {"filename": "mapper.py", "text": MAPPER}
        assert begun["program"]["scripts"]["combiner"] is None

    def test_feeds_results_on(self, alices_browser: Client, alice: User, run_jobs: Any, commits: Any) -> None:
        with commits():
            first = submitted(alice, name="First")
        run_jobs()

        [source] = self.begun(alices_browser, f"input_job={first.pk}")["inputs"]
        assert source["kind"] == "job"
        assert source["id"] == str(first.pk)
        assert source["name"] == "Results of “First”"
        assert source["size"] > 0

    def test_is_shown_whatever_stands_in_the_address(self, alices_browser: Client) -> None:
        assert self.begun(alices_browser, "from=x&input_job=%00") == {}
        assert alices_browser.get(f"/mapreduce/new/?from={uuid4()}").status_code == 404

    def test_offers_engines_only_if_there_are_several(self, alices_browser: Client, settings: Any) -> None:
        assert 'name="engine"' not in text(alices_browser.get("/mapreduce/new/"))

        settings.MAPREDUCE_ENGINES = ["local", "emr"]

        assert 'name="engine" value="emr"' in text(alices_browser.get("/mapreduce/new/"))
