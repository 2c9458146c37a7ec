"""
Runs a load through a tier: ten seconds at a time, work comes in, machines take what they can, and each minute the
policies look at it.

Work is a fluid, so much a second, with the chance of a Poisson stream laid over it: the same seed gives the same run.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from deploy.queueing import mean_wait
from deploy.simulation.backlog import Backlog
from deploy.simulation.machines import Machines
from deploy.simulation.policies import PERIOD_SECONDS, Policy, Seen, decided

STEP_SECONDS = 10.0
STEPS = int(PERIOD_SECONDS / STEP_SECONDS)


@dataclass(frozen=True)
class TierModel:
    """What a tier is, in numbers."""

    name: str
    unit: str  # of work
    cores: int  # of a machine
    service_seconds: float  # of one unit of work on a core
    minimum: int
    maximum: int
    spot: bool = False
    unit_of_message: float = 1.0  # pieces of work in a message
    patience_seconds: float = math.inf  # after which what waits is lost: a browser that got no answer
    boot_seconds: float = 240.0
    on_demand_hour: float = 0.0  # dollars
    spot_hour: float = 0.0
    interruptions_per_hour: float = 0.0  # of one Spot instance

    @property
    def rate(self) -> float:
        """What one machine does a second at best."""
        return self.cores / self.service_seconds


@dataclass(frozen=True)
class Minute:
    """How a tier did in a minute."""

    number: int
    load: float  # a second
    machines: int  # that are paid for
    in_service: int
    utilisation: float
    waits_seconds: float  # of the oldest work at the end, or on the average where nothing is left over
    waiting: float
    lost: float
    interrupted: int
    changed: int  # machines that the policies added
    dollars: float  # since the start


class Tier:
    """One tier on its way through the load."""

    def __init__(self, model: TierModel, policies: Sequence[Policy], random: Random, *, noise: bool) -> None:
        self._model = model
        self._policies = list(policies)
        self._random = random
        self._noise = noise
        self._machines = Machines(model.minimum, model.maximum, model.boot_seconds, spot=model.spot)
        self._backlog = Backlog()
        self._dollars = 0.0

    def minute(self, number: int, load: float) -> Minute:
        """Run one minute under a load."""
        came = lost = done = could = 0.0
        interrupted = 0
        for step in range(STEPS):
            now = number * PERIOD_SECONDS + step * STEP_SECONDS
            interrupted += self._interrupt(now)
            amount = self._arrivals(load * STEP_SECONDS)
            came += amount
            self._backlog.add(now, amount)
            room = self._machines.in_service(now) * self._model.rate * STEP_SECONDS
            done += self._backlog.take(room)
            could += room
            lost += self._backlog.drop(before=now + STEP_SECONDS - self._model.patience_seconds)
            self._pay()
        now = (number + 1) * PERIOD_SECONDS
        in_service = self._machines.in_service(now - STEP_SECONDS)
        utilisation = done / could if could else 0.0
        waits, waiting = self._waits(now, load, in_service), self._backlog.size
        working = utilisation * in_service * self._model.cores
        changed = self._scale(now, utilisation if could else None, in_service, came, working)
        return Minute(
            number,
            load,
            len(self._machines),
            in_service,
            utilisation,
            waits,
            waiting,
            lost,
            interrupted,
            changed,
            self._dollars,
        )

    def _arrivals(self, mean: float) -> float:
        return max(0.0, self._random.gauss(mean, math.sqrt(mean))) if self._noise else mean

    def _interrupt(self, now: float) -> int:
        chance = self._model.interruptions_per_hour * STEP_SECONDS / 3600
        return self._machines.interrupt(chance, self._random, now) if chance else 0

    def _pay(self) -> None:
        spot, count = self._machines.spot, len(self._machines)
        an_hour = (count - spot) * self._model.on_demand_hour + spot * self._model.spot_hour
        self._dollars += an_hour * STEP_SECONDS / 3600

    def _waits(self, now: float, load: float, in_service: int) -> float:
        """Give the age of what is left over; else what chance makes wait on the average, a minute at most."""
        if age := self._backlog.age(now):
            return age
        if not load:
            return 0.0
        offered = load * self._model.service_seconds
        return min(mean_wait(in_service * self._model.cores, offered, self._model.service_seconds), PERIOD_SECONDS)

    def _scale(self, now: float, cpu: float | None, in_service: int, came: float, working: float) -> int:
        messages = math.ceil(round(self._backlog.size / self._model.unit_of_message + working, 9))
        seen = Seen(now, cpu, self._machines.desired, in_service, came, messages)
        wanted = decided(self._policies, seen)
        return 0 if wanted is None else self._machines.want(wanted, now)


def run_tier(
    model: TierModel, loads: Sequence[float], policies: Sequence[Policy], *, seed: int = 0, noise: bool = True
) -> list[Minute]:
    """Run a load, given for each minute as units of work a second, through a tier."""
    tier = Tier(model, policies, Random(seed), noise=noise)  # noqa: S311 - chance, not a secret
    return [tier.minute(number, load) for number, load in enumerate(loads)]
