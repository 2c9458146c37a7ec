"""A way to a service of AWS that does not leave the network."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.route_table import RouteTable
from deploy.resources.security_group import SecurityGroup
from deploy.resources.subnet import Subnet
from deploy.resources.tags import as_dict, ec2_pages, ec2_set_tags, ec2_specification
from deploy.resources.vpc import Vpc

STATES = ["pendingAcceptance", "pending", "available", "failed", "deleting"]
PARTS = ("RouteTableIds", "SubnetIds", "SecurityGroupIds")  # which `modify_vpc_endpoint` adds and removes


@dataclass(frozen=True)
class Endpoint(Resource):
    """
    An endpoint of a service, such as `s3`.

    With route tables it is a gateway, which costs nothing (S3 and DynamoDB have one); with subnets and groups it is an
    interface, which costs by the hour, and answers to the service's public name.
    """

    kind: ClassVar[str] = "endpoint"
    fixed: ClassVar[frozenset[str]] = frozenset({"VpcId", "ServiceName", "VpcEndpointType"})

    vpc: Vpc
    service: str
    tags: Tags
    route_tables: tuple[RouteTable, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    groups: tuple[SecurityGroup, ...] = ()

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        pages = ec2_pages(cloud, "describe_vpc_endpoints", "VpcEndpoints", name, vpc_endpoint_state=STATES)
        for endpoint in pages:
            tags = as_dict(endpoint["Tags"])
            properties = {
                **{key: endpoint[key] for key in cls.fixed},
                "RouteTableIds": sorted(endpoint.get("RouteTableIds", [])),
                "SubnetIds": sorted(endpoint.get("SubnetIds", [])),
                "SecurityGroupIds": sorted(group["GroupId"] for group in endpoint.get("Groups", [])),
                "Tags": tags,
            }
            state = endpoint["State"].lower()
            trouble = endpoint.get("LastError", {}).get("Message", "") if state == "failed" else ""
            yield Found(
                tags["Name"],
                endpoint["VpcEndpointId"],
                properties,
                ready=state == "available",
                trouble=trouble,
                deleting=state == "deleting",
            )

    def wanted(self, known: Known) -> Properties:
        return {
            "VpcId": known.of(self.vpc),
            "ServiceName": self.service,
            "VpcEndpointType": "Gateway" if self.route_tables else "Interface",
            "RouteTableIds": sorted(known.of(table) for table in self.route_tables),
            "SubnetIds": sorted(known.of(subnet) for subnet in self.subnets),
            "SecurityGroupIds": sorted(known.of(group) for group in self.groups),
            "Tags": {**self.tags, "Name": self.name},
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        given = {key: value for key, value in wanted.items() if key != "Tags" and value}
        if self.subnets:
            given["PrivateDnsEnabled"] = True
        tags = ec2_specification("vpc-endpoint", wanted["Tags"])
        cloud.client("ec2").create_vpc_endpoint(**given, TagSpecifications=tags)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        asked: dict[str, Any] = {}
        for key in set(PARTS) & changed.keys():
            there, wanted = set(found.properties[key]), set(changed[key])
            asked |= {f"Add{key}": sorted(wanted - there)} if wanted - there else {}
            asked |= {f"Remove{key}": sorted(there - wanted)} if there - wanted else {}
        if asked:
            cloud.client("ec2").modify_vpc_endpoint(VpcEndpointId=found.id, **asked)
        ec2_set_tags(cloud, found, changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[found.id])
