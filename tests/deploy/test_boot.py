"""What a new machine does: cloud-init's YAML, systemd's units, the settings it reads, and how it ends."""

import json
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
import yaml

from deploy.boot import settings
from deploy.boot.agent import agent_config
from deploy.boot.drain import Metadata, drain
from deploy.boot.units import CURRENT, STOP_SECONDS, units
from deploy.boot.user_data import MACHINE, MOST_BYTES, SCRIPTS, user_data
from deploy.processes import processes
from deploy.resources.target_group import DEREGISTRATION_SECONDS
from deploy.site import Site
from tests.deploy.conftest import ACCOUNT, make_environment

TIERS = list(processes())


@pytest.fixture
def site() -> Site:
    return Site(make_environment(), ACCOUNT)


def needs(program: str) -> str:
    """Find a program, or skip the test."""
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is not installed")
    return found


class TestUserData:
    @pytest.mark.parametrize("tier", TIERS)
    def test_is_what_cloud_init_takes(self, site: Site, tmp_path: Path, tier: str) -> None:
        file = tmp_path / "user-data"
        file.write_text(user_data(site, tier, "artifacts"))

        done = subprocess.run(
            [needs("cloud-init"), "schema", "--config-file", str(file)], capture_output=True, text=True, check=False
        )

        assert done.returncode == 0, done.stdout + done.stderr

    def test_fits_into_what_ec2_takes(self, site: Site) -> None:
        assert all(len(user_data(site, tier, "b" * 63).encode()) < MOST_BYTES for tier in TIERS)

    def test_writes_the_scripts_as_they_are(self, site: Site) -> None:
        files = {each["path"]: each for each in yaml.safe_load(user_data(site, "web", "bucket"))["write_files"]}

        for name in SCRIPTS:
            written = files[f"/usr/local/sbin/cloudapps-{name}"]
            assert written["content"] == (MACHINE / name).read_text()
            assert written["permissions"] == "0755"

    def test_says_what_the_machine_is(self, site: Site, tmp_path: Path) -> None:
        (file,) = [
            each
            for each in yaml.safe_load(user_data(site, "web", "bucket"))["write_files"]
            if each["path"] == str(settings.MACHINE)
        ]
        (tmp_path / "machine").write_text(file["content"])

        assert settings.read_machine(tmp_path / "machine") == {
            "TIER": "web",
            "AWS_REGION": "eu-central-1",
            "ARTIFACTS": "bucket",
            "SITE_PATH": "/cloudapps/test",
            "GROUP": "cloudapps-test-web",
        }

    @pytest.mark.parametrize("name", SCRIPTS)
    def test_has_scripts_that_bash_can_read(self, name: str) -> None:
        subprocess.run(["bash", "-n", str(MACHINE / name)], check=True)


class TestUnits:
    @pytest.mark.parametrize("tier", TIERS)
    def test_are_what_systemd_takes(self, tmp_path: Path, tier: str) -> None:
        program = needs("systemd-analyze")
        for name, text in units(tier).items():
            # The programs are not on this machine; what runs instead is.
            (tmp_path / name).write_text(text.replace(f"ExecStart={CURRENT}/", "ExecStart=/bin/true ").strip() + "\n")

        done = subprocess.run(
            [program, "verify", "--man=no", *(str(tmp_path / name) for name in units(tier))],
            capture_output=True,
            text=True,
            check=False,
        )

        ours = [line for line in done.stderr.splitlines() if "cloudapps" in line]
        assert ours == []
        assert done.returncode == 0, done.stderr

    @pytest.mark.parametrize("tier", TIERS)
    def test_run_the_line_of_the_procfile(self, tier: str) -> None:
        service = units(tier)[f"cloudapps-{tier}.service"]

        assert f"ExecStart={CURRENT}/{processes()[tier].command}\n" in service
        assert "User=cloudapps\n" in service
        assert "NoNewPrivileges=yes\n" in service
        assert "Restart=always\n" in service

    def test_give_a_process_time_to_finish(self) -> None:
        service = units("worker")["cloudapps-worker.service"]

        assert "KillMode=mixed\n" in service  # the main process lets its children finish
        assert f"TimeoutStopSec={STOP_SECONDS}\n" in service

    def test_let_only_mapreduce_make_sandboxes(self) -> None:
        free = [tier for tier in TIERS if "RestrictNamespaces=yes" not in units(tier)[f"cloudapps-{tier}.service"]]

        assert free == ["mapreduce"]


class TestSettings:
    @pytest.fixture
    def account(self) -> boto3.Session:
        """An account with what `apply` puts there for machines."""
        session = boto3.Session(region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="test")
        secret = session.client("secretsmanager").create_secret(
            Name="of-mysql", SecretString=json.dumps({"username": "cloudapps", "password": "a/b@c:d"})
        )
        ssm, path = session.client("ssm"), "/cloudapps/test"
        values = {"database/address": "mysql.internal", "database/port": "3306", "database/secret": secret["ARN"]}
        for name, value in {**values, "settings/QUEUE_PREFIX": "cloudapps-test-"}.items():
            ssm.put_parameter(Name=f"{path}/{name}", Value=value, Type="String")
        ssm.put_parameter(Name=f"{path}/settings/SECRET_KEY", Value="top secret", Type="SecureString")
        return session

    def test_are_those_of_ssm_with_the_password_of_the_database(self, account: boto3.Session) -> None:
        assert settings.read_settings(account, "/cloudapps/test") == {
            "QUEUE_PREFIX": "cloudapps-test-",
            "SECRET_KEY": "top secret",
            "DATABASE_URL": "mysql://cloudapps:a%2Fb%40c%3Ad@mysql.internal:3306/cloudapps",
        }

    def test_are_written_for_root_alone(self, tmp_path: Path) -> None:
        file = tmp_path / "environment"

        settings.write(file, {"B": 'say "$HOME" \\ `ls`', "A": "1"})

        assert file.read_text() == 'A="1"\nB="say \\"\\$HOME\\" \\\\ \\`ls\\`"\n'
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_of_several_lines_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="more than one line"):
            settings.write(tmp_path / "environment", {"A": "1\nB=2"})

    def test_let_only_web_listen_to_the_network(self) -> None:
        listening = [tier for tier in TIERS if "WEB_HOST" in settings.of_machine(tier, "1")]

        assert listening == ["web"]


class FakeMetadata(ThreadingHTTPServer):
    """The metadata of EC2, with tokens."""

    values: dict[str, str]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.values = {"instance-id": "i-1", "autoscaling/target-lifecycle-state": "InService"}


class _Answers(BaseHTTPRequestHandler):
    server: FakeMetadata

    def do_PUT(self) -> None:
        self._answer(200, "token")

    def do_GET(self) -> None:
        value = self.server.values.get(self.path.removeprefix("/latest/meta-data/"))
        if self.headers["X-aws-ec2-metadata-token"] != "token":
            self._answer(401, "")
        elif value is None:
            self._answer(404, "")
        else:
            self._answer(200, value)

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class TestDrain:
    @pytest.fixture
    def metadata(self) -> Iterator[FakeMetadata]:
        with FakeMetadata() as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield server
            server.shutdown()
            thread.join()

    def _drain(self, server: FakeMetadata, tier: str, changes: dict[str, str]) -> list[object]:
        """Drain a machine whose metadata change at the first pause; give what happened."""
        happened: list[object] = []

        class Hooks:
            def complete_lifecycle_action(self, **given: str) -> object:
                happened.append(given)
                return None

        def sleep(seconds: float) -> None:
            happened.append(seconds)
            if server.values.get("spot/instance-action"):
                server.values["autoscaling/target-lifecycle-state"] = "Terminated"
            server.values.update(changes)

        machine = {"TIER": tier, "GROUP": f"cloudapps-test-{tier}"}
        metadata = Metadata(f"http://127.0.0.1:{server.server_port}")
        drain(machine, metadata, Hooks(), happened.append, sleep)
        return happened

    DONE = {"LifecycleHookName": "drain", "LifecycleActionResult": "CONTINUE", "InstanceId": "i-1"}
    GOES = {"autoscaling/target-lifecycle-state": "Terminated"}

    def test_ends_the_process_and_then_answers_the_hook(self, metadata: FakeMetadata) -> None:
        happened = self._drain(metadata, "worker", self.GOES)

        done = {**self.DONE, "AutoScalingGroupName": "cloudapps-test-worker"}
        assert happened == [5.0, "cloudapps-worker.service", done]

    def test_lets_the_load_balancer_finish_first(self, metadata: FakeMetadata) -> None:
        happened = self._drain(metadata, "web", self.GOES)

        assert happened[:3] == [5.0, DEREGISTRATION_SECONDS, "cloudapps-web.service"]

    def test_ends_the_process_at_once_when_spot_takes_the_machine(self, metadata: FakeMetadata) -> None:
        happened = self._drain(metadata, "worker", {"spot/instance-action": '{"action": "terminate"}'})

        assert happened[:3] == [5.0, "cloudapps-worker.service", 5.0]
        assert len(happened) == 4


def test_the_agent_writes_into_the_log_group_of_the_tier(site: Site) -> None:
    config = agent_config("worker", site.path)

    files = config["logs"]["logs_collected"]["files"]["collect_list"]
    assert {each["log_group_name"] for each in files} == {"/cloudapps/test/worker"}
    assert config["metrics"]["namespace"] == "cloudapps"  # the one that the machines' role allows
