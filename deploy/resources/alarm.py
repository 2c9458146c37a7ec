"""What is watched, and when it is too much."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, as_list

SIMPLE = (
    "AlarmDescription",
    "Namespace",
    "MetricName",
    "Statistic",
    "Period",
    "EvaluationPeriods",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
)


@dataclass(frozen=True)
class Alarm(Resource):
    """An alarm of CloudWatch on one metric. Each of `actions` has an `arn` that is called when it goes off."""

    kind: ClassVar[str] = "alarm"

    description: str
    namespace: str
    metric: str
    dimensions: "dict[str, str | Resource | tuple[Resource, str]]"  # a resource stands for its `id`, or an attribute
    threshold: float
    actions: tuple[Resource, ...]
    tags: Tags
    statistic: str = "Maximum"
    period_seconds: int = 60
    periods: int = 5
    comparison: str = "GreaterThanThreshold"
    missing: str = "notBreaching"
    resolved: tuple[Resource, ...] = ()  # called when it is over

    @property
    def needs(self) -> Iterator[Resource]:
        yield from super().needs
        for value in self.dimensions.values():
            if not isinstance(value, str):
                yield value if isinstance(value, Resource) else value[0]

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        cloudwatch = cloud.client("cloudwatch")
        wanted: dict[str, Any] = {"AlarmNames": [name]} if name else {"AlarmNamePrefix": cloud.site.prefix}
        for page in cloudwatch.get_paginator("describe_alarms").paginate(**wanted):
            for alarm in [alarm for alarm in page["MetricAlarms"] if "MetricName" in alarm]:  # others: FormulaAlarm
                properties = {
                    **{key: alarm.get(key) for key in SIMPLE},
                    "Dimensions": {each["Name"]: each["Value"] for each in alarm["Dimensions"]},
                    "AlarmActions": sorted(alarm["AlarmActions"]),
                    "OKActions": sorted(alarm["OKActions"]),
                    "ActionsEnabled": alarm["ActionsEnabled"],
                    "Tags": as_dict(cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]),
                }
                yield Found(alarm["AlarmName"], alarm["AlarmArn"], properties, {"arn": alarm["AlarmArn"]})

    def wanted(self, known: Known) -> Properties:
        return {
            "AlarmDescription": self.description,
            "Namespace": self.namespace,
            "MetricName": self.metric,
            "Statistic": self.statistic,
            "Period": self.period_seconds,
            "EvaluationPeriods": self.periods,
            "Threshold": float(self.threshold),
            "ComparisonOperator": self.comparison,
            "TreatMissingData": self.missing,
            "Dimensions": {key: _value(value, known) for key, value in self.dimensions.items()},
            "AlarmActions": sorted(known.of(action, "arn") for action in self.actions),
            "OKActions": sorted(known.of(action, "arn") for action in self.resolved),
            "ActionsEnabled": True,
            "Tags": self.tags,
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        self._put(cloud, wanted, Tags=as_list(wanted["Tags"]))

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        if tags := changed.pop("Tags", None):
            cloud.client("cloudwatch").tag_resource(ResourceARN=found.id, Tags=as_list(tags))
        if changed:
            self._put(cloud, {**found.properties, **changed})

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("cloudwatch").delete_alarms(AlarmNames=[found.name])

    def _put(self, cloud: Cloud, properties: Properties, **tags: Any) -> None:
        """Set all of it: what a call leaves out, CloudWatch forgets."""
        given = {key: value for key, value in properties.items() if key not in {"Tags", "Dimensions"}}
        dimensions = [{"Name": key, "Value": value} for key, value in properties["Dimensions"].items()]
        cloud.client("cloudwatch").put_metric_alarm(AlarmName=self.name, Dimensions=dimensions, **given, **tags)


def _value(dimension: "str | Resource | tuple[Resource, str]", known: Known) -> str:
    if isinstance(dimension, str):
        return dimension
    return known.of(dimension) if isinstance(dimension, Resource) else known.of(*dimension)
