"""What a cluster is made of. What it costs is estimated from a dated price table (`prices.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

MOST_INSTANCES = 100
SETUP_HOURS = Decimal("0.15")  # nine minutes, until the machines are up, and down again
BYTES_PER_VCPU_HOUR = 2_000_000 * 3600  # a Python mapper and reducer, with a sort in between
CENT = Decimal("0.01")


class ClusterInvalid(Exception):
    """A cluster cannot be like this; `str(error)` says what to do."""


@dataclass(frozen=True)
class Cluster:
    """The machines of a transient EMR cluster: one primary, and these."""

    instance_type: str = "m5.xlarge"
    core_instances: int = 2
    task_instances: int = 0  # Spot

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Cluster":
        """Read what `dataclasses.asdict` gave."""
        return cls(**value)

    def check(self) -> None:
        """See that there is such a cluster. :raises ClusterInvalid:"""
        if self.instance_type not in instance_types():
            known = ", ".join(instance_types())
            raise ClusterInvalid(f"We know no machine {self.instance_type!r}. Choose one of these: {known}.")
        if not 1 <= self.core_instances <= MOST_INSTANCES:
            raise ClusterInvalid(f"Choose 1 to {MOST_INSTANCES} core machines.")
        if not 0 <= self.task_instances <= MOST_INSTANCES:
            raise ClusterInvalid(f"Choose 0 to {MOST_INSTANCES} machines on Spot.")


@dataclass(frozen=True)
class Estimate:
    """What a job will cost, as far as can be told before."""

    cost: Decimal  # US dollars, rounded up to a cent
    hours: Decimal
    explanation: str  # what was assumed, in words


def instance_types() -> tuple[str, ...]:
    """Name the machines that a cluster can be made of."""
    return tuple(_table()["types"])


def alternatives(instance_type: str) -> tuple[str, ...]:
    """Name the machines that can stand in for one: as many cores, as much memory, the same kind of processor."""
    types = _table()["types"]

    def shape(name: str) -> tuple[int, int, bool]:
        return types[name]["vcpus"], types[name]["memory_gib"], types[name].get("arm", False)

    return tuple(name for name in types if name != instance_type and shape(name) == shape(instance_type))


def hourly_rate(cluster: Cluster, region: str) -> Decimal:
    """Say what the cluster costs, in US dollars an hour. :raises ClusterInvalid: if there is no such cluster."""
    cluster.check()
    prices = _table()["types"][cluster.instance_type]
    machine = prices.get(region) or max(prices[known] for known in _regions())
    on_demand = (1 + cluster.core_instances) * (machine + prices["emr"])
    spot = cluster.task_instances * (machine * _table()["spot_share"] + prices["emr"])
    return Decimal(on_demand + spot)


def estimate(cluster: Cluster, region: str, input_bytes: int, minutes: int | None = None) -> Estimate:
    """
    Estimate what a job over so many bytes costs, or one that takes so many minutes.

    :raises ClusterInvalid: if there is no such cluster.
    """
    rate = hourly_rate(cluster, region)
    vcpus = (cluster.core_instances + cluster.task_instances) * _table()["types"][cluster.instance_type]["vcpus"]
    work = Decimal(minutes) / 60 if minutes else Decimal(input_bytes) / (vcpus * BYTES_PER_VCPU_HOUR)
    hours = SETUP_HOURS + work
    return Estimate((rate * hours).quantize(CENT, ROUND_UP), hours.quantize(CENT, ROUND_UP), _explain(region, minutes))


def _explain(region: str, minutes: int | None) -> str:
    pace = f"{minutes} minutes of work" if minutes else "2 MB a second for each core, as Python programs do"
    where = region if region in _regions() else f"the dearest region we know, since we know no prices of {region}"
    spot = f"{_table()['spot_share']:.0%}"
    return (
        f"Assumes {pace}, and nine minutes until the machines are up and down. Prices of {where}, {_table()['date']}, "
        f"with EMR's surcharge; Spot at {spot} of the full price. Storage, traffic and taxes are not counted."
    )


def _regions() -> tuple[str, ...]:
    first = next(iter(_table()["types"].values()))
    return tuple(name for name in first if name not in {"vcpus", "memory_gib", "emr", "arm"})


@cache
def _table() -> dict[str, Any]:
    text = (Path(__file__).parent / "prices.toml").read_text()
    return tomllib.loads(text, parse_float=Decimal)
