"""
What an environment costs a month, by list prices: a line for each thing that is paid for.

It takes plain numbers and calls nothing. What no price is known for is named and left out of the sum, which then is
a sum of what is known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from deploy.environment import Environment, Tier, Tiers
from deploy.hardware import machine
from deploy.network import INTERFACE_SERVICES
from deploy.prices import Prices
from deploy.processes import queues
from deploy.resources.alarm import Alarm
from deploy.resources.formula_alarm import FormulaAlarm
from deploy.resources.scaling_policy import RequestsPerTarget, ScalingPolicy, Tracking
from deploy.site import Site
from deploy.stack import stack
from deploy.usage import Usage

HOURS = 730.0  # of a month, as Amazon counts
SECONDS = HOURS * 3600
REQUESTS_OF_CONNECTION = 10  # that a browser sends through one
CONNECTIONS_OF_UNIT = 25.0  # new ones a second that a capacity unit of a load balancer covers; or a gigabyte an hour
CALLS_OF_MESSAGE = 3.0  # send, receive, delete
POLL_SECONDS = 10.0  # that a queue is asked for; each process asks each of its queues all the time
POSTS_OF_MESSAGE = 200.0
STATUS_SECONDS = 15.0  # between two writes of an instance into the table of status
METRICS_OF_MACHINE = 7  # that EC2 writes each minute
ALARMS_OF_TRACKING = 2  # that Amazon makes for each policy
ANY_ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Line:
    """One thing that is paid for: so many units at a price."""

    part: str
    what: str
    quantity: float
    unit: str
    price: float | None

    @property
    def dollars(self) -> float:
        """What it costs a month; 0 if its price is not known, which `Estimate.unknown` names."""
        return self.quantity * (self.price or 0.0)


@dataclass(frozen=True)
class Estimate:
    """All lines."""

    lines: tuple[Line, ...]

    @property
    def dollars(self) -> float:
        """The sum of what is known."""
        return sum(line.dollars for line in self.lines)

    @property
    def unknown(self) -> list[Line]:
        """What is paid for at a price that is not known."""
        return [line for line in self.lines if line.price is None]

    def of(self, part: str) -> float:
        """Give the sum of one part."""
        return sum(line.dollars for line in self.lines if line.part == part)


def estimate(environment: Environment, instances: Mapping[str, float], usage: Usage, prices: Prices) -> Estimate:
    """Estimate a month with so many machines in each tier; a tier that is not named has its minimum."""
    tiers = environment.tiers.each()
    counts = {name: instances.get(name, tier.minimum) for name, tier in tiers.items()}
    lines = [line for name, tier in tiers.items() for line in _tier(name, tier, counts[name], usage, prices)]
    lines += _database(environment, prices)
    lines += _documents(environment, usage, prices)
    lines += _network(environment, usage, prices)
    lines += _storage(usage, prices)
    lines += _messages(sum(counts.values()), usage, prices)
    lines += _watching(environment, usage, prices)
    lines += _clusters(environment, usage, prices)
    return Estimate(tuple(line for line in lines if line.quantity))


def _tier(name: str, tier: Tier, count: float, usage: Usage, prices: Prices) -> Iterator[Line]:
    bought = min(count, tier.minimum) if tier.spot else count  # Spot is only what scaling adds
    for machines, spot in ((bought, False), (count - bought, True)):
        hour = prices.instance_hour(tier.instance_type, spot=spot)
        kind = f"{tier.instance_type} {'Spot' if spot else 'on demand'}"
        yield Line(name, kind, machines * HOURS, "hours", hour)
    yield Line(name, "disk gp3", count * tier.disk_gb, "GB", prices.of("disk", "gb_month"))
    yield Line(
        name, "metrics each minute", count * METRICS_OF_MACHINE, "metrics", prices.of("cloudwatch", "metric_month")
    )
    having = machine(tier.instance_type)
    above = max(0.0, usage.cpu - having.baseline) * having.vcpus * count * HOURS
    family = tier.instance_type.split(".")[0]
    yield Line(name, "CPU above the baseline", above, "vCPU-hours", prices.of("ec2_credits", family))


def _database(environment: Environment, prices: Prices) -> Iterator[Line]:
    asked = environment.database
    zones = 2 if asked.multi_az else 1
    where = "in two zones" if asked.multi_az else "in one zone"
    hour = prices.of("rds", asked.instance_class)
    yield Line("database", f"{asked.instance_class} {where}", zones * HOURS, "hours", hour)
    yield Line("database", "storage gp3", zones * asked.storage_gb, "GB", prices.of("rds_storage", "gb_month"))
    yield Line("database", "password", 1, "secrets", prices.of("secrets_manager", "secret_month"))


def _documents(environment: Environment, usage: Usage, prices: Prices) -> Iterator[Line]:
    if not environment.documentdb:
        return
    asked = environment.documentdb_cluster
    hour = prices.of("documentdb", asked.instance_class)
    operations = usage.posts_per_second * SECONDS / 1e6
    yield Line("documentdb", asked.instance_class, asked.instances * HOURS, "hours", hour)
    yield Line("documentdb", "storage", usage.stored_gb / 10, "GB", prices.of("documentdb", "gb_month"))
    yield Line("documentdb", "reads and writes", operations, "million", prices.of("documentdb", "million_io"))
    yield Line("documentdb", "password", 1, "secrets", prices.of("secrets_manager", "secret_month"))


def _network(environment: Environment, usage: Usage, prices: Prices) -> Iterator[Line]:
    gigabytes = usage.requests_per_second * usage.answer_kb * SECONDS / 1e6
    gigabytes_an_hour = gigabytes / HOURS
    connections = usage.requests_per_second / REQUESTS_OF_CONNECTION
    units = max(gigabytes_an_hour, connections / CONNECTIONS_OF_UNIT)
    yield Line("load balancer", "application", HOURS, "hours", prices.of("load_balancer", "hour"))
    yield Line("load balancer", "capacity units", units * HOURS, "hours", prices.of("load_balancer", "unit_hour"))
    nats = {"gateway": 1, "gateways": 2, "endpoints": 0}[environment.nat]
    endpoints = 0 if nats else len(environment.zones) * len(INTERFACE_SERVICES)
    addresses = 2 + nats  # the load balancer has one in each zone
    called = usage.posts_per_second * SECONDS * 2e-6 + 5  # gigabytes: feeds, and calls of AWS
    yield Line("network", "NAT gateways", nats * HOURS, "hours", prices.of("network", "nat_hour"))
    yield Line("network", "through NAT", called if nats else 0, "GB", prices.of("network", "nat_gb"))
    yield Line("network", "endpoints", endpoints * HOURS, "hours", prices.of("network", "endpoint_hour"))
    yield Line("network", "through endpoints", 0 if nats else called, "GB", prices.of("network", "endpoint_gb"))
    yield Line("network", "public addresses", addresses * HOURS, "hours", prices.of("network", "address_hour"))
    yield Line("network", "out of AWS", gigabytes + usage.download_gb, "GB", prices.of("network", "out_gb"))


def _storage(usage: Usage, prices: Prices) -> Iterator[Line]:
    batches = usage.posts_per_second / POSTS_OF_MESSAGE
    writes = (2 * usage.images_per_second + batches) * SECONDS / 1e3  # a picture is two objects
    reads = 3 * usage.images_per_second * SECONDS / 1e3
    yield Line("storage", "S3", usage.stored_gb, "GB", prices.of("s3", "gb_month"))
    yield Line("storage", "writes", writes, "thousand", prices.of("s3", "thousand_writes"))
    yield Line("storage", "reads", reads, "thousand", prices.of("s3", "thousand_reads"))


def _messages(instances: float, usage: Usage, prices: Prices) -> Iterator[Line]:
    messages = usage.images_per_second + usage.posts_per_second / POSTS_OF_MESSAGE
    polls = len(queues()) * 2 / POLL_SECONDS  # by two machines
    calls = (messages * CALLS_OF_MESSAGE + polls) * SECONDS / 1e6
    writes = instances / STATUS_SECONDS * SECONDS / 1e6
    yield Line("messages", "SQS", calls, "million", prices.of("sqs", "million_calls"))
    yield Line("messages", "mails", usage.mails / 1e3, "thousand", prices.of("ses", "thousand_mails"))
    yield Line("messages", "status, DynamoDB", writes, "million", prices.of("dynamodb", "million_writes"))


def _watching(environment: Environment, usage: Usage, prices: Prices) -> Iterator[Line]:
    entries = usage.requests_per_second + usage.images_per_second + usage.posts_per_second / POSTS_OF_MESSAGE
    gigabytes = entries * usage.log_kb * SECONDS / 1e6
    yield Line("watching", "alarms", _alarms(environment.tiers), "alarms", prices.of("cloudwatch", "alarm_month"))
    yield Line("watching", "logs", gigabytes, "GB", prices.of("cloudwatch", "log_gb"))


@cache
def _alarms(tiers: Tiers) -> int:
    """Count them as they are paid for, which is each metric that an alarm looks at; only tiers make a difference."""
    site = Site(Environment(name="any", domain="example.org", tiers=tiers), ANY_ACCOUNT)
    count = 0
    for resource in stack(site):
        match resource:
            case Alarm():
                count += 1
            case FormulaAlarm():
                count += len(resource.formula.metrics)
            case ScalingPolicy(rule=RequestsPerTarget()):
                count += ALARMS_OF_TRACKING
            case ScalingPolicy(rule=Tracking(formula=formula)):
                count += ALARMS_OF_TRACKING * len(formula.metrics)
    return count


def _clusters(environment: Environment, usage: Usage, prices: Prices) -> Iterator[Line]:
    if not environment.emr:
        return
    hour = prices.instance_hour("m5.xlarge", spot=False)
    yield Line("clusters", "m5.xlarge", usage.emr_hours, "hours", hour)
    yield Line("clusters", "EMR on top", usage.emr_hours, "hours", prices.of("emr", "m5.xlarge"))
