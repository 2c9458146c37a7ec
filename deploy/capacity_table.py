"""What a load needs, in words: a table, the component that limits performance, the cost before and after, advice."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from deploy.capacity import (
    CONNECTIONS_BOUND,
    Component,
    Sizes,
    components,
    connections,
    cores_of_machine,
    limiting,
    needed,
    sizes_of,
)
from deploy.compute import BUSY_PERCENT, IDLE_PERCENT
from deploy.cost import Estimate, estimate
from deploy.environment import Environment
from deploy.hardware import machine
from deploy.interface import Interface, Load
from deploy.prices import Prices
from deploy.simulation.report import seconds
from deploy.usage import Usage

ROW = "{:<21} {:>10} {:>9} {:>9} {:>8} {:>7} {:>22}"
MIDDLE_PERCENT = (BUSY_PERCENT + IDLE_PERCENT) / 2


@dataclass(frozen=True)
class Sizing:
    """An environment under a load, with the sizes of its file and with those that it needs."""

    environment: Environment
    interface: Interface
    load: Load
    prices: Prices

    @property
    def least(self) -> Sizes:
        """What is always there."""
        return sizes_of(self.environment, largest=False)

    @property
    def most(self) -> Sizes:
        """What scaling reaches."""
        return sizes_of(self.environment, largest=True)

    @property
    def needed(self) -> Sizes:
        """What the load needs."""
        return needed(self.environment, self.interface, self.load, self.prices)

    def cost(self, sizes: Sizes) -> Estimate:
        """Estimate a month of these sizes, in which this load lasts all the time."""
        database = self.environment.database.model_copy(update={"instance_class": sizes.database_class})
        environment = self.environment.model_copy(update={"database": database})
        busiest = max(part.utilisation for part in self.parts(sizes) if part.unit == "cores")
        load = self.load
        usage = Usage(load.request, load.post, load.image, cpu=min(busiest, 1.0))
        return estimate(environment, sizes.machines, usage, self.prices)

    def parts(self, sizes: Sizes) -> list[Component]:
        """Give the components with these sizes."""
        return components(self.interface, self.load, sizes)

    def lines(self) -> Iterator[str]:
        """Say all of it."""
        load = self.load
        yield f"Load: {load.request:,.1f} requests/s, {load.image:,.2f} images/s, {load.post:,.1f} posts/s"
        yield from self._table()
        yield ""
        yield from self._limits()
        yield from self._latencies()
        yield from self._costs()
        yield from self._advice()
        yield f"What a unit of work costs was {self.interface.origin}. MapReduce, S3 and MongoDB were not measured."

    def _table(self) -> Iterator[str]:
        yield ROW.format("component", "least–most", "busy", "busy", "needed", "busy", "waits then: mean, p95")
        yield ROW.format("", "", "at least", "at most", "", "then", "")
        now = zip(self.parts(self.least), self.parts(self.most), self.parts(self.needed), strict=True)
        for least, most, then in now:
            yield ROW.format(
                then.name,
                self._sizes(then.name),
                _percent(least),
                _percent(most),
                self._needed(then.name),
                _percent(then),
                _waits(then),
            )
        least, most, then = (connections(sizes) for sizes in (self.least, self.most, self.needed))
        yield ROW.format(then.name, "", _percent(least), _percent(most), "", _percent(then), "")

    def _sizes(self, name: str) -> str:
        if name == "database":
            return self.least.database_class.removeprefix("db.")
        least, most = (sizes.machines.get(name) for sizes in (self.least, self.most))
        return "" if least is None else f"{least}–{most}"

    def _needed(self, name: str) -> str:
        if name == "database":
            return self.needed.database_class.removeprefix("db.")
        return str(self.needed.machines.get(name, ""))

    def _limits(self) -> Iterator[str]:
        for words, sizes in (("its minimum", self.least), ("its maximum", self.most)):
            part = limiting(self.parts(sizes))
            times = part.grows_to
            rates = ", ".join(f"{_rate(rate * times)} {kind}s/s" for kind, rate in self.load.each().items() if rate)
            yield f"With each tier at {words}, {part.name} limits performance:"
            yield f"  it is full at {times:.2f} times this load, which is {rates}."

    def _latencies(self) -> Iterator[str]:
        """Add what work waits for its tier to what it takes where it is alone."""
        for component, kind in (("web", "request"), ("worker", "image")):
            then = next(part for part in self.parts(self.needed) if part.name == component)
            alone = self.interface.latency_seconds.get(f"{kind}_alone", 0.0)
            if then.used and alone:
                takes = seconds(alone + then.waits_seconds[0])
                yield f"As needed, {kind}s take {takes}; alone they took {seconds(alone)}."

    def _costs(self) -> Iterator[str]:
        before, largest, after = (self.cost(sizes) for sizes in (self.least, self.most, self.needed))
        yield f"A month costs ${before.dollars:,.2f} at the minimum, ${largest.dollars:,.2f} at the maximum, and"
        yield f"  ${after.dollars:,.2f} as needed, by list prices, if this load lasts all the time."
        parts = sorted({line.part for line in after.lines}, key=after.of, reverse=True)[:3]
        yield "  Most of it: " + ", ".join(f"{part} ${after.of(part):,.2f}" for part in parts) + "."

    def _advice(self) -> Iterator[str]:
        then, most = self.needed, self.most
        for name, count in then.machines.items():
            if count > most.machines[name]:
                yield f"Change the file: tiers.{name}.maximum = {count}"
            yield from self._memory(name)
        if then.database_class != most.database_class:
            yield f'Change the file: database.instance_class = "{then.database_class}"'
        if limiting(self.parts(then)).utilisation > self.interface.utilisation_bound * 1.001:
            part = limiting(self.parts(then))
            yield f"No size that is known is enough: {part.name} would be busy to {_percent(part)}. Split its work."
        if connections(then).utilisation > CONNECTIONS_BOUND:
            yield "MySQL has too few connections for so many machines, in each class that is known."
        yield from self._target()

    def _memory(self, name: str) -> Iterator[str]:
        uses, has = self.interface.memory_mb.get(name, 0.0), machine(self.least.types[name]).memory_gb * 1000
        if uses > 0.8 * has:
            yield f"A machine of {name} has {has:,.0f} MB; its process takes {uses:,.0f} MB. Take a larger type."

    def _target(self) -> Iterator[str]:
        """Look whether the two ways to scale web want the same; else one starts machines that the other ends."""
        tier = self.environment.tiers.web
        rate = cores_of_machine("web", tier.instance_type) / self.interface.demand["web"]["request"]
        percent = 100 * tier.requests_per_minute / 60 / rate
        if not IDLE_PERCENT < percent < BUSY_PERCENT:
            better = math.floor(rate * 60 * MIDDLE_PERCENT / 100 / 100) * 100
            yield f"Change the file: tiers.web.requests_per_minute = {better}"
            yield f"  With {tier.requests_per_minute} a machine is busy to {percent:.0f} %, where the alarms on CPU"
            yield f"  ({IDLE_PERCENT} and {BUSY_PERCENT} %) want other sizes: one starts machines that the other ends."


def _waits(part: Component) -> str:
    if not part.used or not part.servers:
        return ""
    return ", ".join(seconds(value) if value < math.inf else "ever longer" for value in part.waits_seconds)


def _rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def _percent(part: Component) -> str:
    return "too much" if part.utilisation == math.inf else f"{part.utilisation:.0%}"
