"""A release replaces machines batch by batch and loses none; one that does not get well goes back by itself."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.cloud import Cloud
from deploy.release.flow import NothingEarlier, ReleaseFailed, RollGoesOn
from deploy.release.machines import read_groups
from deploy.release.releases import NoSuchRelease, ReleasedElsewhere, Releases, Roll
from tests.deploy.conftest import NOW
from tests.deploy.faults import Fault, Faults
from tests.deploy.releasing import TIERS, Oracle, flow, make_machines, parcel, running

Reach = Callable[..., Cloud]
ASLEEP = {"minimum": 0, "scale_to_zero": True}
SMALL = {**TIERS, "consumer": ASLEEP, "listener": ASLEEP, "beat": ASLEEP}
FULL = {"web": 2, "worker": 1, "consumer": 1, "listener": 1, "beat": 1}


@pytest.fixture
def cloud(cloud_of: Reach) -> Cloud:
    """An environment in which nothing was released."""
    reached = cloud_of(tiers=TIERS)
    make_machines(reached)
    return reached


@pytest.fixture
def live(cloud: Cloud, tmp_path: Path) -> Cloud:
    """An environment that runs release 1."""
    flow(cloud).release(parcel(cloud, tmp_path))
    return cloud


def all_run(release: str) -> dict[str, list[str]]:
    """What runs when every tier has as many machines as it should."""
    return {tier: [release] * count for tier, count in FULL.items()}


def go_on(cloud: Cloud, number: str, oracle: Oracle) -> None:
    """Do what the person does whose release was broken off."""
    state = Releases(cloud).state()
    if state.rolling:
        flow(cloud, oracle).resume()
    elif state.live != number:
        flow(cloud, oracle).release(number)


def limits(cloud: Cloud) -> dict[str, tuple[int, int, int, tuple[str, ...]]]:
    """Each group's minimum, maximum, wanted number, and what of it is suspended."""
    return {group.name: (group.minimum, group.maximum, group.desired, group.suspended) for group in read_groups(cloud)}


class TestFirstRelease:
    def test_starts_the_machines_of_every_tier(self, cloud: Cloud, tmp_path: Path) -> None:
        assert running(cloud) == {}

        flow(cloud).release(parcel(cloud, tmp_path))

        assert running(cloud) == all_run("1")
        assert Releases(cloud).state().live == "1"

    def test_migrates_once(self, cloud: Cloud, tmp_path: Path) -> None:
        flow(cloud).release(parcel(cloud, tmp_path))

        (command,) = cloud.client("ssm").list_commands()["Commands"]
        assert command["Parameters"]["commands"] == ["/usr/local/sbin/cloudapps-migrate 1"]
        assert len(command["InstanceIds"]) == 1

    def test_that_does_not_get_well_leaves_no_machine(self, cloud: Cloud, tmp_path: Path) -> None:
        before = limits(cloud)

        with pytest.raises(ReleaseFailed, match="answers 500"):
            flow(cloud, Oracle(ill={"1"})).release(parcel(cloud, tmp_path))

        assert running(cloud) == {}
        assert limits(cloud) == before
        assert Releases(cloud).state().live == ""


class TestNextRelease:
    def test_replaces_every_machine_and_never_has_fewer(self, live: Cloud, tmp_path: Path) -> None:
        oracle, before = Oracle(), limits(live)

        flow(live, oracle).release(parcel(live, tmp_path))

        assert running(live) == all_run("2")
        assert oracle.floor == 2
        assert oracle.largest == 3  # one more at a time
        assert limits(live) == before

    def test_keeps_as_many_machines_as_scaling_wanted(self, live: Cloud, tmp_path: Path) -> None:
        name = live.site.named("web")
        live.client("autoscaling").set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=4)
        oracle = Oracle()

        flow(live, oracle).release(parcel(live, tmp_path))

        assert running(live)["web"] == ["2"] * 4
        assert oracle.floor == 4
        assert limits(live)[name] == (2, 4, 4, ())

    def test_that_does_not_get_well_goes_back_by_itself(self, live: Cloud, tmp_path: Path) -> None:
        machines, before = read_groups(live), limits(live)
        oracle = Oracle(ill={"2"})

        with pytest.raises(ReleaseFailed, match="Release 2 failed") as failed:
            flow(live, oracle).release(parcel(live, tmp_path))

        assert "run 1 again" in str(failed.value)
        assert running(live) == all_run("1")
        assert oracle.floor == 2
        assert limits(live) == before
        assert [group.machines for group in read_groups(live)] == [group.machines for group in machines]
        state = Releases(live).state()
        assert state.live == "1"
        assert state.outcomes[-1].result == "failed"

    def test_that_gets_ill_on_its_last_tier_goes_back_on_all(self, live: Cloud, tmp_path: Path) -> None:
        class IllOnWeb(Oracle):
            def of(self, group, machines):  # type: ignore[no-untyped-def]
                found = super().of(group, machines)
                if not group.name.endswith("-web"):
                    return dict.fromkeys(found, "well")
                return found

        oracle = IllOnWeb(ill={"2"})

        with pytest.raises(ReleaseFailed):
            flow(live, oracle).release(parcel(live, tmp_path))

        assert running(live) == all_run("1")
        assert oracle.floor == 2

    def test_refuses_what_was_never_uploaded(self, live: Cloud) -> None:
        with pytest.raises(NoSuchRelease, match="no release 7"):
            flow(live).release("7")


class TestBrokenOff:
    @pytest.mark.parametrize("answer_lost", [False, True], ids=["before each call", "after it"])
    def test_at_every_call_is_gone_on_with(
        self, cloud_of: Reach, tmp_path: Path, faults: Faults, answer_lost: bool
    ) -> None:
        cloud, oracle = cloud_of(tiers=SMALL), Oracle()
        make_machines(cloud)
        flow(cloud).release(parcel(cloud, tmp_path))
        number, before = parcel(cloud, tmp_path), limits(cloud)

        for run in range(100):
            # Some runs get further: a version of a template and making it the default go together, and so do a
            # migration and writing it down. Both halves are done again where only the first was.
            faults.at(2 + run % 3, answer_lost=answer_lost)
            try:
                go_on(cloud, number, oracle)
                break
            except Fault:
                faults.reset()

        assert running(cloud) == {"web": ["2", "2"], "worker": ["2"]}
        assert limits(cloud) == before
        assert oracle.floor >= 2
        assert oracle.largest == 3
        assert Releases(cloud).state().live == "2"

    def test_is_undone(self, live: Cloud, tmp_path: Path, faults: Faults) -> None:
        before = limits(live)
        number = parcel(live, tmp_path)
        faults.at(14, answer_lost=False)
        with pytest.raises(Fault):
            flow(live).release(number)
        faults.reset()

        assert flow(live).rollback() == "1"

        assert running(live) == all_run("1")
        assert limits(live) == before

    def test_holds_back_the_next(self, live: Cloud, tmp_path: Path, faults: Faults) -> None:
        number = parcel(live, tmp_path)
        faults.at(9, answer_lost=False)
        with pytest.raises(Fault):
            flow(live).release(number)
        faults.reset()

        with pytest.raises(RollGoesOn, match="--resume"):
            flow(live).release(number)


class TestRollback:
    def test_goes_back_one(self, live: Cloud, tmp_path: Path) -> None:
        flow(live).release(parcel(live, tmp_path))

        assert flow(live).rollback() == "1"

        assert running(live) == all_run("1")
        assert len(live.client("ssm").list_commands()["Commands"]) == 2  # no third migration

    def test_goes_back_to_a_given_one(self, live: Cloud, tmp_path: Path) -> None:
        for _ in range(2):
            flow(live).release(parcel(live, tmp_path))

        flow(live).rollback("1")

        assert running(live) == all_run("1")

    def test_says_when_there_is_nothing_to_go_back_to(self, live: Cloud) -> None:
        with pytest.raises(NothingEarlier):
            flow(live).rollback()


class TestTwoAtOnce:
    def test_get_different_numbers(self, live: Cloud, tmp_path: Path) -> None:
        assert [parcel(live, tmp_path), parcel(live, tmp_path)] == ["2", "3"]

    def test_one_is_told(self, live: Cloud) -> None:
        mine, theirs = Releases(live), Releases(live)
        state = mine.state()
        theirs.save(theirs.state().model_copy(update={"rolling": Roll(to="1", began_at=NOW, before={})}))

        with pytest.raises(ReleasedElsewhere):
            mine.save(state)
