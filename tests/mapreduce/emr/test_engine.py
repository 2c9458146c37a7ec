"""Jobs on Amazon EMR, from submission until nothing of them is left there."""

import gzip
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.storage import storage
from mapreduce import selectors, services
from mapreduce.core.options import Options
from mapreduce.core.pricing import Cluster
from mapreduce.core.scripts import Script, Scripts
from mapreduce.engines import engine
from mapreduce.engines.emr.aws import emr_client
from mapreduce.models import Job
from mapreduce.services import ProgramChoice
from tests.factories import NOW
from tests.mapreduce.emr.calls import Broken, listen, once
from tests.mapreduce.emr.stepper import Stepper
from tests.mapreduce.submitting import (
    BROKEN,
    COUNTED,
    COUNTING,
    own_program,
    results_of,
    submitted,
    submitted_own,
    uploaded,
)

NAMING = """
import os, sys
word = open("wörter.txt").read().strip()
for line in sys.stdin:
    print(word, os.path.basename(os.environ["mapreduce_map_input_file"]), sep="\\t")
"""


def left_in_storage() -> list[str]:
    return [info.key for info in storage().walk("mapreduce/")]


class TestRun:
    def test_gives_the_results_and_leaves_nothing(self, alice: User, emr: Stepper, look: Any, settle: Any) -> None:
        job = look(submitted(alice))
        assert (job.status, job.holds_resources) == (Status.RUNNING, True)
        assert look(job).stage == "MAP"
        emr.work()
        job = look(job)
        settle(job)

        assert job.status == Status.SUCCEEDED, job.error
        assert results_of(job) == {"part-00000": COUNTED}
        assert job.seen.counters["Map-Reduce Framework"]["Map input records"] == 2
        assert emr.alive == []
        assert left_in_storage() == []
        assert not Job.objects.get().holds_resources

    def test_shows_a_program_its_files_and_the_names_of_its_inputs(self, alice: User, emr: Stepper, look: Any) -> None:
        program = own_program(alice, Scripts(Script("mapper.py", NAMING)))
        job = submitted(
            alice,
            uploaded(alice, b"x\n", "Zürich {1}, *.txt"),
            uploaded(alice, b"x\n", "_hidden"),
            uploaded(alice, gzip.compress(b"x\ny\n"), "packed.gz"),
            program=ProgramChoice(program_id=program.pk),
            files=(uploaded(alice, b"hello\n", "wörter.txt"),),
            options=Options(reduce_tasks=0),
        )
        look(job)
        emr.work()
        job = look(job)

        assert job.status == Status.SUCCEEDED, job.error
        lines = b"".join(results_of(job).values()).decode().splitlines()
        assert sorted(lines) == ["hello\tZürich {1}, *.txt", *["hello\tpacked.gz"] * 2]

    def test_splits_the_results_and_packs_them(self, alice: User, emr: Stepper, look: Any) -> None:
        job = look(submitted_own(alice, COUNTING, reduce_tasks=2, compress=True))
        emr.work()
        found = results_of(look(job))

        assert sorted(found) == ["part-00000.gz", "part-00001.gz"]
        assert sorted(b"".join(map(gzip.decompress, found.values())).splitlines(keepends=True)) == sorted(
            COUNTED.splitlines(keepends=True)
        )

    def test_says_what_the_cluster_is_doing(self, alice: User, emr: Stepper, look: Any) -> None:
        job = look(submitted(alice))
        (cluster,) = emr.clusters
        cluster.state, cluster.steps[0].state = "STARTING", "PENDING"

        assert "starting" in look(job).seen.status
        cluster.state, cluster.steps[0].state = "RUNNING", "RUNNING"
        emr.write_log(
            cluster,
            f"steps/{cluster.steps[0].id}/syslog",
            "2026-01-15 12:00:00,000 INFO x.Job (main): Running job: job_1_0001\n"
            "2026-01-15 12:00:00,000 INFO x.Job (main):  map 100% reduce 67%\n",
        )
        seen = look(job).seen
        assert (seen.stage, seen.map, seen.sort) == ("REDUCE", 1.0, 1.0)

    def test_asks_for_spot_machines_only_for_tasks(self, alice: User, emr: Stepper, look: Any) -> None:
        asked: list[Any] = []
        listen("before-call.emr.RunJobFlow", lambda params, **_: asked.append(params))
        look(submitted(alice, cluster=Cluster("m5.xlarge", core_instances=3, task_instances=4)))
        look(submitted(alice))

        first, second = (str(params["body"]) for params in asked)
        assert "price-capacity-optimized" in first
        assert "SWITCH_TO_ON_DEMAND" in first
        assert "TASK" not in second
        (cluster, _) = emr.clusters
        assert {"Key": "for-use-with-amazon-emr-managed-policies", "Value": "true"} in cluster.tags
        assert not cluster.keep_job_flow_alive_when_no_steps


class TestFailure:
    def test_tells_the_programs_last_words(self, alice: User, emr: Stepper, look: Any, settle: Any) -> None:
        job = look(submitted_own(alice, Scripts(Script("mapper.py", BROKEN), Script("reducer.py", BROKEN))))
        emr.work()
        job = look(job)
        settle(job)

        assert job.status == Status.FAILED
        assert "ValueError: invalid literal for int()" in job.error
        attempts = job.task_attempts.all()
        assert {(attempt.kind, attempt.state) for attempt in attempts} == {("map", "FAILED")}
        assert "Traceback" in attempts[0].stderr
        assert left_in_storage() == []

    def test_waits_for_its_logs_but_not_for_ever(self, alice: User, emr: Stepper, look: Any) -> None:
        job = look(submitted(alice))
        (cluster,) = emr.clusters
        cluster.steps[0].state = "FAILED"
        cluster.steps[0].failure = {"Reason": "Output directory already exists."}

        assert look(job, 1).status == Status.RUNNING
        assert "Output directory already exists." in look(job, 10).error

    def test_says_what_hadoops_client_says_if_no_task_began(self, alice: User, emr: Stepper, look: Any) -> None:
        job = look(submitted(alice))
        (cluster,) = emr.clusters
        (step,) = cluster.steps
        step.state = "FAILED"
        emr.write_log(cluster, f"steps/{step.id}/syslog", "2026-01-15 12:00:00,1 ERROR x.StreamJob (main): No space")

        assert look(job).error == "The job failed on the cluster: No space"

    def test_keeps_of_a_long_stderr_both_ends(self, alice: User, emr: Stepper, look: Any) -> None:
        talking = "import sys\nfor number in range(10000):\n    print('word', number, file=sys.stderr)\nsys.exit(1)"
        job = look(submitted_own(alice, Scripts(Script("mapper.py", talking)), reduce_tasks=0))
        emr.work()
        job = look(job)

        assert job.error == "The job failed on the cluster: word 9999"
        stderr = job.task_attempts.all()[0].stderr
        assert stderr.startswith("word 0\n")
        assert len(stderr) < 20_000

    def test_is_refused_when_the_arguments_are_too_long(self, alice: User, emr: Stepper, look: Any) -> None:
        environment = {f"VALUE_{number}": "x" * 3000 for number in range(4)}
        job = look(submitted_own(alice, COUNTING, environment=environment))

        assert "10240 characters" in job.error
        assert emr.clusters == []

    def test_is_one_when_hadoop_cannot_read_a_files_name(self, alice: User, emr: Stepper, look: Any) -> None:
        job = look(submitted(alice, files=(uploaded(alice, b"hello\n", "a word.txt"),)))

        assert "'a word.txt'" in job.error
        assert emr.clusters == []

    def test_is_one_when_an_input_was_deleted(self, alice: User, emr: Stepper, look: Any) -> None:
        job = submitted(alice)
        storage().delete(job.inputs.get().key)

        assert "was deleted before the job could read it" in look(job).error
        assert emr.clusters == []

    @pytest.mark.parametrize("code", ["VALIDATION_ERROR", "BOOTSTRAP_FAILURE", "USER_REQUEST"])
    def test_says_why_a_cluster_ended(self, alice: User, emr: Stepper, look: Any, code: str) -> None:
        job = look(submitted(alice))
        emr.end(emr.clusters[0], code, "The subnet is full.")

        assert "The subnet is full." in look(job).error


class TestLosses:
    def test_are_made_good_twice(self, alice: User, emr: Stepper, look: Any) -> None:
        job = look(submitted(alice))
        for _ in range(2):
            emr.end(emr.alive[0], "INSTANCE_FAILURE", "The machines went away.")
            assert look(job).status == Status.RUNNING
            look(job)
        assert len(emr.clusters) == 3
        emr.work()

        assert results_of(look(job)) == {"part-00000": COUNTED}
        assert emr.executed == [f"cloudapps-{job.pk}-3"]

    def test_end_the_job_at_the_third_time(self, alice: User, emr: Stepper, look: Any) -> None:
        job = look(submitted(alice))
        for _ in range(2):
            emr.end(emr.alive[0], "INSTANCE_FAILURE", "The machines went away.")
            look(job)
            look(job)
        emr.end(emr.alive[0], "INSTANCE_FAILURE", "The machines went away.")
        job = look(job)

        assert job.error == "The cluster was lost 3 times. The machines went away."
        assert len(emr.clusters) == 3


class TestLimits:
    def test_of_costs_hold_before_and_while_it_runs(self, alice: User, emr: Stepper, look: Any, settle: Any) -> None:
        with pytest.raises(services.JobRefused, match="will cost about"):
            submitted(alice, max_cost=Decimal("0.01"))
        job = look(submitted(alice, max_cost=Decimal("0.50")))
        assert job.estimated_cost is not None
        assert look(job, 10).status == Status.RUNNING
        job = look(job, 90)
        settle(job)

        assert "more than $0.50" in job.error
        assert emr.alive == []

    def test_of_time_holds(self, alice: User, emr: Stepper, look: Any, settle: Any) -> None:
        job = look(submitted(alice, max_minutes=5))
        job = look(job, 10)
        settle(job)

        assert "after 5 minutes" in job.error
        assert emr.alive == []

    def test_refuse_a_machine_that_is_not_known(self, alice: User, emr: Stepper) -> None:
        with pytest.raises(selectors.ClusterRefused, match=r"m5\.xlarge"):
            submitted(alice, cluster=Cluster("abacus.large"))


class TestCancel:
    def test_terminates_the_cluster(self, alice: User, emr: Stepper, look: Any, settle: Any) -> None:
        job = look(submitted(alice))
        services.job_cancel(owner=alice, job_id=job.pk, now=timezone.now())
        for _ in range(2):
            settle(job)

        assert emr.alive == []
        assert left_in_storage() == []

    def test_is_noticed_by_the_worker_that_begins(self, alice: User, emr: Stepper, look: Any, settle: Any) -> None:
        job = submitted(alice)

        def cancel(**_: Any) -> None:
            services.job_cancel(owner=alice, job_id=job.pk, now=timezone.now())

        listen("before-call.emr.RunJobFlow", cancel)
        look(job)

        assert len(emr.clusters) == 1
        assert emr.alive == []


class TestSharedCluster:
    @pytest.fixture
    def shared(self, emr: Stepper, settings: Any) -> Any:
        made = emr_client().run_job_flow(
            Name="ours", Instances={"KeepJobFlowAliveWhenNoSteps": True}, JobFlowRole="a", ServiceRole="b"
        )
        settings.EMR_CLUSTER_ID = made["JobFlowId"]
        settings.EMR_SERVICE_ROLE = ""
        return emr.clusters[0]

    def test_runs_job_after_job(self, alice: User, emr: Stepper, shared: Any, look: Any, settle: Any) -> None:
        for _ in range(2):
            job = look(submitted(alice))
            emr.work()
            job = look(job)
            settle(job)
            assert results_of(job) == {"part-00000": COUNTED}
            assert job.estimated_cost == 0

        assert emr.clusters == emr.alive == [shared]
        assert left_in_storage() == []

    def test_goes_on_without_a_job_that_is_cancelled(
        self, alice: User, emr: Stepper, shared: Any, look: Any, settle: Any
    ) -> None:
        job = look(submitted(alice))
        services.job_cancel(owner=alice, job_id=job.pk, now=timezone.now())
        for _ in range(2):
            settle(job)

        cancelled, kill = shared.steps
        assert cancelled.state == "CANCELLED"
        assert f'"cloudapps-{job.pk}-1"' in kill.args[-1]
        assert emr.alive == [shared]

    def test_is_named_when_it_does_not_run(self, alice: User, emr: Stepper, shared: Any, look: Any) -> None:
        shared.terminate()

        assert f"The cluster {shared.id} does not run." in look(submitted(alice)).error

    def test_is_swept_of_forgotten_steps_only(self, alice: User, emr: Stepper, shared: Any, look: Any) -> None:
        job, other = look(submitted(alice)), look(submitted(alice))
        theirs = emr_client().add_job_flow_steps(
            JobFlowId=shared.id, Steps=[{"Name": f"cloudapps-{job.pk}-1", "HadoopJarStep": {"Jar": "x", "Args": []}}]
        )
        job.delete()

        assert engine("emr").sweep(services.running.is_unfinished, now=NOW) == 1
        states = {step.id: step.state for step in shared.steps}
        assert states[theirs["StepIds"][0]] == "PENDING"
        assert [step.state for step in shared.steps if step.name == f"cloudapps-{other.pk}-1"] == ["PENDING"]

    def test_is_asked_once_when_the_worker_dies(
        self, alice: User, emr: Stepper, shared: Any, look: Any, settle: Any
    ) -> None:
        listen("after-call.emr.AddJobFlowSteps", once(Broken()))
        job = look(submitted(alice))
        look(job)
        emr.work()
        job = look(job)

        assert results_of(job) == {"part-00000": COUNTED}
        assert len(shared.steps) == 1


class TestSweep:
    def test_stops_what_no_job_needs_and_nothing_else(
        self, alice: User, emr: Stepper, look: Any, settings: Any
    ) -> None:
        gone, kept = look(submitted(alice)), look(submitted(alice))
        gone_cluster, kept_cluster = emr.clusters[0], emr.clusters[1]
        if gone_cluster.name != f"cloudapps-{gone.pk}-1":
            gone_cluster, kept_cluster = kept_cluster, gone_cluster
        alike = emr_client().run_job_flow(Name=gone_cluster.name, Instances={"KeepJobFlowAliveWhenNoSteps": True})
        gone.delete()

        assert engine("emr").sweep(services.running.is_unfinished, now=NOW) == 1
        assert gone_cluster.state == "TERMINATED"
        assert {cluster.id for cluster in emr.alive} == {kept_cluster.id, alike["JobFlowId"]}
        assert {key.split("/")[2] for key in left_in_storage()} == {str(kept.pk)}

    def test_leaves_other_sites_alone(self, alice: User, emr: Stepper, look: Any, settings: Any) -> None:
        look(submitted(alice)).delete()
        (cluster,) = emr.clusters
        cluster.add_tags({"cloudapps-site": "s3://bucket/other"})

        assert engine("emr").sweep(services.running.is_unfinished, now=NOW) == 0
        assert emr.alive == [cluster]


class TestSetup:
    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"STORAGE_URL": "file:///tmp"}, "STORAGE_URL"),
            ({"EMR_LOG_URI": "file:///tmp"}, "EMR_LOG_URI"),
            ({"EMR_SERVICE_ROLE": ""}, "EMR_SERVICE_ROLE"),
            ({"EMR_SERVICE_ROLE": "", "EMR_CLUSTER_ID": "j-1"}, ""),
            ({}, ""),
        ],
    )
    def test_says_what_is_missing(self, emr: Stepper, settings: Any, changed: dict[str, str], words: str) -> None:
        for name, value in changed.items():
            setattr(settings, name, value)
        reason = engine("emr").unavailable()

        assert words in reason
        assert bool(words) == bool(reason)
