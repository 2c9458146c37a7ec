"""What a cluster costs."""

from decimal import Decimal

import pytest

from mapreduce.core.pricing import Cluster, ClusterInvalid, alternatives, estimate, hourly_rate, instance_types


class TestRate:
    def test_is_that_of_all_machines_and_the_surcharge(self) -> None:
        assert hourly_rate(Cluster("m5.xlarge", core_instances=2), "us-east-1") == 3 * Decimal("0.24")

    def test_counts_spot_at_a_share(self) -> None:
        with_spot = hourly_rate(Cluster("m5.xlarge", core_instances=2, task_instances=1), "us-east-1")

        assert with_spot == 3 * Decimal("0.24") + Decimal("0.192") * Decimal("0.4") + Decimal("0.048")

    def test_is_that_of_the_dearest_region_where_prices_are_not_known(self) -> None:
        cluster = Cluster()

        assert hourly_rate(cluster, "moon-1") == hourly_rate(cluster, "eu-central-1")
        assert "moon-1" in estimate(cluster, "moon-1", 1).explanation

    @pytest.mark.parametrize("name", instance_types())
    def test_is_known_of_every_machine(self, name: str) -> None:
        assert hourly_rate(Cluster(name), "us-east-1") < hourly_rate(Cluster(name), "eu-central-1")


class TestEstimate:
    def test_grows_with_the_data_and_shrinks_no_more_than_the_setup(self) -> None:
        small, large = (estimate(Cluster(), "us-east-1", size) for size in (1000, 10**12))

        assert Decimal("0.10") < small.cost < Decimal("0.12")
        assert large.cost > 10 * small.cost
        assert "Prices of us-east-1" in small.explanation

    def test_takes_ones_word_for_the_time(self) -> None:
        assert estimate(Cluster(), "us-east-1", 10**12, minutes=60).hours == Decimal("1.15")


class TestCluster:
    @pytest.mark.parametrize(
        ("cluster", "words"),
        [
            (Cluster("x1.huge"), "m5.xlarge, m5.2xlarge"),
            (Cluster(core_instances=0), "1 to 100 core"),
            (Cluster(task_instances=-1), "0 to 100"),
            (Cluster(task_instances=101), "0 to 100"),
        ],
    )
    def test_is_refused_in_words(self, cluster: Cluster, words: str) -> None:
        with pytest.raises(ClusterInvalid, match=words):
            cluster.check()

    def test_has_others_of_its_shape(self) -> None:
        assert alternatives("m5.xlarge") == ("m6i.xlarge",)
        assert alternatives("m6g.xlarge") == ()
