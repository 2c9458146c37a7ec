"""The whole life of an environment by its commands, from the first plan over a release that fails to its end."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.__main__ import main
from deploy.cloud import Cloud, connect
from deploy.environment_file import read_environment
from deploy.release.flow import ReleaseFailed
from deploy.release.health import WELL, AwsHealth
from deploy.release.machines import read_groups
from deploy.release.releases import Releases
from tests.deploy.conftest import KeepingSession
from tests.deploy.releasing import Oracle, flow, parcel, running

FILE = """
domain = "apps.example.org"
emr = false
[tiers.web]
minimum = {minimum}
[tiers.worker]
minimum = 0
scale_to_zero = true
spot = true
"""
FULL = {"web": 2, "mapreduce": 1, "consumer": 1, "listener": 1, "beat": 1}

Run = Callable[..., int]


def write_file(folder: Path, minimum: int) -> None:
    """Write the file of the environment `test`."""
    (folder / "test.toml").write_text(FILE.format(minimum=minimum))


@pytest.fixture
def run(session: KeepingSession, tmp_path: Path) -> Run:
    """Type a command."""
    write_file(tmp_path, 2)

    def typed(command: str, *rest: str) -> int:
        return main([command, "test", *rest, "--environments", str(tmp_path)], session)

    return typed


@pytest.fixture
def cloud(session: KeepingSession, tmp_path: Path, run: Run) -> Cloud:
    """The same environment, in which nothing sleeps."""
    return connect(read_environment("test", tmp_path), session, sleep=lambda seconds: None)


def without_policy(cloud: Cloud) -> None:
    """Let S3 be written to: moto knows no conditions, and takes "TLS alone" for "nobody"."""
    cloud.client("s3").delete_bucket_policy(Bucket=cloud.site.bucket("artifacts"))


def beat(cloud: Cloud, **different: str) -> None:
    """Let every process say that it has been well for a while."""
    now = datetime.now(UTC)
    for group in read_groups(cloud):
        for machine in group.machines:
            component = group.name.removeprefix(cloud.site.prefix)
            text = {
                "component": component,
                "instance": f"{machine.private_dns}:77",
                "instance_at": f"{machine.id} {now.isoformat()}",
                "at": (now + timedelta(seconds=40)).isoformat(),
                "started_at": (now + timedelta(seconds=1)).isoformat(),
                "release": machine.release,
                **different,
            }
            numbers = {key: {"N": "1"} for key in ("rate", "latency_seconds", "utilisation", "memory_bytes")}
            item = {key: {"S": value} for key, value in text.items()} | numbers
            cloud.client("dynamodb").put_item(TableName=cloud.site.named("status"), Item=item)


@pytest.fixture
def live(run: Run, cloud: Cloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cloud:
    """An environment that runs release 1."""
    assert run("apply", "--yes") == 0
    without_policy(cloud)
    flow(cloud).release(parcel(cloud, tmp_path))
    capsys.readouterr()
    return cloud


def test_from_the_first_plan_to_the_end(
    run: Run, cloud: Cloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("plan") == 2
    assert run("apply", "--yes") == 0
    assert run("plan") == 0
    write_file(tmp_path, 3)
    assert run("plan") == 2
    write_file(tmp_path, 2)
    without_policy(cloud)

    flow(cloud).release(parcel(cloud, tmp_path, "first"))
    assert running(cloud) == {tier: ["1"] * count for tier, count in FULL.items()}

    second = parcel(cloud, tmp_path, "second")
    with pytest.raises(ReleaseFailed):
        flow(cloud, Oracle(ill={second})).release(second)
    assert running(cloud) == {tier: ["1"] * count for tier, count in FULL.items()}

    assert run("apply", "--yes") == 0  # puts back the bucket's policy
    assert run("plan") == 0
    without_policy(cloud)
    assert run("scale", "web", "3") == 0
    assert running(cloud)["web"] == ["1"] * 3
    beat(cloud)
    assert run("status", "--width", "300") == 0
    assert "All is well." in capsys.readouterr().out

    assert run("destroy", "--with-data", "--confirm", "test") == 0
    assert running(cloud) == {}
    assert cloud.client("elbv2").describe_load_balancers()["LoadBalancers"] == []


class TestStatus:
    def test_shows_every_machine(self, live: Cloud, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
        beat(live)

        assert run("status", "--width", "300") == 0

        shown = capsys.readouterr().out
        for group in read_groups(live):
            for machine in group.machines:
                (line,) = re.findall(rf".*{machine.id}.*", shown)
                for value in (group.name, machine.instance_type, "running", machine.private_dns, machine.private_ip):
                    assert value in line
                assert WELL in line
        assert "Say hello" in shown
        assert "cloudapps-test-imageproc-dead" in shown
        assert "MySQL 8.4" in shown

    def test_says_what_is_amiss(self, live: Cloud, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
        sqs = live.client("sqs")
        url = sqs.get_queue_url(QueueName="cloudapps-test-posts-dead")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="lost")
        live.client("autoscaling").suspend_processes(
            AutoScalingGroupName="cloudapps-test-web", ScalingProcesses=["AlarmNotification"]
        )
        live.client("cloudwatch").set_alarm_state(
            AlarmName="cloudapps-test-posts-age", StateValue="ALARM", StateReason="test"
        )
        beat(live, release="0")

        assert run("status", "--width", "300") == 1

        amiss = [line for line in capsys.readouterr().out.splitlines() if line.startswith("!")]
        assert "! cloudapps-test-posts-dead holds 1 messages that nobody could work off." in amiss
        assert any("cloudapps-test-web does not scale" in line for line in amiss)
        assert any("Alarm cloudapps-test-posts-age" in line for line in amiss)
        assert sum("its process runs release 0" in line for line in amiss) == 4  # web is asked by its load balancer

    def test_before_apply_says_so(self, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("status") == 1
        assert "Run apply first" in capsys.readouterr().err


class TestHealth:
    def test_is_what_processes_say(self, live: Cloud) -> None:
        (group,) = read_groups(live, "cloudapps-test-beat")
        health, (machine,) = AwsHealth(live), group.machines
        now = datetime.now(UTC)

        assert health.of(group, group.machines) == {machine.id: "its process says nothing"}
        beat(live, at=(now + timedelta(seconds=10)).isoformat())
        assert health.of(group, group.machines) == {machine.id: "its process has just started"}
        beat(live)
        assert health.of(group, group.machines) == {machine.id: WELL}


class TestScale:
    def test_sets_limits_until_the_next_apply(self, live: Cloud, run: Run) -> None:
        assert run("scale", "web", "1", "9") == 0
        assert run("scale", "web", "9") == 0
        assert len(running(live)["web"]) == 9

    def test_refuses_what_the_limits_forbid(self, live: Cloud, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("scale", "web", "99") == 1
        assert "may have from 2 to 6 machines" in capsys.readouterr().err


class TestLogs:
    def test_shows_lines_of_all_machines_in_their_order(
        self, live: Cloud, run: Run, capsys: pytest.CaptureFixture[str]
    ) -> None:
        logs, now = live.client("logs"), int(datetime.now(UTC).timestamp() * 1000)
        for stream, lines in {"i-1": [(3, "third"), (1, "first")], "i-2": [(2, "second")]}.items():
            logs.create_log_stream(logGroupName="/cloudapps/test/web", logStreamName=stream)
            events = [{"timestamp": now - 60_000 + offset, "message": text} for offset, text in sorted(lines)]
            logs.put_log_events(logGroupName="/cloudapps/test/web", logStreamName=stream, logEvents=events)

        assert run("logs", "web") == 0

        assert capsys.readouterr().out.splitlines() == ["web i-1 first", "web i-2 second", "web i-1 third"]

    def test_asks_for_a_time_in_words(self, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("logs", "--since", "yesterday") == 1
        assert "90s, 15m, 2h or 1d" in capsys.readouterr().err


class TestRollbackCommand:
    def test_says_when_there_is_nothing_earlier(
        self, live: Cloud, run: Run, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run("rollback") == 1
        assert "No earlier release" in capsys.readouterr().err
        assert Releases(live).state().live == "1"
