"""The network of an environment: two zones, each with a public and a private subnet. Others refer to its parts."""

from functools import cached_property
from ipaddress import IPv4Network

from deploy.groups import Groups
from deploy.resource import Resource
from deploy.resources.address import Address
from deploy.resources.endpoint import Endpoint
from deploy.resources.internet_gateway import InternetGateway
from deploy.resources.nat_gateway import NatGateway
from deploy.resources.route_table import RouteTable
from deploy.resources.subnet import Subnet
from deploy.resources.vpc import Vpc
from deploy.site import Site

SUBNET_PREFIX_LENGTH = 20  # 4,096 addresses: public ones are blocks 0 and 1 of sixteen, private ones 8 and 9
EMR_TAG = {"for-use-with-amazon-emr-managed-policies": "true"}  # else EMR may not use them
GATEWAY_SERVICES = ("s3", "dynamodb")  # cost nothing
INTERFACE_SERVICES = (  # without a way out, machines need one for each service that they call
    "sqs",
    "sts",
    "ssm",
    "ssmmessages",
    "ec2messages",
    "secretsmanager",
    "logs",
    "monitoring",
    "autoscaling",
    "elasticmapreduce",
    "email",
)


class Network:
    """The parts, by name."""

    def __init__(self, site: Site) -> None:
        self._site = site
        blocks = IPv4Network(site.environment.network).subnets(new_prefix=SUBNET_PREFIX_LENGTH)
        self._blocks = [str(block) for block in blocks]

    def resources(self) -> list[Resource]:
        """List all of it."""
        return [*self.public, *self.private, *self.route_tables, *self.endpoints, *self.groups.resources()]

    @cached_property
    def vpc(self) -> Vpc:
        """The VPC."""
        site = self._site
        return Vpc(site.named("vpc"), site.environment.network, {**site.tags, **EMR_TAG})

    @cached_property
    def groups(self) -> Groups:
        """The security groups."""
        return Groups(self._site, self.vpc)

    @cached_property
    def public(self) -> tuple[Subnet, ...]:
        """Where the load balancer is, and what leads out."""
        return self._subnets("public", first_block=0)

    @cached_property
    def private(self) -> tuple[Subnet, ...]:
        """Where machines and databases are."""
        return self._subnets("private", first_block=8)

    @cached_property
    def internet_gateway(self) -> InternetGateway:
        """The door to the internet."""
        return InternetGateway(self._site.named("internet"), self.vpc, self._site.tags)

    @cached_property
    def nat_gateways(self) -> tuple[NatGateway | None, ...]:
        """The way out of each private subnet; None where there is none."""
        match self._site.environment.nat:
            case "endpoints":
                return (None, None)
            case "gateway":
                return (self._nat_gateway(self.public[0]),) * 2
            case "gateways":
                return tuple(self._nat_gateway(subnet) for subnet in self.public)

    @cached_property
    def route_tables(self) -> tuple[RouteTable, ...]:
        """One for what is public, and one for each private subnet."""
        named, tags = self._site.named, self._site.tags
        public = RouteTable(named("public"), self.vpc, self.public, self.internet_gateway, tags)
        ways = zip(self.private, self.nat_gateways, strict=True)
        return (public, *(RouteTable(subnet.name, self.vpc, (subnet,), way, tags) for subnet, way in ways))

    @property
    def endpoints(self) -> list[Endpoint]:
        """The ways to services of AWS that do not leave the network."""
        site = self._site
        found = [
            Endpoint(site.named(name), self.vpc, self._service(name), site.tags, route_tables=self.route_tables)
            for name in GATEWAY_SERVICES
        ]
        if self.groups.endpoints is None:
            return found
        reached_by = (self.groups.endpoints,)
        return found + [
            Endpoint(site.named(name), self.vpc, self._service(name), site.tags, (), self.private, reached_by)
            for name in INTERFACE_SERVICES
        ]

    def _subnets(self, name: str, *, first_block: int) -> tuple[Subnet, ...]:
        tags = {**self._site.tags, **EMR_TAG}
        return tuple(
            Subnet(self._site.named(f"{name}-{zone[-1]}"), self.vpc, block, zone, name == "public", tags)
            for zone, block in zip(self._site.environment.zones, self._blocks[first_block:], strict=False)
        )

    def _nat_gateway(self, subnet: Subnet) -> NatGateway:
        name = self._site.named(f"nat-{subnet.zone[-1]}")
        address = Address(name, self._site.tags)
        return NatGateway(name, subnet, address, self.internet_gateway, self._site.tags)

    def _service(self, name: str) -> str:
        return f"com.amazonaws.{self._site.region}.{name}"
