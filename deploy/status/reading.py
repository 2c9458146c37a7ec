"""Reads how everything does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from deploy.cloud import Cloud, code_of
from deploy.processes import processes, queues
from deploy.release.health import AwsHealth, Health
from deploy.release.machines import Group, read_groups
from deploy.release.releases import Releases, State
from deploy.resources.certificate import Certificate
from deploy.resources.load_balancer import LoadBalancer

AGE_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True)
class QueueReading:
    """A queue, or one for dead letters."""

    name: str
    waiting: int
    taken: int
    age_seconds: float | None  # of the oldest message; None where CloudWatch says nothing


@dataclass(frozen=True)
class AlarmReading:
    """An alarm."""

    name: str
    state: str
    words: str
    scales: bool  # calls a scaling policy, which is no trouble


@dataclass(frozen=True)
class DatabaseReading:
    """MySQL."""

    name: str
    state: str
    version: str
    instance_class: str
    zones: str
    storage_gb: int


@dataclass(frozen=True)
class Beat:
    """What a process said last."""

    component: str
    instance: str
    at: datetime
    release: str
    rate: float
    latency_seconds: float
    utilisation: float
    memory_bytes: float


@dataclass(frozen=True)
class Reading:
    """All of it."""

    at: datetime
    groups: list[Group]
    health: dict[str, str]  # by machine
    state: State
    subjects: dict[str, str]  # of releases
    queues: list[QueueReading]
    alarms: list[AlarmReading]
    database: DatabaseReading | None
    certificate: str
    address: str
    beats: list[Beat]


def read(cloud: Cloud, health: Health | None = None) -> Reading:
    """Ask AWS for all of it."""
    judge = health or AwsHealth(cloud)
    groups = sorted(read_groups(cloud), key=lambda group: group.name)
    words = {machine: word for group in groups for machine, word in judge.of(group, group.machines).items()}
    releases = Releases(cloud)
    state = releases.state()
    subjects = {name: releases.get(name).subject for name in {each.release for each in state.outcomes[-5:]}}
    return Reading(
        cloud.now(),
        groups,
        words,
        state,
        subjects,
        _queues(cloud),
        _alarms(cloud),
        _database(cloud),
        _certificate(cloud),
        _address(cloud),
        _beats(cloud),
    )


def _queues(cloud: Cloud) -> list[QueueReading]:
    names = [cloud.site.named(f"{name}{suffix}") for name in queues() for suffix in ("", "-dead")]
    found = (_queue(cloud, name) for name in names)
    return [reading for reading in found if reading]


def _queue(cloud: Cloud, name: str) -> QueueReading | None:
    sqs, keys = cloud.client("sqs"), ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    try:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=keys)["Attributes"]
    except ClientError as error:
        if "NonExistentQueue" in code_of(error) or "QueueDoesNotExist" in code_of(error):
            return None
        raise
    waiting, taken = (int(attributes[key]) for key in keys)
    return QueueReading(name, waiting, taken, _age(cloud, name))


def _age(cloud: Cloud, name: str) -> float | None:
    now = cloud.now()
    points = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": name}],
        StartTime=now - AGE_WINDOW,
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    last = max(points, key=lambda point: point["Timestamp"], default=None)
    return None if last is None else float(last["Maximum"])


def _alarms(cloud: Cloud) -> list[AlarmReading]:
    pages = cloud.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=cloud.site.prefix)
    return [
        AlarmReading(
            alarm["AlarmName"],
            alarm["StateValue"],
            alarm.get("AlarmDescription", ""),
            any(":scalingPolicy:" in action for action in alarm["AlarmActions"]),
        )
        for page in pages
        for alarm in page["MetricAlarms"]
    ]


def _database(cloud: Cloud) -> DatabaseReading | None:
    try:
        answer = cloud.client("rds").describe_db_instances(DBInstanceIdentifier=cloud.site.named("mysql"))
    except ClientError as error:
        if code_of(error).startswith("DBInstanceNotFound"):
            return None
        raise
    found: Any = answer["DBInstances"][0]
    return DatabaseReading(
        found["DBInstanceIdentifier"],
        found["DBInstanceStatus"],
        found["EngineVersion"],
        found["DBInstanceClass"],
        "two zones" if found["MultiAZ"] else "one zone",
        found["AllocatedStorage"],
    )


def _certificate(cloud: Cloud) -> str:
    found = next(Certificate.find(cloud, cloud.site.named(cloud.site.environment.domain)), None)
    if found is None:
        return "missing"
    return "issued" if found.ready else found.trouble or found.advice or "being made"


def _address(cloud: Cloud) -> str:
    found = next(LoadBalancer.find(cloud, cloud.site.named("web")), None)
    return found.attributes["dns"] if found else ""


def _beats(cloud: Cloud) -> list[Beat]:
    board = AwsHealth(cloud)
    found = [(component, beat) for component in processes() for beat in board.beats(component).values()]
    return [
        Beat(
            component,
            beat["instance"],
            datetime.fromisoformat(beat["at"]),
            beat["release"],
            *(float(beat[key]) for key in ("rate", "latency_seconds", "utilisation", "memory_bytes")),
        )
        for component, beat in found
    ]
