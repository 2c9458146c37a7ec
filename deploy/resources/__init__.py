"""The kinds of resources, each in a file of its own; what is needed stands before what needs it."""

from deploy.resource import Resource
from deploy.resources.queue import Queue
from deploy.resources.subnet import Subnet
from deploy.resources.vpc import Vpc

KINDS: tuple[type[Resource], ...] = (
    Vpc,
    Subnet,
    Queue,
)
