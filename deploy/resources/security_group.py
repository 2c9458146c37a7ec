"""Who is meant by a rule of the network."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, ec2_pages, ec2_set_tags, ec2_specification
from deploy.resources.vpc import Vpc


@dataclass(frozen=True)
class SecurityGroup(Resource):
    """A group of network interfaces. What it may is said by its `SecurityRules`, since groups refer to each other."""

    kind: ClassVar[str] = "security group"
    fixed: ClassVar[frozenset[str]] = frozenset({"VpcId", "Description"})

    vpc: Vpc
    description: str
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        for group in ec2_pages(cloud, "describe_security_groups", "SecurityGroups", name):
            tags = as_dict(group["Tags"])
            properties = {"VpcId": group["VpcId"], "Description": group["Description"], "Tags": tags}
            yield Found(tags["Name"], group["GroupId"], properties)

    def wanted(self, known: Known) -> Properties:
        return {
            "VpcId": known.of(self.vpc),
            "Description": self.description,
            "Tags": {**self.tags, "Name": self.name},
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        given = {key: wanted[key] for key in self.fixed}
        tags = ec2_specification("security-group", wanted["Tags"])
        cloud.client("ec2").create_security_group(GroupName=self.name, **given, TagSpecifications=tags)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        ec2_set_tags(cloud, found, changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("ec2").delete_security_group(GroupId=found.id)
