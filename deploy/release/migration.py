"""Brings the database to what a release needs, once, from one machine."""

from collections.abc import Callable
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from deploy.cloud import Cloud, code_of
from deploy.errors import DeployError

SCRIPT = "/usr/local/sbin/cloudapps-migrate"
COMMAND_SECONDS = 3600
AGENT_SECONDS = 300.0  # until a new machine listens to commands
POLL_SECONDS = 5.0
GOING_ON = {"Pending", "InProgress", "Delayed", "Cancelling"}
NOT_YET = {"InvalidInstanceId", "InvocationDoesNotExist"}
SHOWN = 2000  # characters of what a command said

Say = Callable[[str], None]
T = TypeVar("T")


class MigrationFailed(DeployError):
    """The database is not as the release needs it; no machine was replaced."""


def migrate(cloud: Cloud, machine: str, release: str, say: Say = print) -> None:
    """Run the migrations of a release on a machine. :raises MigrationFailed: with what they said."""
    say(f"Migrating the database on {machine}")
    command = _patiently(cloud, lambda: _send(cloud, machine, release))
    answer = _patiently(cloud, lambda: _answer(cloud, machine, command))
    if answer["Status"] != "Success":
        said = (answer["StandardErrorContent"] or answer["StandardOutputContent"])[-SHOWN:]
        raise MigrationFailed(
            f"The migrations of release {release} ended with {answer['StatusDetails']}:\n{said}\n"
            "No machine was replaced. They can be looked at there: "
            f"aws ssm start-session --target {machine}"
        )
    for line in answer["StandardOutputContent"].splitlines()[-20:]:
        say(f"  {line}")


def _send(cloud: Cloud, machine: str, release: str) -> str:
    command = cloud.client("ssm").send_command(
        InstanceIds=[machine],
        DocumentName="AWS-RunShellScript",
        Comment=f"migrations of release {release}",
        Parameters={
            "commands": [f"/usr/local/sbin/cloudapps-migrate {release}"],
            "executionTimeout": [str(COMMAND_SECONDS)],
        },
    )
    return str(command["Command"]["CommandId"])


def _answer(cloud: Cloud, machine: str, command: str) -> Any:
    for _ in range(int(COMMAND_SECONDS / POLL_SECONDS)):
        answer = cloud.client("ssm").get_command_invocation(CommandId=command, InstanceId=machine)
        if answer["Status"] not in GOING_ON:
            return answer
        cloud.sleep(POLL_SECONDS)
    raise MigrationFailed(f"The migrations have run for an hour on {machine}, and go on. Look at them there.")


def _patiently(cloud: Cloud, ask: Callable[[], T]) -> T:
    """Ask again while the agent of the machine, or the command, is not known yet."""
    waited = 0.0
    while True:
        try:
            return ask()
        except ClientError as error:
            if code_of(error) not in NOT_YET or waited >= AGENT_SECONDS:
                raise
        cloud.sleep(POLL_SECONDS)
        waited += POLL_SECONDS
