"""The network of an environment: a VPC in two zones. The compute part takes what it needs from here by name."""

from functools import cached_property
from ipaddress import IPv4Network

from deploy.resource import Resource
from deploy.resources.subnet import Subnet
from deploy.resources.vpc import Vpc
from deploy.site import Site

SUBNET_PREFIX_LENGTH = 20  # 4,096 addresses: public ones are blocks 0 and 1 of sixteen, private ones 8 and 9
MANAGED_TAG = "for-use-with-amazon-emr-managed-policies"  # else EMR may not use them


class Network:
    """The parts that others refer to."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._blocks = [
            str(block) for block in IPv4Network(site.environment.network).subnets(new_prefix=SUBNET_PREFIX_LENGTH)
        ]

    def resources(self) -> list[Resource]:
        """List all of it."""
        return [self.vpc, *self.public, *self.private]

    @cached_property
    def vpc(self) -> Vpc:
        """The VPC."""
        return Vpc(self._site.named("vpc"), self._site.environment.network, self._site.tags)

    @cached_property
    def public(self) -> tuple[Subnet, ...]:
        """Where the load balancer is, and what leads out."""
        return self._subnets("public", first_block=0)

    @cached_property
    def private(self) -> tuple[Subnet, ...]:
        """Where machines and databases are."""
        return self._subnets("private", first_block=8)

    def _subnets(self, name: str, *, first_block: int) -> tuple[Subnet, ...]:
        return tuple(
            Subnet(
                self._site.named(f"{name}-{zone[-1]}"),
                self.vpc,
                self._blocks[first_block + number],
                zone,
                name == "public",
                {**self._site.tags, MANAGED_TAG: "true"},
            )
            for number, zone in enumerate(self._site.environment.zones)
        )
