"""What the world speaks to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from botocore.exceptions import ClientError

from deploy.cloud import Cloud, code_of
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.security_group import SecurityGroup
from deploy.resources.subnet import Subnet
from deploy.resources.tags import as_list, elb_set_tags, elb_tags

ATTRIBUTES = {
    "idle_timeout.timeout_seconds": "60",  # shorter than gunicorn's keepalive, else requests meet closed connections
    "routing.http.drop_invalid_header_fields.enabled": "true",
}


@dataclass(frozen=True)
class LoadBalancer(Resource):
    """An Application Load Balancer, open to the internet."""

    kind: ClassVar[str] = "load balancer"

    subnets: tuple[Subnet, ...]
    group: SecurityGroup
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        elb = cloud.client("elbv2")
        for page in elb.get_paginator("describe_load_balancers").paginate():
            for each in page["LoadBalancers"]:
                found_name, arn = each["LoadBalancerName"], each["LoadBalancerArn"]
                if not found_name.startswith(cloud.site.prefix) or name not in {None, found_name}:
                    continue
                attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
                properties = {
                    "SubnetIds": sorted(zone["SubnetId"] for zone in each["AvailabilityZones"]),
                    "SecurityGroupIds": sorted(each["SecurityGroups"]),
                    "Attributes": {own["Key"]: own["Value"] for own in attributes if own["Key"] in ATTRIBUTES},
                    "Tags": elb_tags(cloud, arn),
                }
                state = each["State"]["Code"]
                yield Found(
                    found_name,
                    arn,
                    properties,
                    {"arn": arn, "dns": each["DNSName"], "label": arn.split(":loadbalancer/")[1]},
                    ready=state in {"active", "active_impaired"},
                    trouble=each["State"].get("Reason", state) if state == "failed" else "",
                )

    def wanted(self, known: Known) -> Properties:
        return {
            "SubnetIds": sorted(known.of(subnet) for subnet in self.subnets),
            "SecurityGroupIds": [known.of(self.group)],
            "Attributes": ATTRIBUTES,
            "Tags": self.tags,
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        cloud.client("elbv2").create_load_balancer(
            Name=self.name,
            Type="application",
            Scheme="internet-facing",
            IpAddressType="ipv4",
            Subnets=wanted["SubnetIds"],
            SecurityGroups=wanted["SecurityGroupIds"],
            Tags=as_list(wanted["Tags"]),
        )

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        elb, arn = cloud.client("elbv2"), found.id
        if "SubnetIds" in changed:
            elb.set_subnets(LoadBalancerArn=arn, Subnets=changed["SubnetIds"])
        if "SecurityGroupIds" in changed:
            elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=changed["SecurityGroupIds"])
        if "Attributes" in changed:
            elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=as_list(changed["Attributes"]))
        elb_set_tags(cloud, found, changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        try:
            cloud.client("elbv2").delete_load_balancer(LoadBalancerArn=found.id)
        except ClientError as error:
            if code_of(error) != "LoadBalancerNotFound":
                raise
