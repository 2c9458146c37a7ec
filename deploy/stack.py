"""All that an environment has."""

from deploy.access import Access
from deploy.compute import Compute
from deploy.data import Data
from deploy.machine_settings import machine_settings
from deploy.network import Network
from deploy.resource import Resource
from deploy.site import Site
from deploy.watching import Watching


def stack(site: Site) -> list[Resource]:
    """List the resources of an environment, in any order: a plan puts what is needed first."""
    network = Network(site)
    data = Data(site, network)
    access = Access(site, data)
    watching = Watching(site, data)
    return [
        *network.resources(),
        *data.resources(),
        *access.resources(),
        *watching.resources(),
        *machine_settings(site, network, data, access),
        *Compute(site, network, data, access).resources(),
    ]
