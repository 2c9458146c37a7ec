"""
Whatever call a command is broken off at, it is run again and gets to the same end, and nothing is there twice.

No state is kept between two runs, so only what a run has written matters: a fault at a call that reads leaves the
account as a fault at the next call that writes. The whole stack is therefore killed at *each* call that writes, every
run going on from where the one before ended; and each kind by itself at each call, with an undisturbed run after it.
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
BEFORE, AFTER = False, True


def run(cloud: Cloud, resources: list[Resource] | None = None) -> None:
    """Plan and apply, as the command does."""
    wanted = stack(cloud.site) if resources is None else resources
    apply(cloud, make_plan(cloud, wanted, KINDS), say=lambda line: None)


def run_destroy(cloud: Cloud) -> None:
    """Plan the end and do it, as the command does."""
    delete(cloud, plan_destroy(cloud, KINDS, with_data=True), say=lambda line: None, with_data=True)


def killed_at_every_call(command: Callable[[], None], faults: Faults, *, answer_lost: bool) -> int:
    """Run a command until it gets through, each time killed when it has written once; count the runs."""
    for runs in range(1, 2000):
        faults.at(1 if answer_lost else 2, answer_lost=answer_lost, only_writing=True)
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
    @pytest.mark.parametrize("answer_lost", [BEFORE, AFTER], ids=["before the call", "after it"])
    def test_that_is_killed_at_every_call_gets_to_the_same_end(
        self, cloud_of: Reach, faults: Faults, answer_lost: bool
    ) -> None:
        cloud = cloud_of()
        run(cloud)
        undisturbed, writing = inventory(cloud), len(faults.writing)
        run_destroy(cloud)

        runs = killed_at_every_call(lambda: run(cloud), faults, answer_lost=answer_lost)

        assert runs >= writing
        assert inventory(cloud) == undisturbed
        assert make_plan(cloud, stack(cloud.site), KINDS).is_empty

    @pytest.mark.parametrize("kind", one_of_each())
    def test_that_is_killed_at_one_call_ends_with_an_undisturbed_run(
        self, cloud_of: Reach, faults: Faults, kind: str
    ) -> None:
        cloud, resources = cloud_of(), [one_of_each()[kind]]
        run(cloud, resources)
        undisturbed, writing = inventory(cloud), len(faults.writing)

        for number in range(1, writing + 1):
            for answer_lost in (BEFORE, AFTER):
                run_destroy(cloud)
                faults.at(number, answer_lost=answer_lost, only_writing=True)
                with pytest.raises(Fault):
                    run(cloud, resources)
                faults.reset()
                run(cloud, resources)
                assert inventory(cloud) == undisturbed

    def test_looks_first_when_the_answer_of_a_call_that_creates_got_lost(self, cloud_of: Reach, faults: Faults) -> None:
        cloud = cloud_of()
        run(cloud)
        undisturbed = inventory(cloud)
        creating = [number for number, call in enumerate(faults.writing, 1) if call.startswith(("Create", "Allocate"))]

        for number in creating:
            run_destroy(cloud)
            faults.at(number, answer_lost=True, only_writing=True, error=lost_answer())
            run(cloud)
            assert inventory(cloud) == undisturbed


class TestDestroy:
    def test_that_is_killed_at_every_call_leaves_nothing(self, cloud_of: Reach, faults: Faults) -> None:
        cloud = cloud_of()
        run(cloud)

        killed_at_every_call(lambda: run_destroy(cloud), faults, answer_lost=AFTER)

        assert inventory(cloud) == {}
