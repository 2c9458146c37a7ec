"""The network of an environment."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, ec2_pages, ec2_set_tags, ec2_specification

SWITCHES = {"EnableDnsSupport": "enableDnsSupport", "EnableDnsHostnames": "enableDnsHostnames"}  # as asked, as set

EMR_GROUPS = "ElasticMapReduce-*"


@dataclass(frozen=True)
class Vpc(Resource):
    """A VPC that resolves names."""

    kind: ClassVar[str] = "vpc"
    fixed: ClassVar[frozenset[str]] = frozenset({"CidrBlock"})

    cidr: str
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        for vpc in ec2_pages(cloud, "describe_vpcs", "Vpcs", name):
            tags = as_dict(vpc["Tags"])
            switches = {key: _is_on(cloud, vpc["VpcId"], key) for key in SWITCHES}
            yield Found(tags["Name"], vpc["VpcId"], {"CidrBlock": vpc["CidrBlock"], **switches, "Tags": tags})

    def wanted(self, known: Known) -> Properties:
        return {"CidrBlock": self.cidr, **dict.fromkeys(SWITCHES, True), "Tags": {**self.tags, "Name": self.name}}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        tags = ec2_specification("vpc", wanted["Tags"])
        cloud.client("ec2").create_vpc(CidrBlock=wanted["CidrBlock"], TagSpecifications=tags)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        for key in SWITCHES.keys() & changed.keys():  # one a call (EC2 API reference, ModifyVpcAttribute)
            cloud.client("ec2").modify_vpc_attribute(VpcId=found.id, **{key: {"Value": changed[key]}})
        ec2_set_tags(cloud, found, changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        _delete_groups_of_emr(cloud.client("ec2"), found.id)
        cloud.client("ec2").delete_vpc(VpcId=found.id)


def _is_on(cloud: Cloud, vpc_id: str, switch: str) -> Any:
    return cloud.client("ec2").describe_vpc_attribute(VpcId=vpc_id, Attribute=SWITCHES[switch])[switch]["Value"]


def _delete_groups_of_emr(ec2: Any, vpc_id: str) -> None:
    """Delete the groups that EMR makes in a network that it uses, and never deletes; they refer to each other."""
    ours = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "group-name", "Values": [EMR_GROUPS]}]
    groups = ec2.describe_security_groups(Filters=ours)["SecurityGroups"]
    for group in groups:
        if group["IpPermissions"]:
            ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
    for group in groups:
        ec2.delete_security_group(GroupId=group["GroupId"])
