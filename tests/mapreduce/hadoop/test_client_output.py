"""What is understood of what Hadoop's client says."""

import pytest

from mapreduce.core.hadoop.client_output import ClientOutput
from mapreduce.core.hadoop.failures import failure_in_words
from mapreduce.core.job import Stage, TaskState
from tests.mapreduce.hadoop.recordings import FOLDER, listen


class TestAJobOnACluster:
    def test_is_known_by_its_id_and_url(self) -> None:
        said = listen("yarn-success")

        assert said.job_id == "job_1706690000000_0001"
        assert said.tracking_url == "http://master.example.org:8088/proxy/application_1706690000000_0001/"

    def test_is_known_before_it_runs_so_that_it_can_be_killed(self) -> None:
        said = ClientOutput()

        said.feed("2024-01-31 09:00:02,402 INFO mapreduce.JobSubmitter: Submitting tokens for job: job_1_2", now=0)

        assert said.job_id == "job_1_2"

    def test_goes_through_its_stages(self) -> None:
        said, seen = ClientOutput(), []
        for line in (FOLDER / "yarn-success.txt").read_text().splitlines():
            said.feed(line, now=0)
            progress = said.progress
            shown = (progress.stage, round(progress.map, 2), round(progress.sort, 2), round(progress.reduce, 2))
            if shown not in seen:
                seen.append(shown)

        assert seen == [
            (Stage.SETUP, 0, 0, 0),
            (Stage.MAP, 0, 0, 0),
            (Stage.MAP, 0.33, 0, 0),
            (Stage.SORT, 1, 0, 0),
            (Stage.SORT, 1, 0.5, 0),
            (Stage.REDUCE, 1, 1, 0.49),
            (Stage.REDUCE, 1, 1, 1),
        ]

    def test_counts(self) -> None:
        counters = listen("yarn-success").progress.counters

        assert counters["Map-Reduce Framework"]["Map input records"] == 1000
        assert counters["Job Counters"]["Failed map tasks"] == 2
        assert counters["Own group"] == {"a=b c": 7}
        assert counters["File Output Format Counters"] == {"Bytes Written": 40}

    def test_tells_of_attempts_that_failed_or_were_killed(self) -> None:
        first, second, third = listen("yarn-success").reports()

        assert (first.kind, first.number, first.attempt, first.state) == ("map", 1, 1, TaskState.FAILED)
        assert first.error == "It ended with exit status 1."
        assert (second.number, second.state) == (2, TaskState.FAILED)
        assert second.error == "It took more memory than the cluster gives a task (1 GB). Keep less at a time."
        assert (third.number, third.attempt, third.state, third.error) == (0, 2, TaskState.KILLED, "")

    def test_that_failed_says_who_how_often_why_and_where_more_is(self) -> None:
        said = listen("yarn-failed")

        assert said.state == "FAILED"
        assert [(report.kind, report.attempt) for report in said.reports()] == [("reduce", n) for n in (1, 2, 3)]
        assert said.failure() == (
            "The reducer failed 3 times. It ended with exit status 3. What it said is in the cluster’s logs: "
            "http://master.example.org:8088/proxy/application_1706690000000_0002/"
        )

    def test_that_was_killed_says_by_whom(self) -> None:
        said = listen("yarn-killed")

        assert said.state == "KILLED"
        assert said.failure().startswith("The job was killed on the cluster: Kill job job_1706690000000_0003 received")

    def test_that_asks_for_too_much_says_so(self) -> None:
        assert "more than the supported max container capability" in listen("yarn-too-large").failure()

    def test_that_cannot_be_submitted_says_why(self) -> None:
        assert "Connection refused" in listen("yarn-unreachable").failure()

    @pytest.mark.parametrize(("layout", "percent"), [("older", 100), ("threads", 75)])
    def test_is_understood_in_other_layouts(self, layout: str, percent: int) -> None:
        said = listen(f"yarn-{layout}-layout")

        assert said.job_id.startswith("job_1706690000000_000")
        assert said.tracking_url
        assert said.progress.map == percent / 100
        assert said.progress.counters == {"Map-Reduce Framework": {"Map input records": 3}}

    def test_tells_what_was_silent(self) -> None:
        [report] = listen("yarn-older-layout").reports()

        assert report.error.startswith("It neither read, wrote nor reported anything for 600 seconds.")


class TestAJobInLocalMode:
    def test_tells_of_every_attempt(self) -> None:
        said = listen("local-success")

        reports = said.reports()
        assert [(report.kind, report.number, report.state) for report in reports] == [
            ("map", 0, TaskState.SUCCEEDED),
            ("reduce", 0, TaskState.SUCCEEDED),
            ("reduce", 1, TaskState.SUCCEEDED),
        ]
        assert all(report.seconds > 0 and report.started > 100 for report in reports)
        assert said.progress.counters["Map-Reduce Framework"]["Map output records"] == 3

    def test_counts_what_its_program_reported(self) -> None:
        assert listen("local-own-counters").progress.counters["Own group"] == {"lines": 2, "a=b c": 4}

    @pytest.mark.parametrize("role", ["mapper", "combiner", "reducer"])
    def test_says_who_failed(self, role: str) -> None:
        said = listen(f"local-{role}-failed")

        assert said.failure() == f"The {role} failed once. It ended with exit status 3."
        assert said.reports()[-1].state is TaskState.FAILED

    def test_says_that_there_is_no_such_program(self) -> None:
        assert "no program “no-such-program”" in listen("local-no-program").failure()

    def test_says_that_the_output_exists(self) -> None:
        assert listen("output-exists").failure().endswith("Output directory file:/work/out already exists")

    def test_says_that_there_is_no_input(self) -> None:
        assert listen("no-input").failure().endswith("Input path does not exist: file:/work/no")


class TestWhatProgramsSay:
    """In local mode their stderr is among the client's output."""

    def test_cannot_change_the_job_s_id(self) -> None:
        said = ClientOutput()
        for number in (1, 2):
            said.feed(f"2024-01-31 09:00:02,912 INFO mapreduce.Job: Running job: job_1_{number}", now=0)

        assert said.job_id == "job_1_1"

    def test_is_not_kept_for_ever(self) -> None:
        said = ClientOutput()
        for number in range(10_000):
            said.feed(f"noise {number}", now=0)
        said.finish(now=0)

        assert said.failure() == "Hadoop could not run the job: noise 9999"

    @pytest.mark.parametrize("line", ["", "\t", "\t\tx", "map 40% reduce 0%", "Counters: 3", "\ufffd", "x" * 70_000])
    def test_is_not_taken_for_progress(self, line: str) -> None:
        said = ClientOutput()
        said.feed(line, now=0)
        said.finish(now=0)

        assert said.progress.stage is Stage.SETUP
        assert said.progress.counters == {}


class TestAFailureInWords:
    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (
                "Error: java.lang.RuntimeException: PipeMapRed.waitOutputThreads(): subprocess failed with code 127",
                "127",
            ),
            ("subprocess failed with code 137", "killed by signal 9"),
            ("subprocess failed with code 126", "may not be executed"),
            ("[2024-01-31]Container killed on request. Exit code is 137", "container was killed"),
            ("Error: java.io.IOException: Broken pipe\n\tat java.base", "before it had read all its input"),
            ("java.io.EOFException: Unexpected end of input stream", "packed file is damaged"),
            ("Error: java.lang.OutOfMemoryError: Java heap space\n\tat x", "It failed: Java heap space"),
            ("Too many fetch failures. Failing the attempt.", "It failed: Too many fetch failures"),
            ("", "does not say why"),
        ],
    )
    def test_is_short(self, error: str, words: str) -> None:
        said = failure_in_words(error)

        assert words in said
        assert said.startswith("It")
        assert "\n" not in said

    def test_stays_short_for_long_errors(self) -> None:
        assert len(failure_in_words("Error: " + "x" * 10_000)) < 400
