"""
The status board in DynamoDB: hash key `component`, range key `instance_at`, TTL attribute `expires_at`.

It stays readable while the database is away, which is when it is looked at. `deploy` makes the table.
"""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import boto3
from boto3.dynamodb.conditions import Attr
from botocore.config import Config

from cloudapps.status import KEPT_FOR, Heartbeat

IMPATIENT = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})
MOMENTS = ("at", "started_at")


class DynamoBoard:
    """See `cloudapps.status.StatusBoard`."""

    def __init__(self, table: str, region: str) -> None:
        self._name, self._region = table, region

    def beat(self, heartbeat: Heartbeat) -> None:
        item = {name: _plain(value) for name, value in asdict(heartbeat).items()}
        item["instance_at"] = f"{heartbeat.instance} {heartbeat.at.isoformat()}"
        item["expires_at"] = int((heartbeat.at + KEPT_FOR).timestamp())
        self._table.put_item(Item=item)

    def beats(self, *, since: datetime) -> list[Heartbeat]:
        """Scan: an hour's beats of some dozen processes are all there is."""
        last: dict[tuple[str, str], Heartbeat] = {}
        for item in self._scan(since):
            beat = _heartbeat(item)
            key = (beat.component, beat.instance)
            if key not in last or last[key].at < beat.at:
                last[key] = beat
        return [last[key] for key in sorted(last)]

    def _scan(self, since: datetime) -> list[dict[str, Any]]:
        options: dict[str, Any] = {"FilterExpression": Attr("at").gte(since.isoformat()), "ConsistentRead": True}
        found = []
        while True:
            page = self._table.scan(**options)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            options["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    @cached_property
    def _table(self) -> Any:
        return boto3.resource("dynamodb", region_name=self._region, config=IMPATIENT).Table(self._name)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return Decimal(str(value)) if isinstance(value, float) else value


def _heartbeat(item: dict[str, Any]) -> Heartbeat:
    values: dict[str, Any] = {name: str(item[name]) for name in ("component", "instance", "release")}
    values |= {name: datetime.fromisoformat(str(item[name])) for name in MOMENTS}
    values |= {name: float(item[name]) for name in ("rate", "latency_seconds", "utilisation", "cpu_cores")}
    return Heartbeat(**values, memory_bytes=int(item["memory_bytes"]))
