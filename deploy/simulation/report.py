"""A simulation as text: a line of blocks for each figure, a table by the hour, and how policies compare."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from deploy.simulation.run import Minute, TierModel

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 72
HOUR_ROW = "{:>5} {:>10} {:>9} {:>6} {:>10} {:>9} {:>9}"
RESULT_ROW = "{:<9} {:<10} {:>7} {:>5} {:>6} {:>10} {:>10} {:>10} {:>8} {:>9}"
MINUTES_OF_HOUR = 60


@dataclass(frozen=True)
class Result:
    """How a tier did with a set of policies."""

    model: TierModel
    policies: str
    minutes: list[Minute]

    @property
    def machine_hours(self) -> float:
        """What was paid for."""
        return sum(minute.machines for minute in self.minutes) / MINUTES_OF_HOUR

    @property
    def most_machines(self) -> int:
        """How many there were at most."""
        return max(minute.machines for minute in self.minutes)

    @property
    def utilisation(self) -> float:
        """The mean of all minutes."""
        return sum(minute.utilisation for minute in self.minutes) / len(self.minutes)

    @property
    def dollars(self) -> float:
        """What it cost."""
        return self.minutes[-1].dollars

    @property
    def lost(self) -> float:
        """What was given up."""
        return sum(minute.lost for minute in self.minutes)

    @property
    def changes(self) -> int:
        """How often the policies changed the group."""
        return sum(minute.changed != 0 for minute in self.minutes)

    def waited(self, share: float) -> float:
        """Give the seconds that work waited at most in this share of the minutes."""
        waits = sorted(minute.waits_seconds for minute in self.minutes)
        return waits[max(0, math.ceil(share * len(waits)) - 1)]


def comparison(results: Sequence[Result]) -> Iterator[str]:
    """Compare sets of policies, tier by tier."""
    head = ("tier", "policies", "machine", "at", "mean", "waits, p99", "waits, at", "lost", "changes", "dollars")
    yield RESULT_ROW.format(*head)
    yield RESULT_ROW.format("", "", "hours", "most", "busy", "of minutes", "most", "", "", "")
    for result in results:
        yield RESULT_ROW.format(
            result.model.name,
            result.policies,
            f"{result.machine_hours:.1f}",
            result.most_machines,
            f"{result.utilisation:.0%}",
            seconds(result.waited(0.99)),
            seconds(result.waited(1)),
            f"{result.lost:,.0f}",
            result.changes,
            f"{result.dollars:.2f}",
        )


def hours(result: Result) -> Iterator[str]:
    """Tell what happened in each hour: the means, and the longest waiting."""
    yield f"{result.model.name}, policies {result.policies}:"
    yield HOUR_ROW.format("time", f"{result.model.unit}/s", "machines", "busy", "waits", "waiting", "dollars")
    for start in range(0, len(result.minutes), MINUTES_OF_HOUR):
        part = result.minutes[start : start + MINUTES_OF_HOUR]
        yield HOUR_ROW.format(
            f"{start // MINUTES_OF_HOUR}:00",
            f"{_mean([minute.load for minute in part]):,.1f}",
            f"{_mean([minute.machines for minute in part]):.1f}",
            f"{_mean([minute.utilisation for minute in part]):.0%}",
            seconds(max(minute.waits_seconds for minute in part)),
            f"{max(minute.waiting for minute in part):,.0f}",
            f"{part[-1].dollars:.2f}",
        )


def sparklines(result: Result) -> Iterator[str]:
    """Draw load, machines, utilisation and waiting, each from nothing to its most."""
    figures = {
        f"{result.model.unit}/s": [minute.load for minute in result.minutes],
        "machines": [float(minute.machines) for minute in result.minutes],
        "busy": [minute.utilisation for minute in result.minutes],
        "waits": [minute.waits_seconds for minute in result.minutes],
    }
    yield f"{result.model.name}, policies {result.policies}:"
    for name, values in figures.items():
        most = {"busy": f"{max(values):.0%}", "waits": seconds(max(values))}.get(name, f"{max(values):,.4g}")
        yield f"  {name:>10} {sparkline(values, WIDTH)} at most {most}"


def sparkline(values: Sequence[float], width: int) -> str:
    """Draw numbers as blocks, of which each shows the largest of its part."""
    width = min(width, len(values))
    edges = [round(place * len(values) / width) for place in range(width + 1)]
    parts = [max(values[left:right]) for left, right in pairwise(edges)]
    most = max(parts) or 1.0
    return "".join(BLOCKS[min(int(part / most * len(BLOCKS)), len(BLOCKS) - 1)] for part in parts)


def seconds(value: float) -> str:
    """Write a duration so that it can be compared at a glance."""
    if value < 1:
        return f"{value * 1000:.0f} ms"
    return f"{value:.1f} s" if value < 600 else f"{value / 60:.0f} min"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
