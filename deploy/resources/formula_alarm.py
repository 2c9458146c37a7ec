"""An alarm on what is computed from several metrics."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.metrics import Formula
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, as_list

SIMPLE = ("AlarmDescription", "EvaluationPeriods", "Threshold", "ComparisonOperator", "TreatMissingData", "Metrics")


@dataclass(frozen=True)
class FormulaAlarm(Resource):
    """An alarm that goes off when a formula gave more than 0 for so many minutes on end."""

    kind: ClassVar[str] = "formula alarm"

    description: str
    formula: Formula
    minutes: int
    actions: tuple[Resource, ...]
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        cloudwatch = cloud.client("cloudwatch")
        wanted: dict[str, Any] = {"AlarmNames": [name]} if name else {"AlarmNamePrefix": cloud.site.prefix}
        for page in cloudwatch.get_paginator("describe_alarms").paginate(**wanted):
            for alarm in [alarm for alarm in page["MetricAlarms"] if alarm.get("Metrics")]:
                properties = {
                    **{key: alarm.get(key) for key in SIMPLE},
                    "AlarmActions": sorted(alarm["AlarmActions"]),
                    "Tags": as_dict(cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]),
                }
                yield Found(alarm["AlarmName"], alarm["AlarmArn"], properties, {"arn": alarm["AlarmArn"]})

    def wanted(self, known: Known) -> Properties:
        return {
            "AlarmDescription": self.description,
            "EvaluationPeriods": self.minutes,
            "Threshold": 0.0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "Metrics": self.formula.for_alarm(),
            "AlarmActions": sorted(known.of(action, "arn") for action in self.actions),
            "Tags": self.tags,
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        given = {key: value for key, value in wanted.items() if key != "Tags"}
        cloud.client("cloudwatch").put_metric_alarm(AlarmName=self.name, **given, Tags=as_list(wanted["Tags"]))

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        if tags := changed.get("Tags"):
            cloud.client("cloudwatch").tag_resource(ResourceARN=found.id, Tags=as_list(tags))
        if changed.keys() - {"Tags"}:
            given = {key: value for key, value in {**found.properties, **changed}.items() if key != "Tags"}
            cloud.client("cloudwatch").put_metric_alarm(AlarmName=self.name, **given)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("cloudwatch").delete_alarms(AlarmNames=[found.name])
