"""Plans the end of an environment: all that is there goes, but what holds data."""

from deploy.cloud import Cloud
from deploy.plan import Action, Plan, Step
from deploy.resource import Resource


def plan_destroy(cloud: Cloud, kinds: tuple[type[Resource], ...], *, with_data: bool) -> Plan:
    """List everything of the environment, in the order in which it can be deleted."""
    steps = []
    for kind in reversed(kinds):
        keep = kind.holds_data and not with_data
        note = "holds data; --with-data deletes it" if keep else ""
        action = Action.KEEP if keep else Action.DELETE
        steps += [Step(action, kind, found.name, found=found, note=note) for found in kind.find(cloud)]
    return Plan(tuple(steps))
