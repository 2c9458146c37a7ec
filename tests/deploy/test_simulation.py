"""The simulation of scaling: small cases worked out by hand, and what must hold whatever comes."""

import math
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.__main__ import main
from deploy.simulation.backlog import Backlog
from deploy.simulation.curve import CurveInvalid, made_up_day, read_curve
from deploy.simulation.machines import Machines
from deploy.simulation.models import PolicySet, policies_of
from deploy.simulation.policies import (
    BacklogPerMachine,
    CpuSteps,
    Policy,
    RequestsPerTarget,
    Seen,
    Sleep,
    decided,
)
from deploy.simulation.report import Result, sparkline
from deploy.simulation.run import Minute, TierModel, run_tier
from tests.deploy.conftest import make_environment


def model(**given: object) -> TierModel:
    """A tier whose machines do one piece of work a second."""
    numbers = {"minimum": 1, "maximum": 4, "boot_seconds": 60.0, "on_demand_hour": 1.0, "spot_hour": 0.5, **given}
    return TierModel("web", "requests", 1, 1.0, **numbers)


def seen(minute: int, *, cpu: float | None = None, desired: int = 2, requests: float = 0, messages: float = 0) -> Seen:
    return Seen(60.0 * minute, cpu, desired, desired, requests, messages)


def run(loads: list[float], policies: list[Policy], **given: object) -> list[Minute]:
    return run_tier(model(**given), loads, policies, noise=False)


class TestCpuSteps:
    def test_needs_two_periods_above_the_bound(self):
        policy = CpuSteps()

        assert policy.decide(seen(1, cpu=0.9)) is None
        assert policy.decide(seen(2, cpu=0.5)) is None
        assert policy.decide(seen(3, cpu=0.9)) is None
        assert policy.decide(seen(4, cpu=0.9)) == 3

    def test_needs_two_periods_below_the_bound(self):
        policy = CpuSteps()

        assert [policy.decide(seen(minute, cpu=0.1)) for minute in (1, 2)] == [None, 1]

    def test_does_nothing_between_the_bounds_and_at_them(self):
        policy = CpuSteps()

        assert [policy.decide(seen(minute, cpu=cpu)) for minute, cpu in enumerate((0.4, 0.4, 0.7, 0.7))] == [None] * 4

    def test_rests_for_the_cooldown_and_acts_again_when_it_is_over(self):
        policy = CpuSteps(cooldown=180)

        decisions = [policy.decide(seen(minute, cpu=0.9)) for minute in range(1, 9)]

        assert decisions == [None, 3, None, None, 3, None, None, 3]  # minutes 2, 5 and 8 are 180 s apart

    def test_counts_no_minute_without_a_machine(self):
        policy = CpuSteps()

        assert [policy.decide(seen(minute, cpu=None)) for minute in range(3)] == [None] * 3


class TestTracking:
    def test_adds_what_is_missing_after_three_minutes(self):
        policy = RequestsPerTarget(100)

        decisions = [policy.decide(seen(minute, desired=2, requests=700)) for minute in range(3)]

        assert decisions == [None, None, 7]  # 350 for each of 2; 7 machines get 100 each

    def test_ends_one_machine_after_fifteen_minutes_below_nine_tenths(self):
        policy = RequestsPerTarget(100)

        decisions = [policy.decide(seen(minute, desired=4, requests=200)) for minute in range(15)]

        assert decisions == [None] * 14 + [3]

    def test_is_content_between_nine_tenths_and_the_target(self):
        policy = RequestsPerTarget(100)

        assert not any(policy.decide(seen(minute, desired=2, requests=190)) for minute in range(40))

    def test_ends_none_while_others_boot(self):
        policy = BacklogPerMachine(10)
        booting = [Seen(60.0 * minute, 0.1, 4, 2, 0, 0) for minute in range(40)]

        assert not any(policy.decide(each) for each in booting)

    def test_reckons_the_backlog_for_each_machine(self):
        policy = BacklogPerMachine(10)

        assert [policy.decide(seen(minute, messages=45)) for minute in range(3)][-1] == 5


class TestSleep:
    def test_wakes_one_machine_when_a_message_comes(self):
        assert Sleep().decide(seen(1, desired=0, messages=1)) == 1

    def test_sleeps_after_fifteen_idle_minutes(self):
        policy = Sleep()

        assert [policy.decide(seen(minute, desired=1)) for minute in range(15)] == [None] * 14 + [0]


class TestDecided:
    def test_lets_the_largest_group_win(self):
        busy = [CpuSteps(periods=1), BacklogPerMachine(10, up_periods=1)]

        assert decided(busy, seen(1, cpu=0.9, messages=45)) == 5


class TestMachines:
    def test_serve_only_when_they_have_booted(self):
        machines = Machines(1, 4, boot_seconds=120)
        machines.want(3, 60.0)

        assert [machines.in_service(now) for now in (60, 179, 180)] == [1, 1, 3]

    def test_lose_the_newest_first(self):
        machines = Machines(1, 4, boot_seconds=120)
        machines.want(3, 60.0)
        machines.want(1, 70.0)

        assert machines.in_service(70.0) == len(machines) == 1

    def test_are_spot_only_above_the_minimum(self):
        machines = Machines(2, 5, boot_seconds=0, spot=True)
        machines.want(5, 0.0)

        assert machines.spot == 3

    def test_replace_spot_instances_that_are_taken_back(self):
        machines = Machines(1, 3, boot_seconds=120, spot=True)
        machines.want(3, 0.0)

        assert machines.interrupt(1.0, Random(0), 500.0) == 2
        assert (len(machines), machines.in_service(500.0), machines.in_service(620.0)) == (3, 1, 3)

    @given(st.integers(0, 5), st.integers(0, 5), st.lists(st.integers(-3, 20)), st.booleans())
    def test_are_never_fewer_than_the_minimum_nor_more_than_the_maximum(self, minimum, more, wanted, spot):
        machines = Machines(minimum, minimum + more, boot_seconds=90, spot=spot)

        for step, count in enumerate(wanted):
            machines.want(count, 10.0 * step)
            assert minimum <= len(machines) <= minimum + more
            assert len(machines) - machines.spot >= minimum


class TestBacklog:
    def test_knows_the_age_of_the_oldest_part(self):
        backlog = Backlog()
        for moment in range(0, 100, 10):
            backlog.add(moment, 20)
            backlog.take(10)

        assert backlog.size == 100
        assert backlog.age(100) == 50  # the first 100 of 200 came before second 50

    def test_drops_what_waited_too_long(self):
        backlog = Backlog()
        for moment in (0, 10, 20):
            backlog.add(moment, 5)

        assert backlog.drop(before=20) == 10
        assert backlog.age(30) == 10

    @given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), max_size=30))
    def test_gives_out_what_came_in_and_no_more(self, steps):
        backlog, came, taken = Backlog(), 0.0, 0.0
        for now, (amount, room) in enumerate(steps):
            backlog.add(now, amount)
            took = backlog.take(room)
            assert took <= room
            came, taken = came + amount, taken + took

        assert taken + backlog.size == pytest.approx(came)


class TestRun:
    def test_utilisation_is_load_over_capacity(self):
        assert run([0.5], [])[0].utilisation == pytest.approx(0.5)

    def test_what_is_too_much_waits_longer_and_longer(self):
        minutes = run([2.0, 2.0], [])

        assert [minute.waiting for minute in minutes] == [60, 120]
        assert [minute.waits_seconds for minute in minutes] == [30, 60]  # half of what came by then is done

    def test_an_age_shrinks_again_when_the_load_is_gone(self):
        minutes = run([2.0, 0.0, 0.0], [])

        assert [minute.waits_seconds for minute in minutes] == [30, 0, 0]
        assert [minute.waiting for minute in minutes] == [60, 0, 0]

    def test_waits_by_chance_where_nothing_is_left_over(self):
        assert run([0.5], [])[0].waits_seconds == pytest.approx(1.0)  # M/M/1: 0.5 / (1 - 0.5) of a second's service

    def test_what_nobody_waits_for_any_longer_is_lost(self):
        minutes = run([3.0] * 10, [], patience_seconds=60.0)

        assert all(minute.waits_seconds <= 60 for minute in minutes)
        assert sum(minute.lost for minute in minutes) == pytest.approx(10 * 180 - 600 - minutes[-1].waiting)

    def test_grows_by_one_after_two_minutes_and_the_machine_boots_for_one(self):
        minutes = run([1.0] * 5, [CpuSteps()])

        assert [minute.machines for minute in minutes] == [1, 2, 2, 2, 2]
        assert [minute.in_service for minute in minutes] == [1, 1, 1, 2, 2]

    def test_keeps_the_cooldown(self):
        minutes = run([9.0] * 12, [CpuSteps()])
        changed = [minute.number for minute in minutes if minute.changed]

        assert changed == [1, 4, 7]  # then the maximum is reached

    def test_pays_for_each_machine_from_its_start(self):
        minutes = run([1.0] * 60, [CpuSteps()], spot=True, maximum=2)

        assert minutes[-1].dollars == pytest.approx(1.0 + 0.5 * 58 / 60)

    def test_sleeps_and_wakes(self):
        minutes = run([0.5, *[0.0] * 17, 0.5, 0.5, 0.5], [Sleep()], minimum=0)

        # awake at the end of minute 0, booted in 1, done in 2, idle from 3 to 17
        assert [minute.machines for minute in minutes] == [*[1] * 17, 0, 1, 1, 1]
        assert [minute.in_service for minute in minutes[17:]] == [1, 0, 0, 1]

    def test_gives_the_same_for_the_same_seed(self):
        def once(seed: int) -> list[Minute]:
            busy = model(spot=True, interruptions_per_hour=2.0)
            return run_tier(busy, [2.5] * 120, [CpuSteps()], seed=seed)

        assert once(1) == once(1)
        assert once(1) != once(2)

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(st.floats(0, 20), min_size=1, max_size=60),
        st.integers(0, 3),
        st.integers(0, 5),
        st.integers(0, 9),
        st.floats(0, 3),
    )
    def test_stays_within_its_bounds_and_loses_no_work(self, loads, minimum, more, seed, interruptions):
        tier = model(
            minimum=minimum,
            maximum=max(1, minimum + more),
            spot=True,
            interruptions_per_hour=interruptions,
            patience_seconds=math.inf,
        )
        minutes = run_tier(tier, loads, [CpuSteps(), BacklogPerMachine(20), Sleep()], seed=seed)

        for minute in minutes:
            assert tier.minimum <= minute.machines <= tier.maximum
            assert 0 <= minute.in_service <= minute.machines
            assert 0 <= minute.utilisation <= 1.000001
            assert minute.lost == 0
        assert all(left.dollars <= right.dollars for left, right in pairwise(minutes))

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.floats(0, 5), min_size=2, max_size=30), st.integers(1, 4))
    def test_what_came_is_done_lost_or_waiting(self, loads, count):
        tier = model(minimum=count, maximum=count, patience_seconds=90.0)
        minutes = run_tier(tier, loads, [], noise=False)
        done = sum(minute.utilisation * count * 60 for minute in minutes)

        assert done + sum(minute.lost for minute in minutes) + minutes[-1].waiting == pytest.approx(60 * sum(loads))


class TestPoliciesOf:
    def test_are_those_that_apply_makes(self):
        tiers = make_environment(tiers={"worker": {"minimum": 0, "scale_to_zero": True}}).tiers.each()

        assert {type(policy) for policy in policies_of(tiers["web"], "web", PolicySet.DEPLOYED)} == {
            RequestsPerTarget,
            CpuSteps,
        }
        assert {type(policy) for policy in policies_of(tiers["worker"], "worker", PolicySet.DEPLOYED)} == {
            BacklogPerMachine,
            Sleep,
        }


class TestCurve:
    def test_reads_a_file_and_fills_its_gaps(self, tmp_path: Path):
        path = tmp_path / "day.csv"
        path.write_text("minute,requests_per_second,posts_per_second\n0,10,100\n2,20,\n")

        assert [(load.request, load.post, load.image) for load in read_curve(path)] == [
            (10, 100, 0),
            (10, 100, 0),
            (20, 0, 0),
        ]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "first line"),
            ("minute\n1\n", "first line"),
            ("minute,requests_per_second,wishes\n", "wishes"),
            ("minute,requests_per_second\n", "no line"),
            ("minute,requests_per_second\n0,many\n", "line 2"),
            ("minute,requests_per_second\n0,-1\n", "0 or more"),
            ("minute,requests_per_second\n0,nan\n", "0 or more"),
            ("minute,requests_per_second\n0,inf\n", "0 or more"),
            ("minute,requests_per_second\n1,1\n1,1\n", "line 3"),
            ("minute,requests_per_second\n99999999,1\n", "below"),
            ("minute,requests_per_second\n0\n", "line 2"),
            ("minute,requests_per_second\n0,1,2\n", "line 2"),
        ],
    )
    def test_says_what_is_wrong_with_a_file(self, tmp_path: Path, text, words):
        path = tmp_path / "day.csv"
        path.write_text(text)

        with pytest.raises(CurveInvalid, match=words):
            read_curve(path)

    def test_says_that_a_file_is_not_there_or_no_text(self, tmp_path: Path):
        (tmp_path / "day.csv").write_bytes(b"minute,requests_per_second\n\xff\xfe\n")

        for name in ("day.csv", "night.csv", "."):
            with pytest.raises(CurveInvalid):
                read_curve(tmp_path / name)

    def test_makes_up_a_day_with_a_spike_and_an_evening_peak(self):
        requests = [load.request for load in made_up_day()]

        assert max(requests) == max(requests[14 * 60 : 15 * 60])
        assert requests[20 * 60] > 1.3 * requests[12 * 60] > 5 * requests[3 * 60]
        assert max(load.request for load in made_up_day(2)) == pytest.approx(2 * max(requests))


class TestReport:
    def test_draws_the_largest_of_each_part(self):
        assert sparkline([0, 0, 1, 8], 2) == "▁█"
        assert sparkline([0.0, 0.0], 72) == "▁▁"

    def test_reckons_by_minutes(self):
        result = Result(model(), "fixed", run([0.5, 0.0], []))

        assert result.machine_hours == pytest.approx(2 / 60)
        assert result.utilisation == pytest.approx(0.25)
        assert (result.waited(0.5), result.waited(1)) == (0, pytest.approx(1.0))


class TestCommand:
    @pytest.fixture
    def curve(self, tmp_path: Path) -> str:
        path = tmp_path / "day.csv"
        path.write_text("minute,requests_per_second,images_per_second\n0,100,5\n30,900,60\n59,10,0\n")
        return str(path)

    def test_shows_each_tier_and_compares_policies(self, capsys, curve):
        assert main(["simulate", "staging", "--load", curve]) == 0
        said = capsys.readouterr().out

        assert all(word in said for word in ("web", "worker", "deployed", "simple", "tracking", "fixed", "█"))
        assert "consumer" not in said  # which has nothing to do

    def test_prints_hours_when_asked(self, capsys, curve):
        assert main(["simulate", "staging", "--load", curve, "--table", "--policies", "simple"]) == 0
        assert "0:00" in capsys.readouterr().out

    def test_draws_a_picture(self, tmp_path: Path, curve):
        assert main(["simulate", "production", "--load", curve, "--picture", str(tmp_path / "out.png")]) == 0
        assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")

    @pytest.mark.parametrize("name", ["out.gif", "missing/out.png"])
    def test_says_where_no_picture_can_be(self, capsys, tmp_path: Path, curve, name):
        assert main(["simulate", "production", "--load", curve, "--picture", str(tmp_path / name)]) == 1
        assert name in capsys.readouterr().err
