"""What an environment costs: worked out by hand here, and the table of prices looked through."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.__main__ import main
from deploy.cost import HOURS, estimate
from deploy.cost_table import cost_lines
from deploy.environment import Environment
from deploy.environment_file import FOLDER, read_environment
from deploy.hardware import machine
from deploy.prices import Prices, read_prices
from deploy.usage import Usage
from tests.deploy.conftest import make_environment

USAGE = Usage()
PRICES = Prices(
    "eu-central-1",
    0.5,
    {
        "ec2": {"eu-central-1": {"t4g.medium": 0.04, "c7g.large": 0.1}},
        "rds": {"eu-central-1": {"db.t4g.medium": 0.1}},
        "disk": {"eu-central-1": {"gb_month": 0.1}},
    },
)


def line_of(environment: Environment, part: str, what: str, **instances: float) -> tuple[float, float]:
    """Give quantity and dollars of one line."""
    lines = estimate(environment, instances, USAGE, PRICES).lines
    found = next(line for line in lines if line.part == part and what in line.what)
    return found.quantity, found.dollars


class TestEstimate:
    def test_counts_the_hours_of_each_machine(self):
        assert line_of(make_environment(), "web", "t4g.medium", web=3) == (3 * HOURS, pytest.approx(3 * 730 * 0.04))

    def test_takes_the_minimum_of_a_tier_that_is_not_named(self):
        assert line_of(make_environment(), "web", "t4g.medium")[0] == 2 * HOURS

    def test_takes_a_part_of_the_price_for_spot_which_is_what_scaling_adds(self):
        tiers = {"tiers": {"worker": {"instance_type": "c7g.large", "spot": True}}}

        assert line_of(make_environment(**tiers), "worker", "on demand", worker=3)[1] == pytest.approx(730 * 0.1)
        assert line_of(make_environment(**tiers), "worker", "Spot", worker=3)[1] == pytest.approx(2 * 730 * 0.1 * 0.5)

    def test_counts_an_alarm_for_each_metric_that_it_looks_at(self):
        awake = line_of(make_environment(), "watching", "alarms")[0]
        worker = {"minimum": 0, "scale_to_zero": True}

        # worker has two queues with two metrics each, and the number of machines, in two alarms
        assert line_of(make_environment(tiers={"worker": worker}), "watching", "alarms")[0] == awake + 2 * 5

    def test_counts_a_disk_for_each_machine(self):
        assert line_of(make_environment(), "web", "disk", web=3) == (60, pytest.approx(6.0))

    def test_counts_a_database_in_two_zones_twice(self):
        one = make_environment(database={"multi_az": False})

        assert line_of(make_environment(), "database", "two zones")[1] == pytest.approx(146)
        assert line_of(one, "database", "one zone")[1] == pytest.approx(73)

    def test_names_what_has_no_price_and_does_not_count_it_as_nothing(self):
        tiers = {"tiers": {"web": {"instance_type": "x9z.large"}}}
        shown = estimate(make_environment(**tiers), {}, USAGE, read_prices("eu-central-1"))

        assert [(line.part, line.what) for line in shown.unknown] == [("web", "x9z.large on demand")]
        assert any("sum of what is known" in line for line in cost_lines(shown, USAGE, read_prices("eu-central-1")))

    def test_knows_no_price_of_a_region_that_is_not_in_the_table(self):
        shown = estimate(make_environment(region="ap-south-1"), {}, USAGE, read_prices("ap-south-1"))

        assert shown.dollars == 0
        assert len(shown.unknown) == len(shown.lines)

    def test_has_endpoints_only_where_there_is_no_gateway(self):
        def parts(nat: str) -> set[str]:
            return {line.what for line in estimate(make_environment(nat=nat), {}, USAGE, PRICES).lines}

        assert "endpoints" in parts("endpoints")
        assert "NAT gateways" not in parts("endpoints")
        assert "NAT gateways" in parts("gateways")

    @settings(max_examples=15, deadline=None)
    @given(st.integers(0, 50), st.integers(0, 50))
    def test_never_falls_when_machines_are_added(self, few, more):
        costs = [
            estimate(make_environment(), {"web": count}, USAGE, read_prices("eu-central-1")).dollars
            for count in (few, few + more)
        ]

        assert costs[0] <= costs[1]

    def test_pays_for_a_burstable_machine_that_computes_above_its_baseline(self):
        busy = estimate(make_environment(), {"web": 1}, Usage(cpu=0.5), read_prices("eu-central-1"))
        line = next(line for line in busy.lines if line.part == "web" and "baseline" in line.what)

        assert line.quantity == pytest.approx(0.3 * 2 * HOURS)
        assert line.dollars == pytest.approx(0.3 * 2 * HOURS * 0.04)


class TestPrices:
    @pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
    def test_knows_all_that_our_environments_use(self, name):
        environment = read_environment(name)

        assert not estimate(environment, {}, USAGE, read_prices(environment.region)).unknown

    def test_has_the_same_items_in_both_regions(self):
        for name, service in read_prices("us-east-1").table.items():
            assert set(service["us-east-1"]) == set(service["eu-central-1"]), name

    def test_says_from_which_page_and_day_each_is(self):
        for service in read_prices("us-east-1").table.values():
            assert service["page"].startswith("https://aws.amazon.com/")
            assert service["dated"].year >= 2025


class TestMachine:
    @pytest.mark.parametrize(
        ("name", "vcpus", "memory_gb", "baseline"),
        [
            ("t4g.small", 2, 2, 0.2),
            ("t4g.xlarge", 4, 16, 0.4),
            ("c7g.medium", 1, 2, 1.0),
            ("c7g.large", 2, 4, 1.0),
            ("m7g.2xlarge", 8, 32, 1.0),
            ("db.t4g.micro", 2, 1, 0.1),
            ("db.m7g.large", 2, 8, 1.0),
        ],
    )
    def test_tells_from_its_name_what_a_machine_has(self, name, vcpus, memory_gb, baseline):
        found = machine(name)

        assert (found.vcpus, found.memory_gb, found.baseline) == (vcpus, memory_gb, baseline)


class TestCommand:
    def test_prints_a_table_and_says_how_far_to_trust_it(self, capsys):
        assert main(["cost", "production", "--instances", "web=4"]) == 0
        said = capsys.readouterr().out

        assert "t4g.medium on demand" in said
        assert "2,920.0 hours" in said
        assert "not looked up" in said

    @pytest.mark.parametrize("given", ["web", "web=-1", "wob=2", "web=x"])
    def test_says_what_to_write_for_numbers_of_machines(self, capsys, given):
        assert main(["cost", "production", "--instances", given]) == 1
        assert "like web=4" in capsys.readouterr().err

    def test_refuses_what_is_less_than_nothing(self, capsys):
        with pytest.raises(SystemExit):
            main(["cost", "production", "--mails", "-1"])
        assert "not a number of 0 or more" in capsys.readouterr().err

    def test_reads_environments_elsewhere(self, capsys, tmp_path: Path):
        (tmp_path / "tiny.toml").write_text('domain = "apps.example.org"\n')

        assert main(["cost", "tiny", "--environments", str(tmp_path)]) == 0
