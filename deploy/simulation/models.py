"""An environment as the simulation needs it: a model of each tier that has work, and its policies."""

import math
from dataclasses import dataclass
from enum import StrEnum

from deploy.capacity import SERVES, cores_of_machine
from deploy.compute import BUSY_PERCENT, CPU_PERIODS, IDLE_MINUTES, IDLE_PERCENT
from deploy.environment import Environment, Tier
from deploy.interface import Interface, Load
from deploy.prices import Prices
from deploy.resources.auto_scaling_group import COOLDOWN_SECONDS
from deploy.simulation.policies import BacklogPerMachine, CpuSteps, Policy, RequestsPerTarget, Sleep
from deploy.simulation.run import TierModel

TIERS = ("web", "worker", "consumer")  # mapreduce was not measured; a second listener does nothing
POSTS_OF_MESSAGE = 200.0  # at most, which is what a queue that grows has
PATIENCE_SECONDS = 60.0  # after which the load balancer gives up
PLURALS = {"request": "requests", "image": "images", "post": "posts"}


class PolicySet(StrEnum):
    """Which policies a tier has."""

    DEPLOYED = "deployed"  # what apply makes
    SIMPLE = "simple"  # scale_up and scale_down by CPU, and no other
    TRACKING = "tracking"  # by requests or backlog for each machine, and no other
    FIXED = "fixed"  # none: the minimum


@dataclass(frozen=True)
class Circumstances:
    """What is neither in the file nor measured."""

    boot_seconds: float = 240.0
    interruptions_per_hour: float = 0.0


def model_of(
    environment: Environment, name: str, interface: Interface, prices: Prices, circumstances: Circumstances
) -> TierModel:
    """Give the numbers of a tier."""
    tier, kind = environment.tiers.each()[name], SERVES[name]
    return TierModel(
        name,
        PLURALS[kind],
        cores_of_machine(name, tier.instance_type),
        interface.demand[name][kind],
        tier.minimum,
        tier.maximum,
        spot=tier.spot,
        unit_of_message=POSTS_OF_MESSAGE if kind == "post" else 1.0,
        patience_seconds=PATIENCE_SECONDS if kind == "request" else math.inf,
        boot_seconds=circumstances.boot_seconds,
        on_demand_hour=prices.instance_hour(tier.instance_type, spot=False) or 0.0,
        spot_hour=prices.instance_hour(tier.instance_type, spot=True) or 0.0,
        interruptions_per_hour=circumstances.interruptions_per_hour,
    )


def policies_of(tier: Tier, name: str, chosen: PolicySet) -> list[Policy]:
    """Give the policies of a tier, new ones, since they remember."""
    by_cpu = CpuSteps(
        above=BUSY_PERCENT / 100, below=IDLE_PERCENT / 100, periods=CPU_PERIODS, cooldown=COOLDOWN_SECONDS
    )
    is_web = name == "web"
    by_work = RequestsPerTarget(tier.requests_per_minute) if is_web else BacklogPerMachine(tier.backlog)
    match chosen:
        case PolicySet.FIXED:
            return []
        case PolicySet.SIMPLE:
            return [by_cpu]
        case PolicySet.TRACKING:
            return [by_work]
        case PolicySet.DEPLOYED:
            sleeps = [Sleep(idle_periods=IDLE_MINUTES)] if tier.scale_to_zero and not is_web else []
            return [by_work, *([by_cpu] if is_web else []), *sleeps]


def loads_of(interface: Interface, name: str, curve: list[Load]) -> list[float]:
    """Give what comes to a tier each minute, in its own unit: an image costs web as much as so many requests."""
    unit = interface.demand[name][SERVES[name]]
    return [interface.cores(name, load) / unit for load in curve]
