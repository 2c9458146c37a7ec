"""A job on a cluster from the outside: what is asked of Hadoop's client, what is told, and what is left behind."""

import json
import sys
import threading
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
import pytest

from mapreduce.core.hadoop import HadoopRun, HadoopUnreachable, kill_job
from mapreduce.core.job import JobFailed, Progress, Stage, StreamingJob, TaskReport
from mapreduce.core.streaming import InputFile
from tests.mapreduce.hadoop import fake_hadoop

COUNT = StreamingJob("python3 mapper.py", reducer="python3 reducer.py")
GOES_WELL = {"says": "yarn-success", "parts": {"part-00000": "a\t2\n", "part-00001": "b\t1\n"}}


class Cluster:
    """The fake one, and what was asked of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.command = [sys.executable, fake_hadoop.__file__, str(folder)]
        folder.mkdir()

    def will(self, **plan: Any) -> None:
        (self.folder / "plan.json").write_text(json.dumps(plan))

    @property
    def calls(self) -> list[list[str]]:
        path = self.folder / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def read(self) -> list[str]:
        names: list[str] = json.loads((self.folder / "read").read_text())
        return names

    @property
    def environment(self) -> dict[str, str]:
        variables: dict[str, str] = json.loads((self.folder / "environment").read_text())
        return variables

    @property
    def left(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "hdfs").rglob("*") if path.is_file())


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    cluster = Cluster(tmp_path / "cluster")
    cluster.will(**GOES_WELL)
    return cluster


@pytest.fixture
def run(cluster: Cluster, tmp_path: Path) -> Callable[..., HadoopRun]:
    """Make a run with two input files, on the fake cluster."""
    (tmp_path / "program").mkdir()
    for name in ("mapper.py", "reducer.py"):
        (tmp_path / "program" / name).write_text("")
    (tmp_path / "bytes").write_bytes(b"a\n")

    def make(job: StreamingJob = COUNT, *, names: tuple[str, ...] = ("a.txt", "b c.txt"), **changes: Any) -> HadoopRun:
        given: dict[str, Any] = {
            "command": cluster.command,
            "jar": "/opt/streaming.jar",
            "inputs": [InputFile(name, tmp_path / "bytes") for name in names],
            "program": tmp_path / "program",
            "work_uri": "hdfs:///user/x/jobs/1/1",
            "output": tmp_path / "output",
            "name": "count",
        }
        return HadoopRun(job, **(given | changes))

    return make


def follow(run: HadoopRun) -> list[Progress | TaskReport]:
    with run:
        return list(run.events())


class TestAJobThatGoesWell:
    def test_gives_its_parts(self, run: Callable[..., HadoopRun]) -> None:
        job = run()

        follow(job)

        assert [(part.name, part.size_bytes, part.path.read_text()) for part in job.parts()] == [
            ("part-00000", 4, "a\t2\n"),
            ("part-00001", 4, "b\t1\n"),
        ]

    def test_tells_how_it_goes(self, run: Callable[..., HadoopRun]) -> None:
        events = follow(run())

        stages = [event.stage for event in events if isinstance(event, Progress)]
        assert list(dict.fromkeys(stages)) == [Stage.SETUP, Stage.MAP, Stage.SORT, Stage.REDUCE, Stage.STORE]
        assert [event.number for event in events if isinstance(event, TaskReport)] == [1, 2, 0]
        last = events[-1]
        assert isinstance(last, Progress)
        assert last.counters["Own group"] == {"a=b c": 7}

    def test_asks_the_client_for_little(self, run: Callable[..., HadoopRun], cluster: Cluster, tmp_path: Path) -> None:
        follow(run())

        assert [call[:2] for call in cluster.calls] == [
            ["fs", "-mkdir"],
            ["fs", "-put"],
            ["jar", "/opt/streaming.jar"],
            ["fs", "-get"],
            ["fs", "-rm"],
        ]
        given = cluster.calls[2]
        assert given[given.index("-files") + 1] == f"{tmp_path}/program/mapper.py,{tmp_path}/program/reducer.py"
        assert given[given.index("-input") + 1] == "hdfs:///user/x/jobs/1/1/inputs/*"
        assert given[given.index("-output") + 1] == "hdfs:///user/x/jobs/1/1/output"

    def test_keeps_the_names_of_files_even_if_two_have_one(
        self, run: Callable[..., HadoopRun], cluster: Cluster
    ) -> None:
        follow(run(names=("a.txt", "b c.txt", "a.txt", "folder/a.txt", "_hidden", ".hidden")))

        assert cluster.read == ["a.txt", "a.txt", "a.txt", "b c.txt"]

    def test_leaves_nothing_behind(self, run: Callable[..., HadoopRun], cluster: Cluster, tmp_path: Path) -> None:
        follow(run())

        assert cluster.left == []
        assert {path.name for path in tmp_path.iterdir()} == {"cluster", "program", "bytes", "output"}
        assert [call for call in cluster.calls if call[0] == "job"] == []

    def test_knows_hadoop_s_id(self, run: Callable[..., HadoopRun]) -> None:
        job = run()
        assert job.job_id == ""

        follow(job)

        assert job.job_id == "job_1706690000000_0001"

    def test_does_not_show_programs_this_site_s_secrets(
        self, run: Callable[..., HadoopRun], cluster: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("SECRET_KEY", "DATABASE_URL", "AWS_SECRET_ACCESS_KEY", "HADOOP_CONF_DIR"):
            monkeypatch.setenv(name, "x")

        follow(run())

        assert "HADOOP_CONF_DIR" in cluster.environment
        assert not {"SECRET_KEY", "DATABASE_URL", "AWS_SECRET_ACCESS_KEY"} & cluster.environment.keys()

    def test_works_in_place_on_a_file_system_that_is_here(
        self, run: Callable[..., HadoopRun], cluster: Cluster, tmp_path: Path
    ) -> None:
        job = run(work_uri=f"file://{tmp_path}/work folder/50%25/1", names=("a.txt", "a.txt", "_a"))
        follow(job)

        assert cluster.read == ["a.txt", "a.txt"]
        assert [part.name for part in job.parts()] == ["part-00000", "part-00001"]
        assert [call[0] for call in cluster.calls] == ["jar"]
        assert not (tmp_path / "work folder/50%25/1").exists()


class TestAJobThatFails:
    def test_says_why(self, run: Callable[..., HadoopRun], cluster: Cluster) -> None:
        cluster.will(says="yarn-failed", status=1)

        with pytest.raises(JobFailed, match=r"The reducer failed 3 times\. It ended with exit status 3\."):
            follow(run())

        assert cluster.left == []

    def test_tells_of_its_attempts_first(self, run: Callable[..., HadoopRun], cluster: Cluster) -> None:
        cluster.will(says="yarn-failed", status=1)
        events: list[Progress | TaskReport] = []

        with run() as job, pytest.raises(JobFailed):
            events.extend(job.events())

        assert [event.attempt for event in events if isinstance(event, TaskReport)] == [1, 2, 3]

    def test_on_a_cluster_that_is_away_says_so(self, run: Callable[..., HadoopRun], cluster: Cluster) -> None:
        cluster.will(refuses={"fs -mkdir": "mkdir: Call From here to there failed: Connection refused"})

        with pytest.raises(JobFailed, match=r"file system could not be used: .*Connection refused"):
            follow(run())

    def test_without_a_client_says_so(self, run: Callable[..., HadoopRun]) -> None:
        with pytest.raises(JobFailed, match="Hadoop could not be used: No such file"):
            follow(run(command=["/no/such/hadoop"]))

    @pytest.mark.parametrize("name", ["a:b", "a\nb", "folder/"])
    def test_for_a_name_that_hdfs_cannot_keep_says_which(self, run: Callable[..., HadoopRun], name: str) -> None:
        with pytest.raises(JobFailed, match="Rename it"):
            follow(run(names=(name,)))

    def test_for_want_of_input_copies_nothing(self, run: Callable[..., HadoopRun], cluster: Cluster) -> None:
        with pytest.raises(JobFailed, match="There is no input"):
            follow(run(names=("_a",)))

        assert cluster.calls == []

    def test_for_what_cannot_be_passed_copies_nothing(self, run: Callable[..., HadoopRun], cluster: Cluster) -> None:
        with pytest.raises(JobFailed, match="both kinds of quotes"):
            follow(run(StreamingJob("cat", environment={"A": 'it\'s "odd"'})))

        assert cluster.calls == []


class TestAJobThatHangs:
    @pytest.fixture(autouse=True)
    def hanging(self, cluster: Cluster) -> None:
        cluster.will(says="yarn-success", hangs=True)

    def test_goes_on_to_tell_how_it_stands(self, run: Callable[..., HadoopRun]) -> None:
        with run() as job:
            events = job.events()
            all_said = next(event for event in events if isinstance(event, Progress) and event.counters)

            assert list(islice(events, 3)) == [all_said] * 3

    def test_is_killed_on_the_cluster_and_here_when_it_is_left(
        self, run: Callable[..., HadoopRun], cluster: Cluster
    ) -> None:
        with run() as job:
            next(event for event in job.events() if job.job_id)

        assert ["job", "-kill", "job_1706690000000_0001"] in cluster.calls
        assert not clients_of(cluster)
        assert cluster.left == []

    def test_can_be_killed_from_another_thread(self, run: Callable[..., HadoopRun], cluster: Cluster) -> None:
        job = run()

        def kill_once_known() -> None:
            while not job.job_id:
                time.sleep(0.01)
            job.kill()

        killer = threading.Thread(target=kill_once_known)
        killer.start()
        with pytest.raises(JobFailed, match="The job was stopped"):
            follow(job)
        killer.join()

        assert [call for call in cluster.calls if call[0] == "job"] == [["job", "-kill", "job_1706690000000_0001"]]
        assert not clients_of(cluster)

    def test_that_was_killed_before_it_began_does_not_begin(
        self, run: Callable[..., HadoopRun], cluster: Cluster
    ) -> None:
        job = run()
        job.kill()

        with pytest.raises(JobFailed, match="The job was stopped"):
            follow(job)

        assert "jar" not in [call[0] for call in cluster.calls]

    def test_ends_when_its_time_is_over(self, run: Callable[..., HadoopRun], cluster: Cluster) -> None:
        with pytest.raises(JobFailed, match="took longer than 1 seconds"):
            follow(run(job_seconds=1))

        assert not clients_of(cluster)
        assert cluster.left == []


class TestKillingAJobThatWasLeft:
    def test_asks_the_cluster(self, cluster: Cluster) -> None:
        kill_job(cluster.command, "job_1_2")

        assert cluster.calls == [["job", "-kill", "job_1_2"]]

    def test_is_harmless_if_it_has_ended(self, cluster: Cluster) -> None:
        kill_job(cluster.command, "job_unknown_2")

    def test_of_local_mode_has_nothing_to_do(self, cluster: Cluster) -> None:
        kill_job(cluster.command, "job_local12_0001")

        assert cluster.calls == []

    def test_says_that_the_cluster_is_away(self, cluster: Cluster) -> None:
        cluster.will(refuses={"job -kill": "Connection refused"})

        with pytest.raises(HadoopUnreachable, match="Connection refused"):
            kill_job(cluster.command, "job_1_2")

    def test_says_that_there_is_no_client(self) -> None:
        with pytest.raises(HadoopUnreachable, match="No such file"):
            kill_job(["/no/such/hadoop"], "job_1_2")


def clients_of(cluster: Cluster) -> list[int]:
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if str(cluster.folder) in (process.info["cmdline"] or []) and process.status() != psutil.STATUS_ZOMBIE
    ]
