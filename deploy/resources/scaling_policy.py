"""How a group grows and shrinks."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.metrics import Formula
from deploy.resource import Found, Known, Properties, Resource
from deploy.resources.auto_scaling_group import COOLDOWN_SECONDS, AutoScalingGroup, groups
from deploy.resources.listener import Listener
from deploy.resources.load_balancer import LoadBalancer
from deploy.resources.target_group import TargetGroup

SETTINGS = (
    "PolicyType",
    "AdjustmentType",
    "ScalingAdjustment",
    "Cooldown",
    "StepAdjustments",
    "EstimatedInstanceWarmup",
)
WARM_SECONDS = 240  # until a new machine does its share


@dataclass(frozen=True)
class ScalingPolicy(Resource):
    """A policy of a group: `Rule` says of which type. Its `arn` is what an alarm calls."""

    kind: ClassVar[str] = "scaling policy"
    fixed: ClassVar[frozenset[str]] = frozenset({"Group"})

    group: AutoScalingGroup
    rule: "Rule"

    @property
    def needs(self) -> Iterator[Resource]:
        yield self.group
        yield from self.rule.needs

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        pages = cloud.client("autoscaling").get_paginator("describe_policies")
        ours = {group["AutoScalingGroupName"] for group in groups(cloud)}
        for page in pages.paginate(**({"PolicyNames": [name]} if name else {})):
            for policy in page["ScalingPolicies"]:
                if policy["AutoScalingGroupName"] in ours:
                    properties = {"Group": policy["AutoScalingGroupName"], **_settings(policy)}
                    arn = policy["PolicyARN"]
                    yield Found(policy["PolicyName"], arn, properties, {"arn": arn})

    def wanted(self, known: Known) -> Properties:
        return {"Group": known.of(self.group), **self.rule.settings(known)}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        self._put(cloud, wanted)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        self._put(cloud, {**found.properties, **changed})

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("autoscaling").delete_policy(AutoScalingGroupName=found.properties["Group"], PolicyName=found.name)

    def _put(self, cloud: Cloud, properties: Properties) -> None:
        settings = {key: value for key, value in properties.items() if key != "Group" and value not in (None, [])}
        cloud.client("autoscaling").put_scaling_policy(
            AutoScalingGroupName=properties["Group"], PolicyName=self.name, **settings
        )


class Rule(ABC):
    """How many machines there should be."""

    @property
    def needs(self) -> tuple[Resource, ...]:
        """What must be there before it."""
        return ()

    @abstractmethod
    def settings(self, known: Known) -> Properties:
        """Give it as AWS has it."""


@dataclass(frozen=True)
class Change(Rule):
    """So many more or fewer, and then none for a while."""

    by: int

    def settings(self, known: Known) -> Properties:
        return {
            "PolicyType": "SimpleScaling",
            "AdjustmentType": "ChangeInCapacity",
            "ScalingAdjustment": self.by,
            "Cooldown": COOLDOWN_SECONDS,
        }


@dataclass(frozen=True)
class Exactly(Rule):
    """So many, however many there are."""

    count: int

    def settings(self, known: Known) -> Properties:
        return {
            "PolicyType": "StepScaling",
            "AdjustmentType": "ExactCapacity",
            "StepAdjustments": [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": self.count}],
            "EstimatedInstanceWarmup": WARM_SECONDS,
        }


@dataclass(frozen=True)
class RequestsPerTarget(Rule):
    """As many as it takes for each to get so many requests a minute."""

    target_group: TargetGroup
    listener: Listener  # without which AWS refuses the policy
    target: float

    @property
    def needs(self) -> tuple[Resource, ...]:
        return self.target_group, self.listener, self.listener.load_balancer

    def settings(self, known: Known) -> Properties:
        balancer: LoadBalancer = self.listener.load_balancer
        label = f"{known.of(balancer, 'label')}/{known.of(self.target_group, 'label')}"
        metric = {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": label}
        return _tracking({"PredefinedMetricSpecification": metric}, self.target)


@dataclass(frozen=True)
class Tracking(Rule):
    """As many as it takes for a formula to give the target."""

    formula: Formula
    target: float

    def settings(self, known: Known) -> Properties:
        return _tracking({"CustomizedMetricSpecification": {"Metrics": self.formula.for_policy()}}, self.target)


def _tracking(metric: dict[str, Any], target: float) -> Properties:
    return {
        "PolicyType": "TargetTrackingScaling",
        "EstimatedInstanceWarmup": WARM_SECONDS,
        "TargetTrackingConfiguration": {**metric, "TargetValue": float(target), "DisableScaleIn": False},
    }


def _settings(policy: Any) -> Properties:
    found = {key: policy.get(key) for key in SETTINGS}
    if tracking := policy.get("TargetTrackingConfiguration"):
        own = tracking.get("CustomizedMetricSpecification", {})
        metric = {"CustomizedMetricSpecification": {"Metrics": own["Metrics"]}} if own else {}
        found["TargetTrackingConfiguration"] = {
            "TargetValue": tracking["TargetValue"],
            "DisableScaleIn": tracking.get("DisableScaleIn", False),
            **metric,
            **{key: value for key, value in tracking.items() if key == "PredefinedMetricSpecification"},
        }
    return found
