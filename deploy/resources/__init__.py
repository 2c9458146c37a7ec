"""The kinds of resources, each in a file of its own; what is needed stands before what needs it."""

from deploy.resource import Resource
from deploy.resources.address import Address
from deploy.resources.endpoint import Endpoint
from deploy.resources.internet_gateway import InternetGateway
from deploy.resources.nat_gateway import NatGateway
from deploy.resources.queue import Queue
from deploy.resources.route_table import RouteTable
from deploy.resources.security_group import SecurityGroup
from deploy.resources.security_rules import SecurityRules
from deploy.resources.subnet import Subnet
from deploy.resources.vpc import Vpc

KINDS: tuple[type[Resource], ...] = (
    Vpc,
    InternetGateway,
    Subnet,
    Address,
    NatGateway,
    RouteTable,
    SecurityGroup,
    SecurityRules,
    Endpoint,
    Queue,
)
