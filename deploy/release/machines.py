"""The machines of a group, as a release sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.cloud import Cloud
from deploy.resources.auto_scaling_group import groups
from deploy.resources.launch_template import RELEASE_TAG, VERSION_TAG
from deploy.resources.tags import as_dict

LEAVING = ("Terminating", "Terminated", "Detaching", "Detached")


@dataclass(frozen=True)
class Machine:
    """A machine of a group."""

    id: str
    instance_type: str
    state: str  # EC2's
    lifecycle: str  # the group's
    well: bool  # for the group
    release: str
    version: str  # what it was made from
    launched_at: datetime
    private_dns: str
    private_ip: str
    public_dns: str
    public_ip: str
    zone: str

    @property
    def host(self) -> str:
        """The name that it gives itself."""
        return self.private_dns.partition(".")[0]


@dataclass(frozen=True)
class Group:
    """A group with its machines; those that leave are not among them."""

    name: str
    minimum: int
    maximum: int
    desired: int
    suspended: tuple[str, ...]
    target_groups: tuple[str, ...]
    machines: tuple[Machine, ...]


def read_groups(cloud: Cloud, name: str | None = None) -> list[Group]:
    """Read the groups of the environment with their machines, or the one of that name."""
    found = list(groups(cloud, name))
    ids = [each["InstanceId"] for group in found for each in group["Instances"]]
    described = _described(cloud, ids)
    return [_group(group, described) for group in found]


def _group(group: Any, described: dict[str, Any]) -> Group:
    staying = [each for each in group["Instances"] if not each["LifecycleState"].startswith(LEAVING)]
    machines = [_machine(each, described[each["InstanceId"]]) for each in staying if each["InstanceId"] in described]
    return Group(
        group["AutoScalingGroupName"],
        group["MinSize"],
        group["MaxSize"],
        group["DesiredCapacity"],
        tuple(sorted(each["ProcessName"] for each in group["SuspendedProcesses"])),
        tuple(group["TargetGroupARNs"]),
        tuple(sorted(machines, key=lambda machine: (machine.launched_at, machine.id))),
    )


def _machine(member: Any, instance: Any) -> Machine:
    tags = as_dict(instance.get("Tags", []))
    return Machine(
        member["InstanceId"],
        instance["InstanceType"],
        instance["State"]["Name"],
        member["LifecycleState"],
        member["LifecycleState"] == "InService" and member["HealthStatus"].lower() == "healthy",
        tags.get(RELEASE_TAG, ""),
        tags.get(VERSION_TAG, ""),
        instance["LaunchTime"],
        instance.get("PrivateDnsName", ""),
        instance.get("PrivateIpAddress", ""),
        instance.get("PublicDnsName", ""),
        instance.get("PublicIpAddress", ""),
        instance["Placement"]["AvailabilityZone"],
    )


def _described(cloud: Cloud, ids: Iterable[str]) -> dict[str, Any]:
    """Ask EC2 by a filter, which a machine that is gone does no harm to."""
    wanted = list(ids)
    if not wanted:
        return {}
    pages = cloud.client("ec2").get_paginator("describe_instances")
    found = pages.paginate(Filters=[{"Name": "instance-id", "Values": wanted}])
    instances = [instance for page in found for each in page["Reservations"] for instance in each["Instances"]]
    return {instance["InstanceId"]: instance for instance in instances}
