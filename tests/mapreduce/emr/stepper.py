"""
An Amazon EMR that really runs steps: moto keeps clusters and objects, the local engine does the work.

moto 5.2 leaves the first step RUNNING for ever, and knows neither `CancelSteps` nor reasons: this adds them.
"""

import gzip
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
import pytest
from django.conf import settings
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult
from moto.emr.models import Cluster, Step, emr_backends
from moto.emr.responses import ElasticMapReduceResponse

from mapreduce.core.job import Counters, JobFailed, Progress, StreamingJob, TaskReport, TaskState
from mapreduce.core.streaming import InputFile, LocalRun, sandbox_missing

JOB = "1700000000000_0001"
STAMP = "2026-01-15 12:00:00,123 INFO org.apache.hadoop.mapreduce.Job (main):"


class Stepper:
    """Plays EMR: `work` runs the steps that wait, other methods let something happen to a cluster."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._s3 = boto3.client("s3", region_name=settings.AWS_REGION)
        self.executed: list[str] = []  # names of steps

    @property
    def clusters(self) -> list[Any]:
        return list(emr_backends[DEFAULT_ACCOUNT_ID][settings.AWS_REGION].clusters.values())

    @property
    def alive(self) -> list[Any]:
        return [cluster for cluster in self.clusters if cluster.state not in {"TERMINATED", "TERMINATED_WITH_ERRORS"}]

    def waiting(self) -> Iterator[tuple[Any, Any]]:
        """Walk over the steps that wait or run, with their clusters."""
        for cluster in self.alive:
            for step in cluster.steps:
                if step.state in {"PENDING", "RUNNING"} and step.args[:1] == ["hadoop-streaming"]:
                    yield cluster, step

    def work(self) -> None:
        """Run the steps that wait, to their ends."""
        for cluster, step in list(self.waiting()):
            self._execute(cluster, step)

    def complete(self, parts: Mapping[str, bytes], counters: Counters | None = None) -> None:
        """End the steps that wait as if they had run, with these results."""
        for cluster, step in list(self.waiting()):
            self._succeed(cluster, step, parts, counters or {"Map-Reduce Framework": {"Map input records": 2}})

    def end(self, cluster: Any, code: str, message: str = "", *, step_state: str = "CANCELLED") -> None:
        """Let the cluster go away, and its unfinished steps with it."""
        cluster.terminate()
        cluster.state = "TERMINATED" if code in {"ALL_STEPS_COMPLETED", "USER_REQUEST"} else "TERMINATED_WITH_ERRORS"
        cluster.reason_code, cluster.last_state_change_reason = code, message
        for step in cluster.steps:
            if step.state in {"PENDING", "RUNNING"}:
                step.state = step_state

    def write_log(self, cluster: Any, path: str, text: str) -> None:
        """Put a log where EMR would, packed."""
        log = urlsplit(settings.EMR_LOG_URI)
        key = f"{log.path.strip('/')}/{cluster.id}/{path}.gz"
        self._s3.put_object(Bucket=log.netloc, Key=key, Body=gzip.compress(text.encode()))

    def _execute(self, cluster: Any, step: Any) -> None:
        job, files, inputs, output = parse(step.args)
        folder = self._folder / uuid4().hex
        for name, uri in files.items():
            self._fetch(uri, folder / "program" / name)
        found = []
        for number, uri in enumerate(self._matching(inputs)):
            path = folder / "input" / str(number) / "data"
            self._fetch(uri, path)
            found.append(InputFile(uri.rpartition("/")[2], path))
        run = LocalRun(
            job,
            inputs=found,
            program=folder / "program",
            output=folder / "output",
            scratch=folder / "scratch",
            sandboxed=not sandbox_missing(),
        )
        events: list[Progress | TaskReport] = []
        with run:
            try:
                events.extend(run.events())
            except JobFailed:
                self._fail(cluster, step, [event for event in events if isinstance(event, TaskReport)])
                return
            except BaseException:
                step.state = "FAILED"
                raise
            parts = {part.name: part.path.read_bytes() for part in run.parts()}
        seen = [event.counters for event in events if isinstance(event, Progress)]
        self._succeed(cluster, step, parts, seen[-1] if seen else {})
        del output

    def _succeed(self, cluster: Any, step: Any, parts: Mapping[str, bytes], counters: Counters) -> None:
        self.executed.append(step.name)
        output = parse(step.args)[3]
        assert not list(self._list(f"{output}/")), "Output directory already exists"
        for name, body in {**parts, "_SUCCESS": b""}.items():
            self._put(f"{output}/{name}", body)
        lines = [f"{STAMP} Running job: job_{JOB}", f"{STAMP}  map 100% reduce 100%"]
        lines.append(f"{STAMP} Counters: {sum(map(len, counters.values()))}")
        for group, counted in counters.items():
            lines += [f"\t{group}", *(f"\t\t{name}={count}" for name, count in counted.items())]
        self.write_log(cluster, f"steps/{step.id}/syslog", "\n".join(lines))
        step.state = "COMPLETED"
        self._after(cluster, "ALL_STEPS_COMPLETED")

    def _fail(self, cluster: Any, step: Any, reports: list[TaskReport]) -> None:
        self.executed.append(step.name)
        lines = [f"{STAMP} Running job: job_{JOB}", f"{STAMP}  map 0% reduce 0%"]
        failed = [report for report in reports if report.state == TaskState.FAILED]
        for number, report in enumerate(failed):
            kind = "m" if report.kind == "map" else "r"
            attempt = f"attempt_{JOB}_{kind}_{report.number:06d}_{report.attempt - 1}"
            lines += [
                f"{STAMP} Task Id : {attempt}, Status : FAILED",
                "Error: java.lang.RuntimeException: PipeMapRed.waitOutputThreads(): subprocess failed with code 1",
                "\tat org.apache.hadoop.streaming.PipeMapRed.waitOutputThreads(PipeMapRed.java:326)",
            ]
            container = f"containers/application_{JOB}/container_{JOB}_01_{number + 2:06d}"
            self.write_log(cluster, f"{container}/syslog", f"{STAMP} Executing with tokens for {attempt}\n")
            self.write_log(
                cluster, f"{container}/stderr", f"{report.stderr}\nlog4j:WARN No appenders could be found.\n"
            )
        self.write_log(cluster, f"steps/{step.id}/syslog", "\n".join(lines))
        step.state = "FAILED"
        step.failure = {"Reason": "Unknown Error.", "Message": "Exit code 1", "LogFile": f"s3://…/{step.id}/stderr.gz"}
        self._after(cluster, "STEP_FAILURE")

    def _after(self, cluster: Any, code: str) -> None:
        if not cluster.keep_job_flow_alive_when_no_steps:
            self.end(cluster, code)

    def _matching(self, patterns: list[str]) -> Iterator[str]:
        """List the files in folders that a pattern (`…/*`) names; as Hadoop does, without those that are hidden."""
        for pattern in patterns:
            for uri in self._list(pattern.removesuffix("*")):
                if not uri.rpartition("/")[2].startswith(("_", ".")):
                    yield uri

    def _list(self, uri: str) -> Iterator[str]:
        where = urlsplit(uri)
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=where.netloc, Prefix=where.path[1:]):
            for item in page.get("Contents", []):
                yield f"s3://{where.netloc}/{item['Key']}"

    def _fetch(self, uri: str, path: Path) -> None:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._s3.download_file(bucket, key, str(path))

    def _put(self, uri: str, body: bytes) -> None:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        self._s3.upload_fileobj(BytesIO(body), bucket, key)


def parse(arguments: list[str]) -> tuple[StreamingJob, dict[str, str], list[str], str]:
    """Read a step's arguments back: the job, its files by their names, inputs, output."""
    assert arguments[0] == "hadoop-streaming"
    given: dict[str, list[str]] = {}
    words = iter(arguments[1:])
    for word in words:
        given.setdefault(word, []).append(next(words))
    properties = dict(entry.split("=", 1) for entry in given.get("-D", []))
    reduces = int(properties.get("mapreduce.job.reduces", "1"))
    fields = re.match(r"-k(\d+),(\d+)", properties.get("mapreduce.partition.keypartitioner.options", ""))
    job = StreamingJob(
        mapper=given["-mapper"][0],
        reducer=given["-reducer"][0] if reduces and "-reducer" in given else None,
        combiner=given["-combiner"][0] if "-combiner" in given else None,
        reduce_tasks=reduces,
        environment=dict(entry.split("=", 1) for entry in given.get("-cmdenv", [])),
        partition_fields=(int(fields[1]), int(fields[2])) if fields else None,
        separator=properties.get("stream.map.output.field.separator", "\t"),
        key_fields=int(properties.get("stream.num.map.output.key.fields", "1")),
        compress=properties.get("mapreduce.output.fileoutputformat.compress") == "true",
    )
    files = {}
    for uri in given["-files"][0].split(","):
        plain, _, link = uri.partition("#")
        files[link or plain.rpartition("/")[2]] = plain
    return job, files, given["-input"], given["-output"][0]


def teach_moto(patch: pytest.MonkeyPatch) -> None:
    """Let moto cancel steps, and say why clusters and steps ended."""
    cluster_status, step_status = Cluster.status.fget, Step.status.fget

    def with_code(cluster: Any) -> dict[str, Any]:
        status: dict[str, Any] = cluster_status(cluster)
        status["StateChangeReason"]["Code"] = getattr(cluster, "reason_code", None)
        return status

    def with_failure(step: Any) -> dict[str, Any]:
        status: dict[str, Any] = step_status(step)
        return {**status, "FailureDetails": getattr(step, "failure", None)}

    def cancel_steps(response: Any) -> ActionResult:
        cluster = response.backend.describe_cluster(response._get_param("ClusterId"))
        for step in cluster.steps:
            if step.id in response._get_param("StepIds") and step.state in {"PENDING", "RUNNING"}:
                step.state = "CANCELLED"
        return ActionResult({"CancelStepsInfoList": []})

    patch.setattr(Cluster, "status", property(with_code))
    patch.setattr(Step, "status", property(with_failure))
    patch.setattr(ElasticMapReduceResponse, "cancel_steps", cancel_steps, raising=False)
