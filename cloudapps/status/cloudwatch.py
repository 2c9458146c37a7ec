"""What a heartbeat says, as metrics of CloudWatch: rate, task time and utilisation of each component."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from django.conf import settings

from cloudapps.status import Heartbeat

IMPATIENT = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})


def publish(heartbeat: Heartbeat) -> None:
    """Put them into the namespace that the setting METRICS_NAMESPACE names, under the component's name."""
    values = {
        "Rate": ("Count/Second", heartbeat.rate),
        "Latency": ("Seconds", heartbeat.latency_seconds),
        "Utilisation": ("Percent", 100 * heartbeat.utilisation),
    }
    dimensions = [{"Name": "Component", "Value": heartbeat.component}]
    _client().put_metric_data(
        Namespace=settings.METRICS_NAMESPACE,
        MetricData=[
            {"MetricName": name, "Dimensions": dimensions, "Timestamp": heartbeat.at, "Unit": unit, "Value": value}
            for name, (unit, value) in values.items()
        ],
    )


@cache
def _client() -> Any:
    return boto3.client("cloudwatch", region_name=settings.AWS_REGION, config=IMPATIENT)
