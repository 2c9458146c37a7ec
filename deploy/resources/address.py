"""A public address that stays the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, ec2_filters, ec2_set_tags, ec2_specification


@dataclass(frozen=True)
class Address(Resource):
    """An Elastic IP address."""

    kind: ClassVar[str] = "address"

    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        for address in cloud.client("ec2").describe_addresses(Filters=ec2_filters(cloud, name))["Addresses"]:
            tags = as_dict(address["Tags"])
            yield Found(tags["Name"], address["AllocationId"], {"Tags": tags}, {"ip": address["PublicIp"]})

    def wanted(self, known: Known) -> Properties:
        return {"Tags": {**self.tags, "Name": self.name}}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        tags = ec2_specification("elastic-ip", wanted["Tags"])
        cloud.client("ec2").allocate_address(Domain="vpc", TagSpecifications=tags)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        ec2_set_tags(cloud, found, changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("ec2").release_address(AllocationId=found.id)
