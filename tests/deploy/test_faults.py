"""
Whatever call a command is broken off at, it is run again and gets to the same end, and nothing is there twice.

No state is kept between two runs, so only what a run has written matters: a fault at a call that reads leaves the
account as a fault at the next call that writes. The whole stack is therefore killed at *each* call that writes, every
run going on from where the one before ended.
"""

from collections.abc import Callable

import pytest

from deploy.apply import apply, delete
from deploy.cloud import Cloud
from deploy.destroy import plan_destroy
from deploy.plan import make_plan
from deploy.resource import Resource, in_order
from deploy.resources import KINDS
from deploy.site import Site
from deploy.stack import stack
from tests.deploy.account import inventory
from tests.deploy.conftest import ACCOUNT, make_environment
from tests.deploy.faults import Fault, Faults, lost_answer

Reach = Callable[..., Cloud]
WITHOUT_TOKEN = ("vpc", "internet gateway", "address", "route table")  # two calls make two of them


def run(cloud: Cloud, resources: list[Resource]) -> None:
    """Plan and apply, as the command does."""
    apply(cloud, make_plan(cloud, resources, KINDS), say=lambda line: None)


def run_destroy(cloud: Cloud) -> None:
    """Plan the end and do it, as the command does."""
    delete(cloud, plan_destroy(cloud, KINDS, with_data=True), say=lambda line: None, with_data=True)


def killed_at_every_call(command: Callable[[], None], faults: Faults, *, answer_lost: bool) -> int:
    """Run a command until it gets through, each time killed when it has written once; count the runs."""
    faults.remembers = True
    for runs in range(1, 2000):
        faults.at(1 if answer_lost else 2, answer_lost=answer_lost)
        try:
            command()
        except Fault:
            continue
        faults.reset()
        return runs
    raise AssertionError("it does not get on")


def one_of_each() -> dict[str, Resource]:
    """Choose a resource of each kind that the tests' environment has."""
    return {resource.kind: resource for resource in in_order(stack(Site(make_environment(), ACCOUNT)))}


class TestApply:
    def test_that_is_killed_after_every_call_gets_to_the_same_end(self, cloud_of: Reach, faults: Faults) -> None:
        cloud = cloud_of()
        everything = stack(cloud.site)
        run(cloud, everything)
        undisturbed = inventory(cloud)
        run_destroy(cloud)

        runs = killed_at_every_call(lambda: run(cloud, everything), faults, answer_lost=True)

        assert runs > 100
        assert inventory(cloud) == undisturbed
        assert make_plan(cloud, everything, KINDS).is_empty

    def test_that_is_killed_before_every_call_gets_to_the_same_end(self, cloud_of: Reach, faults: Faults) -> None:
        cloud = cloud_of()
        resources = list(one_of_each().values())
        run(cloud, resources)
        run(cloud, resources)  # which takes away what AWS put into groups whose rules are not in this list
        undisturbed = inventory(cloud)
        run_destroy(cloud)

        runs = killed_at_every_call(lambda: run(cloud, resources), faults, answer_lost=False)

        assert runs > 50
        assert inventory(cloud) == undisturbed

    @pytest.mark.parametrize("kind", WITHOUT_TOKEN)
    def test_looks_first_when_an_answer_got_lost(self, cloud_of: Reach, faults: Faults, kind: str) -> None:
        cloud, resource = cloud_of(), one_of_each()[kind]
        run(cloud, list(resource.needs))
        faults.at(1, answer_lost=True, error=lost_answer())

        run(cloud, [resource])

        assert faults.writing[0].startswith(("Create", "Allocate"))
        assert make_plan(cloud, [resource], KINDS).is_empty


class TestDestroy:
    def test_that_is_killed_after_every_call_leaves_nothing(self, cloud_of: Reach, faults: Faults) -> None:
        cloud = cloud_of()
        run(cloud, stack(cloud.site))

        killed_at_every_call(lambda: run_destroy(cloud), faults, answer_lost=True)

        assert inventory(cloud) == {}
