"""All that an environment has."""

from dataclasses import dataclass

from deploy.access import Access
from deploy.compute import Compute
from deploy.data import Data
from deploy.machine_settings import machine_settings
from deploy.network import Network
from deploy.resource import Resource
from deploy.site import Site
from deploy.watching import Watching


@dataclass(frozen=True)
class Parts:
    """The parts of an environment, which refer to each other."""

    network: Network
    data: Data
    access: Access
    watching: Watching
    compute: Compute


def parts(site: Site) -> Parts:
    """Put the parts together."""
    network = Network(site)
    data = Data(site, network)
    access = Access(site, data)
    watching = Watching(site, data)
    return Parts(network, data, access, watching, Compute(site, network, data, access, watching))


def stack(site: Site) -> list[Resource]:
    """List the resources of an environment, in any order: a plan puts what is needed first."""
    own = parts(site)
    return [
        *own.network.resources(),
        *own.data.resources(),
        *own.access.resources(),
        *own.watching.resources(),
        *machine_settings(site, own.network, own.data, own.access),
        *own.compute.resources(),
    ]
