"""The machines of a tier: how many there may be, where, and what they are made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags, Unknown
from deploy.resources.launch_template import LaunchTemplate
from deploy.resources.subnet import Subnet
from deploy.resources.tags import as_dict, ec2_filters
from deploy.resources.target_group import TargetGroup
from deploy.site import ENVIRONMENT_TAG

NUMBERS = ("MinSize", "MaxSize", "HealthCheckGracePeriod", "DefaultCooldown")
METRICS = ["GroupDesiredCapacity", "GroupInServiceInstances"]
GOING = ["pending", "running", "shutting-down", "stopping", "stopped"]
GROUP_TAG = "aws:autoscaling:groupName"
COOLDOWN_SECONDS = 180
GRACE_SECONDS = 300  # until a new machine has to be well
OLDEST_FIRST = ["OldestLaunchTemplate", "AllocationStrategy", "Default"]


@dataclass(frozen=True)
class AutoScalingGroup(Resource):
    """
    A group across subnets. How many machines it has is decided by what scales it, and never set here.

    Until there is a release the group has no machine, since that would have nothing to run. `on_demand` machines are
    bought for sure; with `spot` those above them are Spot instances of any of `instance_types`.
    """

    kind: ClassVar[str] = "auto scaling group"

    template: LaunchTemplate
    subnets: tuple[Subnet, ...]
    minimum: int
    maximum: int
    instance_types: tuple[str, ...]
    on_demand: int
    spot: bool
    tags: Tags
    target_group: TargetGroup | None = None

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        """Find groups, and those that are gone but for machines which still go: they use what would be deleted next."""
        there = set()
        for group in groups(cloud, name):
            there.add(group["AutoScalingGroupName"])
            yield _found(group)
        filters = ec2_filters(cloud, None, instance_state_name=GOING)
        for page in cloud.client("ec2").get_paginator("describe_instances").paginate(Filters=filters):
            for instance in [instance for each in page["Reservations"] for instance in each["Instances"]]:
                group_name = as_dict(instance["Tags"]).get(GROUP_TAG, "")
                if group_name and group_name not in there and name in {None, group_name}:
                    there.add(group_name)
                    yield Found(group_name, group_name, {}, deleting=True)

    def wanted(self, known: Known) -> Properties:
        released = not isinstance(known.of(self.template, "release"), Unknown)
        return {
            "MinSize": self.minimum if released else 0,
            "MaxSize": self.maximum,
            "SubnetIds": sorted(known.of(subnet) for subnet in self.subnets),
            "Template": known.of(self.template),
            "InstanceTypes": list(self.instance_types),
            "OnDemand": self.on_demand,
            "OnDemandPercentAbove": 0 if self.spot else 100,
            "TargetGroups": [known.of(self.target_group)] if self.target_group else [],
            "HealthCheckType": "ELB" if self.target_group else "EC2",
            "HealthCheckGracePeriod": GRACE_SECONDS,
            "DefaultCooldown": COOLDOWN_SECONDS,
            "CapacityRebalance": self.spot,
            "TerminationPolicies": OLDEST_FIRST,
            "Metrics": METRICS,
            "Suspended": [],
            "Tags": {**self.tags, "Name": self.name},
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        cloud.client("autoscaling").create_auto_scaling_group(
            AutoScalingGroupName=self.name,
            **_given(wanted),
            DesiredCapacity=wanted["MinSize"],
            TargetGroupARNs=wanted["TargetGroups"],
            Tags=_tags(self.name, wanted["Tags"]),
        )

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        autoscaling, there, group = cloud.client("autoscaling"), found.properties, {"AutoScalingGroupName": found.id}
        if changed.keys() - {"TargetGroups", "Metrics", "Suspended", "Tags"}:
            autoscaling.update_auto_scaling_group(**group, **_given({**there, **changed}))
        if "TargetGroups" in changed:
            for old in there["TargetGroups"]:  # one of ours at the most
                autoscaling.detach_load_balancer_target_groups(**group, TargetGroupARNs=[old])
            for new in changed["TargetGroups"]:
                autoscaling.attach_load_balancer_target_groups(**group, TargetGroupARNs=[new])
        if "Metrics" in changed:
            autoscaling.enable_metrics_collection(**group, Metrics=changed["Metrics"], Granularity="1Minute")
        if "Suspended" in changed:
            autoscaling.resume_processes(**group, ScalingProcesses=there["Suspended"])
        if tags := changed.get("Tags"):
            autoscaling.create_or_update_tags(Tags=_tags(found.id, tags))

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        if not found.deleting:
            cloud.client("autoscaling").delete_auto_scaling_group(AutoScalingGroupName=found.id, ForceDelete=True)


def groups(cloud: Cloud, name: str | None = None) -> Iterator[Any]:
    """Walk over the groups of the environment, or the one of that name, as AWS describes them."""
    asked: dict[str, Any] = {"AutoScalingGroupNames": [name]} if name else {}
    ours = [{"Name": f"tag:{ENVIRONMENT_TAG}", "Values": [cloud.site.environment.name]}]
    pages = cloud.client("autoscaling").get_paginator("describe_auto_scaling_groups").paginate(**asked, Filters=ours)
    for page in pages:
        yield from page["AutoScalingGroups"]


def set_limits(cloud: Cloud, name: str, minimum: int, maximum: int) -> None:
    """Say how many machines a group may have."""
    (group,) = groups(cloud, name)
    limits = {"MinSize": minimum, "MaxSize": maximum}
    properties = {**_found(group).properties, **limits}
    cloud.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName=name, **_given(properties))


def _found(group: Any) -> Found:
    policy = group["MixedInstancesPolicy"]
    distribution, template = policy["InstancesDistribution"], policy["LaunchTemplate"]
    properties = {
        **{key: group[key] for key in NUMBERS},
        "SubnetIds": sorted(group["VPCZoneIdentifier"].split(",")),
        "Template": template["LaunchTemplateSpecification"]["LaunchTemplateId"],
        "InstanceTypes": [each["InstanceType"] for each in template["Overrides"]],
        "OnDemand": distribution["OnDemandBaseCapacity"],
        "OnDemandPercentAbove": distribution["OnDemandPercentageAboveBaseCapacity"],
        "TargetGroups": sorted(group["TargetGroupARNs"]),
        "HealthCheckType": group["HealthCheckType"],
        "CapacityRebalance": group.get("CapacityRebalance", False),
        "TerminationPolicies": group["TerminationPolicies"],
        "Metrics": sorted(each["Metric"] for each in group["EnabledMetrics"]),
        "Suspended": sorted(each["ProcessName"] for each in group["SuspendedProcesses"]),
        "Tags": as_dict(group["Tags"]),
    }
    name = group["AutoScalingGroupName"]
    return Found(name, name, properties, {"arn": group["AutoScalingGroupARN"]}, deleting="Status" in group)


def _given(properties: Properties) -> dict[str, Any]:
    """Write those properties that are set together as AWS wants them."""
    template = {"LaunchTemplateId": properties["Template"], "Version": "$Default"}
    types = [{"InstanceType": each} for each in properties["InstanceTypes"]]
    return {
        **{key: properties[key] for key in NUMBERS},
        "VPCZoneIdentifier": ",".join(properties["SubnetIds"]),
        "HealthCheckType": properties["HealthCheckType"],
        "CapacityRebalance": properties["CapacityRebalance"],
        "TerminationPolicies": properties["TerminationPolicies"],
        "MixedInstancesPolicy": {
            "LaunchTemplate": {"LaunchTemplateSpecification": template, "Overrides": types},
            "InstancesDistribution": {
                "OnDemandAllocationStrategy": "prioritized",
                "OnDemandBaseCapacity": properties["OnDemand"],
                "OnDemandPercentageAboveBaseCapacity": properties["OnDemandPercentAbove"],
                "SpotAllocationStrategy": "price-capacity-optimized",
            },
        },
    }


def _tags(name: str, tags: Tags) -> list[dict[str, Any]]:
    place = {"ResourceId": name, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": True}
    return [{"Key": key, "Value": value, **place} for key, value in tags.items()]
