"""
Waits until this machine is to go, and lets its process end what it does: `python -m deploy.boot.drain`.

The group asks by a lifecycle hook, which is answered when the process has ended; Spot gives two minutes' notice.
"""

import subprocess
import time
from collections.abc import Callable
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import boto3

from deploy.boot.settings import MACHINE, read_machine
from deploy.resources.lifecycle_hook import HOOK
from deploy.resources.target_group import DEREGISTRATION_SECONDS

METADATA = "http://169.254.169.254"
POLL_SECONDS = 5.0
GOING = "Terminated"
TIMEOUT_SECONDS = 5.0


class Hooks(Protocol):
    """The client of Auto Scaling."""

    def complete_lifecycle_action(self, **given: str) -> object: ...


class Metadata:
    """What EC2 tells a machine of itself."""

    def __init__(self, base: str = METADATA) -> None:
        self._base = base

    def get(self, path: str) -> str:
        """Read a line; empty if there is none."""
        lasts = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
        try:
            token = self._ask(Request(f"{self._base}/latest/api/token", method="PUT", headers=lasts))  # noqa: S310
            headers = {"X-aws-ec2-metadata-token": token}
            return self._ask(Request(f"{self._base}/latest/meta-data/{path}", headers=headers))  # noqa: S310
        except HTTPError as error:
            if error.code == 404:
                return ""
            raise

    def _ask(self, request: Request) -> str:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - an address of the link
            text: bytes = answer.read()
        return text.decode().strip()


def await_end(metadata: Metadata, sleep: Callable[[float], None] = time.sleep) -> str:
    """Wait until this machine is to go, and give who says so: `group` or `spot`."""
    while True:
        try:
            if metadata.get("autoscaling/target-lifecycle-state") == GOING:
                return "group"
            if metadata.get("spot/instance-action"):
                return "spot"
        except (URLError, TimeoutError) as error:
            print(f"the metadata cannot be read: {error}", flush=True)
        sleep(POLL_SECONDS)


def drain(
    machine: dict[str, str],
    metadata: Metadata,
    hooks: Hooks,
    stop: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait for the end, stop the process, and tell the group that this machine may go."""
    reason = await_end(metadata, sleep)
    print(f"this machine goes: {reason}", flush=True)
    if machine["TIER"] == "web" and reason == "group":
        sleep(DEREGISTRATION_SECONDS)  # the load balancer still hands over what was under way
    stop(f"cloudapps-{machine['TIER']}.service")
    if reason == "spot":
        while metadata.get("autoscaling/target-lifecycle-state") != GOING:
            sleep(POLL_SECONDS)
    hooks.complete_lifecycle_action(
        AutoScalingGroupName=machine["GROUP"],
        LifecycleHookName=HOOK,
        LifecycleActionResult="CONTINUE",
        InstanceId=metadata.get("instance-id"),
    )


def _stop(unit: str) -> None:
    subprocess.run(["/usr/bin/systemctl", "stop", unit], check=False)  # noqa: S603


def main() -> None:
    """Do it on this machine."""
    machine = read_machine(MACHINE)
    hooks = boto3.Session(region_name=machine["AWS_REGION"]).client("autoscaling")
    drain(machine, Metadata(), hooks, _stop)


if __name__ == "__main__":
    main()
