"""All that an environment has."""

from deploy.data import data
from deploy.network import Network
from deploy.resource import Resource
from deploy.site import Site


def stack(site: Site) -> list[Resource]:
    """List the resources of an environment, in any order: `plan` puts what is needed first."""
    network = Network(site)
    return [*network.resources(), *data(site)]
