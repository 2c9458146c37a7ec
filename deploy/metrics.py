"""Metrics of CloudWatch that are computed from others: what a group is scaled by."""

from dataclasses import dataclass
from typing import Any

PERIOD_SECONDS = 60


@dataclass(frozen=True)
class Metric:
    """A metric as it is, under a name of its own in a formula."""

    id: str
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str

    def described(self, **period: int) -> dict[str, Any]:
        """Write it as AWS has it."""
        dimensions = [{"Name": key, "Value": value} for key, value in self.dimensions]
        metric = {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": dimensions}
        return {"Id": self.id, "MetricStat": {"Metric": metric, **period, "Stat": self.statistic}, "ReturnData": False}


@dataclass(frozen=True)
class Formula:
    """An expression over metrics."""

    label: str
    expression: str
    metrics: tuple[Metric, ...]

    def for_policy(self) -> list[dict[str, Any]]:
        """Write it as a scaling policy has it."""
        return [*(metric.described() for metric in self.metrics), self._result()]

    def for_alarm(self) -> list[dict[str, Any]]:
        """Write it as an alarm has it."""
        return [*(metric.described(Period=PERIOD_SECONDS) for metric in self.metrics), self._result()]

    def _result(self) -> dict[str, Any]:
        return {"Id": "result", "Expression": self.expression, "Label": self.label, "ReturnData": True}


def waiting(queues: tuple[str, ...]) -> tuple[str, tuple[Metric, ...]]:
    """
    Give the messages that wait in queues or are being worked off, as an expression with its metrics.

    SQS says nothing of a queue that nobody used for six hours: FILL makes that 0.
    """
    states = {"v": "ApproximateNumberOfMessagesVisible", "w": "ApproximateNumberOfMessagesNotVisible"}
    metrics = tuple(
        Metric(f"{letter}{number}", "AWS/SQS", name, (("QueueName", queue),), "Maximum")
        for number, queue in enumerate(queues)
        for letter, name in states.items()
    )
    return " + ".join(f"FILL({metric.id}, 0)" for metric in metrics), metrics


def in_service(group: str) -> Metric:
    """Give the machines of a group that work."""
    dimensions = (("AutoScalingGroupName", group),)
    return Metric("machines", "AWS/AutoScaling", "GroupInServiceInstances", dimensions, "Average")


def backlog(group: str, queues: tuple[str, ...]) -> Formula:
    """Give the messages for each machine of a group."""
    messages, metrics = waiting(queues)
    each = f"({messages}) / MAX([FILL(machines, 0), 1])"
    return Formula("messages for each machine", each, (*metrics, in_service(group)))


def nobody_works(group: str, queues: tuple[str, ...]) -> Formula:
    """Give 1 where messages wait and there is no machine, else 0."""
    messages, metrics = waiting(queues)
    asleep = f"IF(({messages}) > 0 AND FILL(machines, 0) < 1, 1, 0)"
    return Formula("messages without a machine", asleep, (*metrics, in_service(group)))


def nothing_to_do(group: str, queues: tuple[str, ...]) -> Formula:
    """Give 1 where no message waits and there is a machine, else 0."""
    messages, metrics = waiting(queues)
    idle = f"IF(({messages}) < 1 AND FILL(machines, 0) > 0, 1, 0)"
    return Formula("machines without a message", idle, (*metrics, in_service(group)))
