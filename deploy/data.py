"""What keeps and carries data."""

from deploy.processes import queues
from deploy.resource import Resource
from deploy.resources.queue import Queue
from deploy.site import Site

VISIBILITY_SECONDS = 120  # the setting VISIBILITY_TIMEOUT_SECONDS
DELIVERIES = 5  # the most attempts that a job gets


def data(site: Site) -> list[Resource]:
    """List all of it."""
    return [*all_queues(site)]


def all_queues(site: Site) -> list[Resource]:
    """Give each queue, with the one for its dead letters."""
    dead = [Queue(site.named(f"{name}-dead"), site.tags) for name in queues()]
    live = [
        Queue(site.named(name), site.tags, VISIBILITY_SECONDS, dead_one, DELIVERIES)
        for name, dead_one in zip(queues(), dead, strict=True)
    ]
    return [*dead, *live]
