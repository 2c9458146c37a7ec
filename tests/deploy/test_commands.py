"""The life of an environment, by the commands: plan, apply, change, hand-made changes, destroy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.__main__ import main
from deploy.cloud import PATIENT
from tests.deploy.conftest import ACCOUNT, REGION, KeepingSession

Command = Callable[..., int]
BUCKET = f"cloudapps-test-media-{ACCOUNT}-{REGION}"
QUEUE = "cloudapps-test-imageproc"
ANYTHING = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
FILE = """
domain = "apps.example.org"
[alarms]
mail = "ops@example.org"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The environment's file."""
    path = tmp_path / "test.toml"
    path.write_text(FILE)
    return path


@pytest.fixture
def deploy(file: Path, session: KeepingSession) -> Command:
    """Run a command on the environment."""

    def run(command: str, *more: str) -> int:
        return main([command, "test", "--environments", str(file.parent), *more], session)

    return run


@pytest.fixture
def client(session: KeepingSession) -> Callable[[str], Any]:
    """Reach AWS by hand."""
    return lambda service: session.client(service, region_name=REGION, config=PATIENT)


class TestLife:
    def test_from_the_first_plan_to_the_end(
        self, deploy: Command, file: Path, client: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert deploy("plan") == 2
        assert f"+ bucket {BUCKET}" in capsys.readouterr().out
        assert client("s3").list_buckets()["Buckets"] == [], "a plan does nothing"

        assert deploy("apply", "--yes") == 0
        assert deploy("plan") == 0
        assert "The plan is empty" in capsys.readouterr().out

        file.write_text(FILE + "queue_age_seconds = 900\n[database]\nbackup_days = 14\n")
        assert deploy("plan") == 2
        said = capsys.readouterr().out
        assert "BackupRetentionPeriod: 7 → 14" in said
        assert "Threshold: 600.0 → 900.0" in said
        assert deploy("apply", "--yes") == 0
        assert client("rds").describe_db_instances()["DBInstances"][0]["BackupRetentionPeriod"] == 14

        client("s3").delete_bucket_policy(Bucket=BUCKET)  # moto takes its condition for true
        client("s3").put_object(Bucket=BUCKET, Key="a", Body=b"kept")
        assert deploy("destroy", "--confirm", "test") == 0
        assert client("rds").describe_db_instances()["DBInstances"] == []
        assert len(client("rds").describe_db_snapshots()["DBSnapshots"]) == 1
        assert client("s3").get_object(Bucket=BUCKET, Key="a")["Body"].read() == b"kept"
        assert client("ssm").get_parameter(Name="/cloudapps/test/settings/SECRET_KEY")

        assert deploy("destroy", "--confirm", "test", "--with-data") == 0
        assert client("s3").list_buckets()["Buckets"] == []
        assert deploy("destroy", "--confirm", "test") == 0
        assert "There is nothing to delete" in capsys.readouterr().out

    def test_asks_before_it_does_anything(
        self, deploy: Command, monkeypatch: pytest.MonkeyPatch, client: Callable[[str], Any]
    ) -> None:
        monkeypatch.setattr("builtins.input", lambda question: "no")

        assert deploy("apply") == 1
        assert client("s3").list_buckets()["Buckets"] == []

    def test_says_what_is_wrong_with_the_file_before_any_call(
        self, deploy: Command, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file.write_text("domian = 1")

        assert deploy("plan") == 1
        assert "Did you mean domain?" in capsys.readouterr().err


@pytest.fixture
def applied(deploy: Command, capsys: pytest.CaptureFixture[str]) -> None:
    """The environment is there."""
    assert deploy("apply", "--yes") == 0
    capsys.readouterr()


@pytest.mark.usefixtures("applied")
class TestApplied:
    def test_what_hands_changed_is_shown_and_mended(
        self, deploy: Command, client: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
    ) -> None:
        url = client("sqs").get_queue_url(QueueName=QUEUE)["QueueUrl"]
        client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "5"})
        groups = client("ec2").describe_security_groups(
            Filters=[{"Name": "tag:Name", "Values": ["cloudapps-test-web"]}]
        )
        group_id = groups["SecurityGroups"][0]["GroupId"]
        shell = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        client("ec2").authorize_security_group_ingress(GroupId=group_id, IpPermissions=[shell])
        client("iam").put_role_policy(RoleName="cloudapps-test-web", PolicyName="more", PolicyDocument=ANYTHING)
        client("s3").delete_bucket_policy(Bucket=BUCKET)
        client("dynamodb").delete_table(TableName="cloudapps-test-status")

        assert deploy("plan") == 2
        said = capsys.readouterr().out
        assert "VisibilityTimeout: 5 → 120" in said
        assert "tcp 22 0.0.0.0/0" in said
        assert "Policies.more" in said
        assert f"~ bucket {BUCKET}" in said
        assert "+ table cloudapps-test-status" in said

        assert deploy("apply", "--yes") == 0
        assert deploy("plan") == 0

    def test_what_the_file_no_longer_names_is_deleted(
        self, deploy: Command, file: Path, client: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
    ) -> None:
        file.write_text(FILE.replace("[alarms]", "emr = false\n[alarms]"))

        assert deploy("apply", "--yes") == 0

        assert "- role cloudapps-test-emr-service" in capsys.readouterr().out
        names = [role["RoleName"] for role in client("iam").list_roles()["Roles"]]
        assert "cloudapps-test-web" in names
        assert "cloudapps-test-emr-service" not in names
        assert deploy("plan") == 0

    def test_what_cannot_change_is_refused_before_anything_is_done(
        self, deploy: Command, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file.write_text('network = "10.99.0.0/16"\n' + FILE)

        assert deploy("apply", "--yes") == 1
        assert "CidrBlock: 10.20.0.0/16 → 10.99.0.0/16 cannot change in place" in capsys.readouterr().err

    def test_the_secret_is_made_once_and_never_shown(
        self, deploy: Command, client: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
    ) -> None:
        def secret() -> str:
            found = client("ssm").get_parameter(Name="/cloudapps/test/settings/SECRET_KEY", WithDecryption=True)
            return str(found["Parameter"]["Value"])

        before = secret()
        deploy("plan")
        deploy("destroy", "--confirm", "test")
        deploy("apply", "--yes")

        said = capsys.readouterr()
        assert secret() == before
        assert len(before) >= 50
        assert before not in said.out + said.err

    def test_only_the_name_destroys(self, deploy: Command, client: Callable[[str], Any]) -> None:
        assert deploy("destroy", "--confirm", "production") == 1
        assert client("rds").describe_db_instances()["DBInstances"]

    def test_two_of_one_name_are_named(
        self, deploy: Command, client: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
    ) -> None:
        tags = [{"Key": "Name", "Value": "cloudapps-test-vpc"}, {"Key": "cloudapps-environment", "Value": "test"}]
        client("ec2").create_vpc(CidrBlock="10.20.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}])

        assert deploy("plan") == 1
        assert "Two of vpc are called cloudapps-test-vpc" in capsys.readouterr().err
