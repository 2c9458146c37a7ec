"""A part of the network in one availability zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, ec2_pages, ec2_set_tags, ec2_specification
from deploy.resources.vpc import Vpc


@dataclass(frozen=True)
class Subnet(Resource):
    """A subnet; machines get public addresses in a public one, and only there."""

    kind: ClassVar[str] = "subnet"
    fixed: ClassVar[frozenset[str]] = frozenset({"VpcId", "CidrBlock", "AvailabilityZone"})

    vpc: Vpc
    cidr: str
    zone: str
    public: bool
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        for subnet in ec2_pages(cloud, "describe_subnets", "Subnets", name):
            tags = as_dict(subnet["Tags"])
            keys = ("VpcId", "CidrBlock", "AvailabilityZone", "MapPublicIpOnLaunch")
            yield Found(tags["Name"], subnet["SubnetId"], {**{key: subnet[key] for key in keys}, "Tags": tags})

    def wanted(self, known: Known) -> Properties:
        return {
            "VpcId": known.of(self.vpc),
            "CidrBlock": self.cidr,
            "AvailabilityZone": self.zone,
            "MapPublicIpOnLaunch": self.public,
            "Tags": {**self.tags, "Name": self.name},
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        place = {key: wanted[key] for key in self.fixed}
        cloud.client("ec2").create_subnet(**place, TagSpecifications=ec2_specification("subnet", wanted["Tags"]))

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        if "MapPublicIpOnLaunch" in changed:
            value = {"Value": changed["MapPublicIpOnLaunch"]}
            cloud.client("ec2").modify_subnet_attribute(SubnetId=found.id, MapPublicIpOnLaunch=value)
        ec2_set_tags(cloud, found, changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("ec2").delete_subnet(SubnetId=found.id)
