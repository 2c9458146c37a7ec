"""The way out for machines without a public address."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.address import Address
from deploy.resources.internet_gateway import InternetGateway
from deploy.resources.subnet import Subnet
from deploy.resources.tags import as_dict, ec2_filters, ec2_set_tags, ec2_specification

STATES = ["pending", "available", "failed", "deleting"]  # a deleted one is shown for an hour


@dataclass(frozen=True)
class NatGateway(Resource):
    """A NAT gateway in a public subnet."""

    kind: ClassVar[str] = "nat gateway"
    fixed: ClassVar[frozenset[str]] = frozenset({"SubnetId", "AllocationId"})

    subnet: Subnet
    address: Address
    internet_gateway: InternetGateway  # without which AWS makes none
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        pages = cloud.client("ec2").get_paginator("describe_nat_gateways")
        for page in pages.paginate(Filter=ec2_filters(cloud, name, state=STATES)):
            for gateway in page["NatGateways"]:
                tags = as_dict(gateway["Tags"])
                address = next((found["AllocationId"] for found in gateway["NatGatewayAddresses"]), "")
                yield Found(
                    tags["Name"],
                    gateway["NatGatewayId"],
                    {"SubnetId": gateway["SubnetId"], "AllocationId": address, "Tags": tags},
                    ready=gateway["State"] == "available",
                    trouble=gateway.get("FailureMessage", ""),
                    deleting=gateway["State"] == "deleting",
                )

    def wanted(self, known: Known) -> Properties:
        return {
            "SubnetId": known.of(self.subnet),
            "AllocationId": known.of(self.address),
            "Tags": {**self.tags, "Name": self.name},
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        place = {key: wanted[key] for key in self.fixed}
        cloud.client("ec2").create_nat_gateway(
            **place, TagSpecifications=ec2_specification("natgateway", wanted["Tags"])
        )

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        ec2_set_tags(cloud, found, changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        if not found.deleting:
            cloud.client("ec2").delete_nat_gateway(NatGatewayId=found.id)
