"""What tests of releases share: an environment that was applied, parcels, and an oracle in the place of health."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from deploy.apply import apply
from deploy.cloud import Cloud
from deploy.plan import make_plan
from deploy.release.artifact import Artifact
from deploy.release.flow import Flow
from deploy.release.health import WELL
from deploy.release.machines import Group, Machine, read_groups
from deploy.release.upload import upload
from deploy.resource import Found, Known, Resource, in_order, look
from deploy.resources.auto_scaling_group import AutoScalingGroup
from deploy.resources.launch_template import LaunchTemplate
from deploy.resources.security_group import SecurityGroup
from deploy.resources.subnet import Subnet
from deploy.resources.target_group import TargetGroup
from deploy.resources.vpc import Vpc
from deploy.stack import parts

TIERS = {
    "web": {"minimum": 2, "maximum": 4},
    "worker": {"minimum": 1, "maximum": 3, "spot": True},
    "mapreduce": {"minimum": 0, "maximum": 1, "scale_to_zero": True},
}


@dataclass
class Oracle:
    """
    Says how machines are by the release they run, and watches what is there whenever it is asked.

    `floor` is the fewest well machines of web that there ever were.
    """

    ill: set[str] = field(default_factory=set)
    floor: int = 1000
    largest: int = 0

    def of(self, group: Group, machines: Iterable[Machine]) -> dict[str, str]:
        """See `deploy.release.health.Health`."""
        if group.name.endswith("-web"):
            self.floor = min(self.floor, sum(machine.release not in self.ill for machine in group.machines))
            self.largest = max(self.largest, len(group.machines))
        return {machine.id: "answers 500" if machine.release in self.ill else WELL for machine in machines}


def make_machines(cloud: Cloud) -> None:
    """Make what releases need and no more: the groups of all tiers, and the bucket of artifacts."""
    own = parts(cloud.site)
    place: list[Resource] = [*own.network.private, *own.network.groups.tiers.values(), own.compute.target_group]
    apply(cloud, make_plan(cloud, place, (Vpc, Subnet, SecurityGroup, TargetGroup)), say=lambda line: None)
    known = Known()
    for group in own.compute.groups.values():
        for resource in in_order([group]):
            if isinstance(resource, LaunchTemplate | AutoScalingGroup):
                resource.create(cloud, resource.wanted(known))
            found = look(type(resource), cloud, resource.name)
            known.add(resource, found or Found(resource.name, resource.name, {}))  # roles and such: a name will do
    place_of_bucket = {"LocationConstraint": cloud.site.region}
    cloud.client("s3").create_bucket(Bucket=own.data.artifacts.name, CreateBucketConfiguration=place_of_bucket)


def parcel(cloud: Cloud, folder: Path, revision: str = "0123456789abcdef") -> str:
    """Upload a small parcel, and give the number it got."""
    path = folder / "cloudapps.tar.gz"
    path.write_bytes(b"parcel of " + revision.encode())
    artifact = Artifact(path, revision, "Say hello", "0" * 64, path.stat().st_size)
    return upload(cloud, artifact, Console(quiet=True)).name


def flow(cloud: Cloud, oracle: Oracle | None = None) -> Flow:
    """Make a flow that says nothing."""
    return Flow(cloud, oracle or Oracle(), say=lambda line: None)


def running(cloud: Cloud) -> dict[str, list[str]]:
    """Give the releases that the machines of each tier run."""
    prefix = cloud.site.prefix
    return {
        group.name.removeprefix(prefix): [machine.release for machine in group.machines]
        for group in read_groups(cloud)
        if group.machines
    }
