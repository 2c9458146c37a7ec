"""The machines of a tier: they take a while to boot, and Spot takes some of them back."""

from dataclasses import dataclass
from random import Random


@dataclass
class Machine:
    """One machine."""

    ready_at: float
    spot: bool


class Machines:
    """A group, between its minimum and its maximum. Those of the minimum are bought on demand, with Spot or without."""

    def __init__(self, minimum: int, maximum: int, boot_seconds: float, *, spot: bool = False) -> None:
        self.minimum, self.maximum = minimum, maximum
        self._boot_seconds = boot_seconds
        self._spot = spot
        self._all = [Machine(0.0, spot=False) for _ in range(minimum)]
        self.desired = minimum

    def __len__(self) -> int:
        return len(self._all)

    @property
    def spot(self) -> int:
        """How many are Spot instances."""
        return sum(machine.spot for machine in self._all)

    def in_service(self, now: float) -> int:
        """Count those that have booted."""
        return sum(machine.ready_at <= now for machine in self._all)

    def want(self, count: int, now: float) -> int:
        """Start or end machines until there are so many, within the bounds; give the change."""
        before = self.desired
        self.desired = min(max(count, self.minimum), self.maximum)
        self._settle(now)
        return self.desired - before

    def interrupt(self, chance: float, random: Random, now: float) -> int:
        """Take back each Spot instance with this chance; the group starts another for each. Give how many went."""
        stay = [machine for machine in self._all if not machine.spot or random.random() >= chance]
        lost = len(self._all) - len(stay)
        self._all = stay
        self._settle(now)
        return lost

    def _settle(self, now: float) -> None:
        while len(self._all) < self.desired:
            on_demand = sum(not machine.spot for machine in self._all)
            self._all.append(Machine(now + self._boot_seconds, spot=self._spot and on_demand >= self.minimum))
        while len(self._all) > self.desired:  # Spot first, since what is on demand is for the minimum; then the newest
            self._all.remove(max(self._all, key=lambda machine: (machine.spot, machine.ready_at)))
