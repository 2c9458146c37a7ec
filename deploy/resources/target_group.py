"""The machines behind a load balancer, and how it knows which of them are well."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_list, elb_set_tags, elb_tags
from deploy.resources.vpc import Vpc

HEALTH = {
    "HealthCheckProtocol": "HTTP",
    "HealthCheckPort": "traffic-port",
    "HealthCheckPath": "/healthz",
    "HealthCheckIntervalSeconds": 10,
    "HealthCheckTimeoutSeconds": 5,
    "HealthyThresholdCount": 2,
    "UnhealthyThresholdCount": 3,
}
DEREGISTRATION_SECONDS = 45  # longer than gunicorn's graceful_timeout
ATTRIBUTES = {
    "deregistration_delay.timeout_seconds": str(DEREGISTRATION_SECONDS),
    "load_balancing.algorithm.type": "least_outstanding_requests",
    # A page and its styles come from one machine, or during a release a machine is asked for what only the next has.
    "stickiness.enabled": "true",
    "stickiness.type": "lb_cookie",
    "stickiness.lb_cookie.duration_seconds": "120",
}


@dataclass(frozen=True)
class TargetGroup(Resource):
    """A group of targets that answer HTTP on one port, asked by `/healthz`."""

    kind: ClassVar[str] = "target group"
    fixed: ClassVar[frozenset[str]] = frozenset({"VpcId", "Port", "Protocol", "TargetType"})

    vpc: Vpc
    port: int
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        elb = cloud.client("elbv2")
        for page in elb.get_paginator("describe_target_groups").paginate():
            for each in page["TargetGroups"]:
                found_name, arn = each["TargetGroupName"], each["TargetGroupArn"]
                if not found_name.startswith(cloud.site.prefix) or name not in {None, found_name}:
                    continue
                attributes = elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
                properties = {
                    **{key: each[key] for key in cls.fixed},
                    "Health": {key: each[key] for key in HEALTH},
                    "Attributes": {own["Key"]: own["Value"] for own in attributes if own["Key"] in ATTRIBUTES},
                    "Tags": elb_tags(cloud, arn),
                }
                yield Found(found_name, arn, properties, {"arn": arn, "label": arn.rsplit(":", 1)[1]})

    def wanted(self, known: Known) -> Properties:
        return {
            "VpcId": known.of(self.vpc),
            "Port": self.port,
            "Protocol": "HTTP",
            "TargetType": "instance",
            "Health": HEALTH,
            "Attributes": ATTRIBUTES,
            "Tags": self.tags,
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        given = {key: wanted[key] for key in self.fixed}
        tags = as_list(wanted["Tags"])
        cloud.client("elbv2").create_target_group(Name=self.name, **given, **wanted["Health"], Tags=tags)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        elb = cloud.client("elbv2")
        if "Health" in changed:
            elb.modify_target_group(TargetGroupArn=found.id, **changed["Health"])
        if "Attributes" in changed:
            elb.modify_target_group_attributes(TargetGroupArn=found.id, Attributes=as_list(changed["Attributes"]))
        elb_set_tags(cloud, found, changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("elbv2").delete_target_group(TargetGroupArn=found.id)
