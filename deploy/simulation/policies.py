"""
The policies that change how many machines a group has, as CloudWatch and Auto Scaling work them, minute by minute.

Nearer to the real ones than a model needs, but for two things: a cooldown begins with the decision, where Amazon waits
until the machine is in service; and alarms see a minute at once, where metrics come up to a minute late.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

PERIOD_SECONDS = 60.0


@dataclass(frozen=True)
class Seen:
    """What was measured in a minute."""

    now: float
    cpu: float | None  # the mean of the machines that work; None if none does
    desired: int
    in_service: int
    requests: float  # of the minute
    messages: float  # that wait or are being worked off, at its end


class Policy(ABC):
    """Decides how many machines there should be."""

    @abstractmethod
    def decide(self, seen: Seen) -> int | None:
        """Give the number it wants; None if it is content."""


class CpuSteps(Policy):
    """scale_up and scale_down: one more or one fewer when the alarm is on, and then nothing for the cooldown."""

    def __init__(self, *, above: float = 0.7, below: float = 0.4, periods: int = 2, cooldown: float = 180.0) -> None:
        self._above, self._below, self._periods, self._cooldown = above, below, periods, cooldown
        self._busy = self._idle = 0
        self._rests_until = -math.inf

    def decide(self, seen: Seen) -> int | None:
        self._busy = self._busy + 1 if seen.cpu is not None and seen.cpu > self._above else 0
        self._idle = self._idle + 1 if seen.cpu is not None and seen.cpu < self._below else 0
        change = (self._busy >= self._periods) - (self._idle >= self._periods)
        if not change or seen.now < self._rests_until:
            return None
        self._rests_until = seen.now + self._cooldown
        return seen.desired + change


class Tracking(Policy):
    """
    Target tracking: three minutes above the target add what is missing, fifteen below nine tenths end one machine.

    Amazon says that it goes down more gently than up; one machine a minute is our reading. It ends none while others
    boot.
    """

    def __init__(self, target: float, *, up_periods: int = 3, down_periods: int = 15) -> None:
        self._target, self._up_periods, self._down_periods = target, up_periods, down_periods
        self._high = self._low = 0

    @abstractmethod
    def metric(self, seen: Seen) -> float:
        """Give what is held at the target: so much for each machine."""

    def decide(self, seen: Seen) -> int | None:
        metric = self.metric(seen)
        self._high = self._high + 1 if metric > self._target else 0
        self._low = self._low + 1 if metric < 0.9 * self._target else 0
        fitting = math.ceil(round(metric * max(seen.in_service, 1) / self._target, 9))
        if self._high >= self._up_periods and fitting > seen.desired:
            return fitting
        if self._low >= self._down_periods and fitting < seen.desired == seen.in_service:
            return seen.desired - 1
        return None


class RequestsPerTarget(Tracking):
    """As many machines as it takes for each to get so many requests a minute."""

    def metric(self, seen: Seen) -> float:
        return seen.requests / max(seen.in_service, 1)


class BacklogPerMachine(Tracking):
    """As many machines as it takes for each to have so many messages waiting."""

    def metric(self, seen: Seen) -> float:
        return seen.messages / max(seen.in_service, 1)


class Sleep(Policy):
    """One machine when a message comes and there is none; none when no message came for fifteen minutes."""

    def __init__(self, *, idle_periods: int = 15) -> None:
        self._idle_periods = idle_periods
        self._idle = 0

    def decide(self, seen: Seen) -> int | None:
        self._idle = self._idle + 1 if seen.messages < 1 and seen.in_service else 0
        if seen.messages > 0 and not seen.in_service:
            return max(1, seen.desired)
        return 0 if self._idle >= self._idle_periods and seen.desired else None


def decided(policies: list[Policy], seen: Seen) -> int | None:
    """Ask all policies; where several want something, the largest group wins, as it does with Auto Scaling."""
    wanted = [count for policy in policies if (count := policy.decide(seen)) is not None]
    return max(wanted) if wanted else None
