"""The measured performance interface of the components, from `capacity.toml`, which `make bench-capacity` writes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parent / "capacity.toml"


@dataclass(frozen=True)
class Load:
    """What comes in, a second."""

    request: float = 0.0
    image: float = 0.0
    post: float = 0.0

    def each(self) -> dict[str, float]:
        """Give the rates by the kinds of work."""
        return {"request": self.request, "image": self.image, "post": self.post}


@dataclass(frozen=True)
class Interface:
    """What one unit of each kind of work costs each component."""

    demand: Mapping[str, Mapping[str, float]]  # core-seconds, by component and kind of work
    writes: Mapping[str, float]  # statements that write, by kind of work
    latency_seconds: Mapping[str, float]
    memory_mb: Mapping[str, float]
    utilisation_bound: float
    origin: str

    def cores(self, component: str, load: Load) -> float:
        """Give the cores of a component that a load keeps busy: rate times demand, the law of utilisation."""
        demand = self.demand.get(component, {})
        return sum(rate * demand.get(kind, 0.0) for kind, rate in load.each().items())

    def writes_per_second(self, load: Load) -> float:
        """Give the statements that write into the database."""
        return sum(rate * self.writes.get(kind, 0.0) for kind, rate in load.each().items())


def read_interface(path: Path = FILE) -> Interface:
    """Read what was measured."""
    found = tomllib.loads(path.read_text())
    return Interface(
        demand=found["demand"],
        writes=found["writes"],
        latency_seconds=found["latency_seconds"],
        memory_mb=found["memory_mb"],
        utilisation_bound=found["utilisation_bound"],
        origin=f"measured {found['measured_at']} on {found['machine']}, which was {found['machine_was']}",
    )
