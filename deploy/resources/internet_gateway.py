"""The door of a network to the internet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, ec2_pages, ec2_set_tags, ec2_specification
from deploy.resources.vpc import Vpc


@dataclass(frozen=True)
class InternetGateway(Resource):
    """A gateway, attached to its network."""

    kind: ClassVar[str] = "internet gateway"

    vpc: Vpc
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        for gateway in ec2_pages(cloud, "describe_internet_gateways", "InternetGateways", name):
            tags = as_dict(gateway["Tags"])
            vpc_id = next((attached["VpcId"] for attached in gateway["Attachments"]), "")
            yield Found(tags["Name"], gateway["InternetGatewayId"], {"VpcId": vpc_id, "Tags": tags})

    def wanted(self, known: Known) -> Properties:
        return {"VpcId": known.of(self.vpc), "Tags": {**self.tags, "Name": self.name}}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        tags = ec2_specification("internet-gateway", wanted["Tags"])
        cloud.client("ec2").create_internet_gateway(TagSpecifications=tags)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        if "VpcId" in changed:
            _detach(cloud, found)
            cloud.client("ec2").attach_internet_gateway(InternetGatewayId=found.id, VpcId=changed["VpcId"])
        ec2_set_tags(cloud, found, changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        _detach(cloud, found)
        cloud.client("ec2").delete_internet_gateway(InternetGatewayId=found.id)


def _detach(cloud: Cloud, found: Found) -> None:
    if vpc_id := found.properties["VpcId"]:
        cloud.client("ec2").detach_internet_gateway(InternetGatewayId=found.id, VpcId=vpc_id)
