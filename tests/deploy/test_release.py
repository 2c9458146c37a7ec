"""A release replaces machines batch by batch and loses none; one that does not get well goes back by itself."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.cloud import Cloud
from deploy.release.flow import NothingEarlier, ReleaseFailed, RollGoesOn
from deploy.release.machines import read_groups
from deploy.release.releases import NoSuchRelease, ReleasedElsewhere, Releases
from tests.deploy.faults import Fault, Faults
from tests.deploy.releasing import TIERS, Oracle, flow, make_machines, parcel, running

Reach = Callable[..., Cloud]
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
    @pytest.mark.parametrize("answer_lost", [False, True], ids=["before the call", "after it"])
    def test_at_any_call_is_gone_on_with(self, live: Cloud, tmp_path: Path, faults: Faults, answer_lost: bool) -> None:
        before = limits(live)
        flow(live).release(parcel(live, tmp_path))
        faults.reset()
        flow(live).rollback()
        writing = len(faults.writing)

        for number in range(1, writing + 1):
            target = "2" if Releases(live).state().live == "1" else "1"
            oracle = Oracle()
            faults.at(number, answer_lost=answer_lost, only_writing=True)
            with pytest.raises(Fault):
                flow(live, oracle).release(target, migrates=False)
            faults.reset()
            if Releases(live).state().rolling:
                flow(live, oracle).resume()
            elif Releases(live).state().live != target:
                flow(live, oracle).release(target, migrates=False)
            assert running(live) == all_run(target)
            assert limits(live) == before
            assert oracle.floor >= 2

    def test_is_undone(self, live: Cloud, tmp_path: Path, faults: Faults) -> None:
        before = limits(live)
        number = parcel(live, tmp_path)
        faults.at(14, answer_lost=False, only_writing=True)
        with pytest.raises(Fault):
            flow(live).release(number)
        faults.reset()

        assert flow(live).rollback() == "1"

        assert running(live) == all_run("1")
        assert limits(live) == before

    def test_holds_back_the_next(self, live: Cloud, tmp_path: Path, faults: Faults) -> None:
        number = parcel(live, tmp_path)
        faults.at(9, answer_lost=False, only_writing=True)
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
        theirs.save(theirs.state())

        with pytest.raises(ReleasedElsewhere):
            mine.save(state)
