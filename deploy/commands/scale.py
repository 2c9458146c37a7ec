"""Say how many machines of a tier there should be now: TIER N; or between how many: TIER MINIMUM MAXIMUM."""

import argparse

import boto3

from deploy.cloud import Cloud
from deploy.commands import opened
from deploy.errors import DeployError
from deploy.processes import processes
from deploy.release.machines import Group, read_groups
from deploy.release.releases import Releases
from deploy.resources.auto_scaling_group import set_limits


class CannotScale(DeployError):
    """There is no such group, or what was asked for is outside of what it may have."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the tier and one or two numbers."""
    parser.add_argument("tier", choices=list(processes()))
    parser.add_argument("count", type=int, nargs="+", metavar="N", help="one: now; two: minimum and maximum")


def run(options: argparse.Namespace, session: boto3.Session) -> int:
    """Set it. Limits last until the next apply, which sets those of the file."""
    cloud = opened(options, session)
    group = _group(cloud, options.tier)
    if min(options.count) < 0 or len(options.count) > 2:
        raise CannotScale("Give one number, or two: the minimum and the maximum. None is below 0.")
    if len(options.count) == 1:
        _set_now(cloud, group, options.count[0])
    else:
        _set_limits(cloud, group, *options.count)
    return 0


def _group(cloud: Cloud, tier: str) -> Group:
    found = read_groups(cloud, cloud.site.named(tier))
    if not found:
        raise CannotScale(f"There is no group of {tier}. Run apply first.")
    if not Releases(cloud).state().live:
        raise CannotScale("Nothing was released yet: a machine would have nothing to run. Release first.")
    return found[0]


def _set_now(cloud: Cloud, group: Group, count: int) -> None:
    if not group.minimum <= count <= group.maximum:
        raise CannotScale(
            f"{group.name} may have from {group.minimum} to {group.maximum} machines. Change that in the file, or for "
            f"now: scale {group.name.removeprefix(cloud.site.prefix)} MINIMUM MAXIMUM"
        )
    cloud.client("autoscaling").set_desired_capacity(
        AutoScalingGroupName=group.name, DesiredCapacity=count, HonorCooldown=False
    )
    print(f"{group.name}: {group.desired} → {count} machines, until its policies see a reason to change that.")


def _set_limits(cloud: Cloud, group: Group, minimum: int, maximum: int) -> None:
    if minimum > maximum or maximum < 1:
        raise CannotScale("The first number is the minimum, the second the maximum, of at least 1.")
    set_limits(cloud, group.name, minimum, maximum)
    print(f"{group.name}: from {minimum} to {maximum} machines, until the next apply.")
