"""Where the packets of subnets go."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.internet_gateway import InternetGateway
from deploy.resources.nat_gateway import NatGateway
from deploy.resources.subnet import Subnet
from deploy.resources.tags import as_dict, ec2_pages, ec2_set_tags, ec2_specification
from deploy.resources.vpc import Vpc

EVERYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class RouteTable(Resource):
    """The table of some subnets: everything outside the network goes through one gateway, or nowhere."""

    kind: ClassVar[str] = "route table"
    fixed: ClassVar[frozenset[str]] = frozenset({"VpcId"})

    vpc: Vpc
    subnets: tuple[Subnet, ...]
    gateway: InternetGateway | NatGateway | None
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        for table in ec2_pages(cloud, "describe_route_tables", "RouteTables", name):
            tags = as_dict(table["Tags"])
            used = {each["SubnetId"]: each["RouteTableAssociationId"] for each in _associations(table)}
            properties = {"VpcId": table["VpcId"], "Routes": _routes(table), "SubnetIds": sorted(used), "Tags": tags}
            yield Found(tags["Name"], table["RouteTableId"], properties, used)

    def wanted(self, known: Known) -> Properties:
        return {
            "VpcId": known.of(self.vpc),
            "Routes": {EVERYWHERE: known.of(self.gateway)} if self.gateway else {},
            "SubnetIds": sorted(known.of(subnet) for subnet in self.subnets),
            "Tags": {**self.tags, "Name": self.name},
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        tags = ec2_specification("route-table", wanted["Tags"])
        cloud.client("ec2").create_route_table(VpcId=wanted["VpcId"], TagSpecifications=tags)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        if "Routes" in changed:
            self._set_routes(cloud, found, changed["Routes"])
        if "SubnetIds" in changed:
            self._set_subnets(cloud, found, changed["SubnetIds"])
        ec2_set_tags(cloud, found, changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        for association in found.attributes.values():
            cloud.client("ec2").disassociate_route_table(AssociationId=association)
        cloud.client("ec2").delete_route_table(RouteTableId=found.id)

    def _set_routes(self, cloud: Cloud, found: Found, routes: dict[str, str]) -> None:
        ec2, there = cloud.client("ec2"), found.properties["Routes"]
        for block, gateway in routes.items():
            set_route = ec2.replace_route if block in there else ec2.create_route
            if there.get(block) != gateway:
                parameter = "NatGatewayId" if isinstance(self.gateway, NatGateway) else "GatewayId"
                set_route(RouteTableId=found.id, DestinationCidrBlock=block, **{parameter: gateway})
        for block in there.keys() - routes.keys():
            ec2.delete_route(RouteTableId=found.id, DestinationCidrBlock=block)

    def _set_subnets(self, cloud: Cloud, found: Found, subnet_ids: list[str]) -> None:
        ec2, there = cloud.client("ec2"), found.attributes
        for subnet_id in subnet_ids:
            if subnet_id in there:
                continue
            if other := _association_of(ec2, subnet_id):
                ec2.replace_route_table_association(AssociationId=other, RouteTableId=found.id)
            else:
                ec2.associate_route_table(RouteTableId=found.id, SubnetId=subnet_id)
        for subnet_id in there.keys() - set(subnet_ids):
            ec2.disassociate_route_table(AssociationId=there[subnet_id])


def _associations(table: Any) -> list[Any]:
    return [each for each in table.get("Associations", []) if "SubnetId" in each]


def _association_of(ec2: Any, subnet_id: str) -> str:
    """Find by which association another table has this subnet; empty if none has."""
    narrowed = [{"Name": "association.subnet-id", "Values": [subnet_id]}]
    tables = ec2.describe_route_tables(Filters=narrowed)["RouteTables"]
    found = (each for table in tables for each in _associations(table) if each["SubnetId"] == subnet_id)
    return next((each["RouteTableAssociationId"] for each in found), "")


def _routes(table: Any) -> dict[str, str]:
    """Read where blocks of addresses lead, without what AWS puts in by itself: the network's own, endpoints."""
    found = {route.get("DestinationCidrBlock"): route for route in table["Routes"]}
    gateways = {block: route.get("NatGatewayId") or route.get("GatewayId") or "" for block, route in found.items()}
    return {block: way for block, way in gateways.items() if block and way != "local" and not way.startswith("vpce-")}
