"""What a load needs and what limits performance: by numbers that can be worked out by hand."""

import argparse
import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.__main__ import main
from deploy.apply import apply
from deploy.asked_load import load_asked, load_options
from deploy.capacity import User, components, connections, limiting, needed, sizes_of
from deploy.capacity_table import Sizing
from deploy.cloud import Cloud
from deploy.cost import estimate
from deploy.cost_of_plan import cost_lines
from deploy.environment import Environment
from deploy.environment_file import read_environment
from deploy.interface import Interface, Load, read_interface
from deploy.plan import Plan, make_plan
from deploy.prices import read_prices
from deploy.queueing import mean_wait, must_wait, wait_at
from deploy.resources import KINDS
from deploy.resources.database import Database
from deploy.stack import stack
from deploy.usage import Usage
from tests.deploy.conftest import ACCOUNT, REGION, KeepingSession, make_environment

PRICES = read_prices("eu-central-1")
INTERFACE = Interface(
    demand={
        "web": {"request": 0.02, "image": 0.1},
        "worker": {"image": 0.25},
        "consumer": {"post": 0.001},
        "listener": {"post": 0.0005},
        "database": {"request": 0.001, "post": 0.0001},
    },
    writes={"request": 0.5, "image": 10},
    latency_seconds={"request_alone": 0.05},
    memory_mb={"web": 400},
    utilisation_bound=0.65,
    origin="made up",
)


def sized(load: Load, **given: object) -> dict[str, int]:
    return dict(needed(make_environment(**given), INTERFACE, load, PRICES).machines)


def part(load: Load, name: str, **given: object):
    environment = make_environment(**given)
    return next(each for each in components(INTERFACE, load, sizes_of(environment, largest=False)) if each.name == name)


class TestQueueing:
    def test_one_server_is_busy_for_as_much_as_it_is_used(self):
        assert must_wait(1, 0.3) == pytest.approx(0.3)

    def test_waits_as_an_m_m_1_queue_does(self):
        assert mean_wait(1, 0.5, 1.0) == pytest.approx(1.0)
        assert mean_wait(1, 0.9, 1.0) == pytest.approx(9.0)

    def test_knows_erlangs_table(self):
        assert must_wait(2, 1.0) == pytest.approx(1 / 3)
        assert must_wait(10, 7.0) == pytest.approx(0.2217, abs=1e-4)  # Erlang C table: 10 servers, 7 erlangs

    def test_most_wait_no_longer_than_the_percentile(self):
        assert wait_at(0.95, 1, 0.5, 1.0) == pytest.approx(math.log(0.5 / 0.05) / 0.5)
        assert wait_at(0.95, 10, 0.1, 1.0) == 0

    @pytest.mark.parametrize("offered", [2.0, 3.0])
    def test_waits_for_ever_where_the_work_is_too_much(self, offered):
        assert mean_wait(2, offered, 1.0) == wait_at(0.95, 2, offered, 1.0) == math.inf

    @given(st.integers(1, 50), st.floats(0, 0.99), st.floats(0.001, 10))
    def test_waits_less_with_more_servers_for_the_same_work(self, servers, share, service):
        offered = share * servers

        assert 0 <= must_wait(servers, offered) <= 1
        assert mean_wait(servers + 1, offered, service) <= mean_wait(servers, offered, service)


class TestComponents:
    def test_are_used_by_rate_times_demand(self):
        web = part(Load(request=50, image=1), "web")  # two machines of two cores

        assert web.used == pytest.approx(50 * 0.02 + 1 * 0.1)
        assert web.utilisation == pytest.approx(1.1 / 4)

    def test_compute_on_one_core_where_there_is_one_process(self):
        assert part(Load(post=100), "consumer").available == 1

    def test_gain_nothing_from_a_second_listener(self):
        two = {"tiers": {"listener": {"minimum": 2, "maximum": 2}}}

        assert part(Load(post=100), "listener", **two).available == 1

    def test_reckon_with_what_a_burstable_database_may_use_for_ever(self):
        assert part(Load(request=1), "database").available == pytest.approx(2 * 0.2)
        assert part(Load(request=1), "database", database={"instance_class": "db.m7g.large"}).available == 2

    def test_know_the_writes_of_a_disk(self):
        disk = part(Load(request=100, image=1), "database disk")

        assert disk.used == 60
        assert disk.available == 3000
        larger = {"database": {"storage_gb": 400, "storage_max_gb": 1000}}
        assert part(Load(request=100), "database disk", **larger).available == 12_000

    def test_name_the_one_that_limits_performance(self):
        # of 4 cores of web 25 %, of the consumer's one 60 %, of the database's 0.4 40 %
        parts = components(INTERFACE, Load(request=50, post=600), sizes_of(make_environment(), largest=False))

        assert limiting(parts).name == "consumer"
        assert limiting(parts).grows_to == pytest.approx(1 / 0.6)

    def test_hold_connections_for_each_machine(self):
        sizes = replace(
            sizes_of(make_environment(), largest=False),
            machines={"web": 3, "worker": 2, "mapreduce": 1, "consumer": 1, "listener": 1, "beat": 1},
        )

        assert connections(sizes).used == 3 * 16 + 2 * 2 + 2 + 3
        assert connections(sizes).available == 4 * 2**30 // 12_582_880


class TestNeeded:
    def test_is_busy_to_the_bound_and_has_one_machine_to_spare(self):
        # 65 requests/s are 1.3 cores, the bound of one machine of two cores; 66 are too much for it
        assert sized(Load(request=65))["web"] == 1 + 1
        assert sized(Load(request=66))["web"] == 2 + 1

    def test_has_two_listeners_at_most(self):
        assert sized(Load(post=100_000))["listener"] == 2

    def test_leaves_alone_what_has_nothing_to_do_or_was_not_measured(self):
        found = sized(Load(request=100))

        assert (found["worker"], found["consumer"], found["mapreduce"], found["beat"]) == (1, 1, 1, 1)

    def test_takes_the_cheapest_database_that_is_enough(self):
        environment = make_environment()

        def class_for(requests: float) -> str:
            return needed(environment, INTERFACE, Load(request=requests), PRICES).database_class

        assert class_for(100) == "db.t4g.medium"  # 0.1 of 0.4 cores
        assert class_for(350) == "db.t4g.large"  # 0.35 cores of 0.6
        assert class_for(1000) == "db.m7g.large"  # a core of two
        assert class_for(1e6) == "db.m7g.4xlarge"  # none is enough

    def test_never_takes_a_smaller_database_than_there_is(self):
        large = make_environment(database={"instance_class": "db.m7g.2xlarge"})

        assert needed(large, INTERFACE, Load(request=1), PRICES).database_class == "db.m7g.2xlarge"

    @given(st.floats(0, 5_000), st.floats(0, 50), st.floats(0, 20_000))
    def test_keeps_every_tier_that_can_grow_within_the_bound_without_one_machine(self, request, image, post):
        load = Load(request, image, post)
        sizes = needed(make_environment(), INTERFACE, load, PRICES)
        one_lost = replace(sizes, machines={name: max(1, count - 1) for name, count in sizes.machines.items()})

        for each in components(INTERFACE, load, one_lost):
            if each.name in {"web", "worker", "consumer"}:
                assert each.utilisation <= 0.65 + 1e-9


class TestSizing:
    def lines(self, load: Load, environment: Environment | None = None) -> str:
        return "\n".join(Sizing(environment or make_environment(), INTERFACE, load, PRICES).lines())

    def test_names_what_limits_at_the_minimum_and_at_the_maximum(self):
        said = self.lines(Load(request=300))

        assert "minimum, web limits performance" in said
        assert "0.67 times this load, which is 200 requests/s" in said
        assert "maximum, database limits performance" in said

    def test_adds_waiting_to_what_a_request_takes_alone(self):
        # one core of four is busy, a page takes 0.02 s of it: C(4, 1) / 3 of that is waiting
        waits = must_wait(4, 1.0) * 0.02 / 3
        said = self.lines(Load(request=50))

        assert f"requests take {(0.05 + waits) * 1000:.0f} ms; alone they took 50 ms" in said

    def test_shows_cost_before_and_after(self):
        sizing = Sizing(make_environment(), INTERFACE, Load(request=300), PRICES)

        assert sizing.cost(sizing.needed).dollars > sizing.cost(sizing.least).dollars
        assert f"${sizing.cost(sizing.needed).dollars:,.2f} as needed" in self.lines(Load(request=300))

    def test_says_what_to_change_in_the_file(self):
        said = self.lines(Load(request=1000))

        assert "tiers.web.maximum = 17" in said  # 20 cores at 1.3 a machine, and one
        assert 'database.instance_class = "db.m7g.large"' in said

    def test_says_when_no_size_is_enough(self):
        assert "listener would be busy to 500%" in self.lines(Load(post=10_000))

    def test_says_when_two_policies_pull_apart(self):
        alike = make_environment(tiers={"web": {"minimum": 2, "maximum": 6, "requests_per_minute": 3300}})

        # a machine does 100 requests/s, 6,000 a minute: 3,000 keep it busy to 50 %, between the alarms
        assert "requests_per_minute" not in self.lines(Load(request=1), alike)
        apart = make_environment(tiers={"web": {"minimum": 2, "maximum": 6, "requests_per_minute": 600}})
        assert "tiers.web.requests_per_minute = 3300" in self.lines(Load(request=1), apart)

    def test_says_when_a_process_has_too_little_memory(self):
        small = make_environment(tiers={"web": {"minimum": 2, "maximum": 6, "instance_type": "t4g.nano"}})

        assert "A machine of web has 500 MB" not in self.lines(Load(request=1), small)
        large = Sizing(small, replace(INTERFACE, memory_mb={"web": 450}), Load(request=1), PRICES)
        assert any("A machine of web has 500 MB" in line for line in large.lines())


class TestLoadAsked:
    def asked(self, *given: str) -> Load | None:
        parser = argparse.ArgumentParser()
        load_options(parser)
        return load_asked(parser.parse_args(given))

    def test_is_nothing_where_nobody_asks(self):
        assert self.asked() is None
        assert self.asked("--users", "0") is None

    def test_turns_people_into_what_they_do(self):
        assert self.asked("--users", "100") == Load(request=10, image=pytest.approx(100 * User().images / 60))

    def test_adds_up(self):
        asked = self.asked("--users", "60", "--requests", "5", "--images-per-second", "1", "--posts-per-second", "7")

        assert asked == Load(request=11, image=pytest.approx(1.1), post=7)

    def test_takes_tweets_for_posts(self):
        assert self.asked("--tweets-per-second", "9") == self.asked("--posts-per-second", "9")

    def test_refuses_what_is_no_number(self, capsys):
        for wrong in ("-1", "many", "nan", "inf"):
            with pytest.raises(SystemExit):
                self.asked("--users", wrong)


class TestMeasured:
    def test_knows_every_component_that_is_sized(self):
        interface = read_interface()

        for component, kind in {"web": "request", "worker": "image", "consumer": "post", "listener": "post"}.items():
            assert 1e-6 < interface.demand[component][kind] < 1
        assert 0.5 < interface.utilisation_bound < 0.8
        assert "measured" in interface.origin


class TestCostOfPlan:
    def plan(self, cloud: Cloud) -> Plan:
        """Plan the database, and what it needs."""
        return make_plan(cloud, [each for each in stack(cloud.site) if isinstance(each, Database)], KINDS)

    def cost_before_and_after(self, cloud: Cloud) -> tuple[float, float]:
        plan = self.plan(cloud)
        said = next(cost_lines(cloud.site, plan, PRICES))
        before, after = (float(word.strip("$").replace(",", "")) for word in said.split() if word.startswith("$"))
        return before, after

    def test_changes_with_the_file(self, cloud_of: Callable[..., Cloud]):
        cloud = cloud_of()
        apply(cloud, self.plan(cloud), say=lambda line: None)
        before, after = self.cost_before_and_after(cloud)
        assert before == after == pytest.approx(2 * (730 * 0.074 + 50 * 0.137) + 0.4, abs=0.01)

        larger = cloud_of(database={"instance_class": "db.m7g.large"})
        assert self.cost_before_and_after(larger) == (
            before,
            pytest.approx(before + 2 * 730 * (0.198 - 0.074), abs=0.02),
        )

    def test_sizes_for_a_load_in_the_plan_command(self, capsys, session: KeepingSession):
        assert main(["plan", "staging", "--users", "500", "--tweets-per-second", "50"], session) == 2
        said = capsys.readouterr().out

        full = estimate(read_environment("staging"), {}, Usage(), PRICES).dollars
        assert "A month costs $0.00 before" in said
        assert f"No machine runs before the first release; then it is ${full:,.2f} with each tier at its" in said
        assert "limits performance" in said
        assert ACCOUNT in said or REGION in said
