"""
Which machines a load needs, and which component limits what the environment can do.

The law of utilisation: a load keeps `rate x demand` cores of a component busy, whatever the order and the times in
which it comes. A tier gets so many machines that they are busy to the bound, and one more, so that a zone or a machine
may be lost. One core of a cloud is taken to be as fast as one of the machine that was measured.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from deploy.environment import Environment
from deploy.hardware import machine
from deploy.interface import Interface, Load
from deploy.prices import Prices
from deploy.queueing import mean_wait, wait_at

ONE_PROCESS = {"consumer", "listener"}  # which compute on one core, however many there are
ALONE = {"listener"}  # a lease lets one work, the others stand by
SPARE = 1
SERVES = {"web": "request", "worker": "image", "consumer": "post", "listener": "post"}  # what a tier is there for
CONNECTIONS = {"web": 16, "worker": 2, "mapreduce": 2, "consumer": 1, "listener": 1, "beat": 1}  # of one machine
BYTES_OF_CONNECTION = 12_582_880  # RDS gives as many connections as this goes into the memory
CONNECTIONS_BOUND = 0.8
WRITES_OF_STORAGE = 3_000.0  # a second that gp3 does; RDS gives 12,000 from 400 GB on
LARGE_STORAGE_GB, WRITES_OF_LARGE_STORAGE = 400, 12_000.0


@dataclass(frozen=True)
class User:
    """What somebody does in a minute who uses the applications right now; an assumption."""

    requests: float = 6.0  # pages, and the calls that pages make
    images: float = 0.1

    def load(self, users: float) -> Load:
        """Give what so many do a second."""
        return Load(request=users * self.requests / 60, image=users * self.images / 60)


@dataclass(frozen=True)
class Component:
    """A part that can be too small: how much of it a load uses."""

    name: str
    used: float
    available: float
    unit: str
    servers: int = 0  # that take work from one queue; 0 where nothing queues
    service_seconds: float = 0.0  # of one piece of work

    @property
    def utilisation(self) -> float:
        """The share that is used; above 1 the load is too much."""
        return self.used / self.available if self.available else (math.inf if self.used else 0.0)

    @property
    def grows_to(self) -> float:
        """How many times the load it could take at most."""
        return math.inf if self.utilisation == 0 else 1 / self.utilisation

    @property
    def waits_seconds(self) -> tuple[float, float]:
        """How long work waits for it: the mean, and what 95 of 100 wait at most."""
        queue = (self.servers, self.used, self.service_seconds)
        return mean_wait(*queue), wait_at(0.95, *queue)


@dataclass(frozen=True)
class Sizes:
    """The sizes of an environment that matter here."""

    machines: Mapping[str, int]
    types: Mapping[str, str]
    database_class: str
    storage_gb: int


def sizes_of(environment: Environment, *, largest: bool) -> Sizes:
    """Give the sizes that the file says: what is always there, or what scaling reaches."""
    tiers = environment.tiers.each()
    return Sizes(
        {name: tier.maximum if largest else tier.minimum for name, tier in tiers.items()},
        {name: tier.instance_type for name, tier in tiers.items()},
        environment.database.instance_class,
        environment.database.storage_gb,
    )


def cores_of_machine(tier: str, instance_type: str) -> int:
    """Give the cores of one machine that a tier's process computes on."""
    return 1 if tier in ONE_PROCESS else machine(instance_type).vcpus


def components(interface: Interface, load: Load, sizes: Sizes) -> list[Component]:
    """Give every part that the load uses more of the more it is."""
    found = [_tier(interface, load, sizes, name) for name in SERVES]
    found.append(_database(interface, load, sizes.database_class))
    writes = WRITES_OF_LARGE_STORAGE if sizes.storage_gb >= LARGE_STORAGE_GB else WRITES_OF_STORAGE
    found.append(Component("database disk", interface.writes_per_second(load), writes, "writes/s"))
    return found


def limiting(parts: list[Component]) -> Component:
    """Give the component that is used up first when the load grows."""
    return max(parts, key=lambda part: part.utilisation)


def connections(sizes: Sizes) -> Component:
    """Give the connections to MySQL; they depend on the number of machines, and not on the load."""
    used = sum(CONNECTIONS[name] * count for name, count in sizes.machines.items())
    memory = machine(sizes.database_class).memory_gb * 2**30
    return Component("database connections", used, memory // BYTES_OF_CONNECTION, "connections")


def needed(environment: Environment, interface: Interface, load: Load, prices: Prices) -> Sizes:
    """Size what the load needs; what has nothing to do, or was not measured, stays at its minimum."""
    now = sizes_of(environment, largest=False)
    machines = {**now.machines, **{name: _machines(interface, load, now, name) for name in SERVES}}
    sized = replace(now, machines=machines)
    return replace(sized, database_class=_smallest_database(interface, load, sized, prices))


def _machines(interface: Interface, load: Load, now: Sizes, tier: str) -> int:
    cores = interface.cores(tier, load)
    if not cores:
        return now.machines[tier]
    if tier in ALONE:
        return 1 + SPARE
    of_one = cores_of_machine(tier, now.types[tier]) * interface.utilisation_bound
    return math.ceil(round(cores / of_one, 9)) + SPARE


def _tier(interface: Interface, load: Load, sizes: Sizes, name: str) -> Component:
    working = 1 if name in ALONE else max(1, sizes.machines[name])  # what sleeps wakes up
    cores = working * cores_of_machine(name, sizes.types[name])
    service = interface.demand.get(name, {}).get(SERVES[name], 0.0)
    return Component(name, interface.cores(name, load), cores, "cores", cores, service)


def _database(interface: Interface, load: Load, instance_class: str) -> Component:
    service = interface.demand.get("database", {}).get("request", 0.0)
    having = machine(instance_class)
    cores = having.vcpus * having.baseline  # what lasts: a database cannot do without when its credits are used up
    return Component("database", interface.cores("database", load), cores, "cores", having.vcpus, service)


def _smallest_database(interface: Interface, load: Load, sized: Sizes, prices: Prices) -> str:
    """Give the cheapest class that is enough, never a smaller one than today's; the largest if none is."""
    known: dict[str, float] = prices.table["rds"].get(prices.region, {})
    today = machine(sized.database_class)
    larger = [
        name
        for name in sorted(known, key=known.__getitem__)
        if machine(name).vcpus >= today.vcpus and machine(name).memory_gb >= today.memory_gb
    ]
    for name in (sized.database_class, *larger):
        busy = _database(interface, load, name).utilisation
        crowded = connections(replace(sized, database_class=name)).utilisation
        if busy <= interface.utilisation_bound and crowded <= CONNECTIONS_BOUND:
            return name
    return larger[-1] if larger else sized.database_class
