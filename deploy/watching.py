"""What is watched, who is told, and where logs go."""

from functools import cached_property

from deploy.data import Data
from deploy.processes import processes
from deploy.resource import Resource
from deploy.resources.alarm import Alarm
from deploy.resources.log_group import LogGroup
from deploy.resources.queue import Queue
from deploy.resources.topic import Topic
from deploy.site import Site

GIGABYTE = 2**30


class Watching:
    """The parts, by name."""

    def __init__(self, site: Site, data: Data) -> None:
        self._site = site
        self._data = data

    def resources(self) -> list[Resource]:
        """List all of it."""
        ages = [self._age(name, queue) for name, queue in self._data.queues.items()]
        deaths = [self._death(name, queue) for name, queue in self._data.dead_queues.items()]
        return [self.topic, *ages, *deaths, self._database_busy(), self._database_full(), *self.log_groups.values()]

    @cached_property
    def topic(self) -> Topic:
        """Who is told."""
        mail = self._site.environment.alarms.mail
        return Topic(self._site.named("alarms"), (mail,) if mail else (), self._site.tags)

    @cached_property
    def log_groups(self) -> dict[str, LogGroup]:
        """Where the processes of each tier write."""
        days = self._site.environment.retention.logs_days
        return {name: LogGroup(f"{self._site.path}/{name}", days, self._site.tags) for name in processes()}

    def _age(self, name: str, queue: Queue) -> Alarm:
        return Alarm(
            self._site.named(f"{name}-age"),
            f"Messages of {name} wait too long: is there a machine that takes them?",
            "AWS/SQS",
            "ApproximateAgeOfOldestMessage",
            {"QueueName": queue.name},
            self._site.environment.alarms.queue_age_seconds,
            (self.topic,),
            self._site.tags,
            resolved=(self.topic,),
        )

    def _death(self, name: str, queue: Queue) -> Alarm:
        return Alarm(
            self._site.named(f"{name}-dead"),
            f"A message of {name} was given up after its last delivery: look at it before it is gone in 14 days.",
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            {"QueueName": queue.name},
            0,
            (self.topic,),
            self._site.tags,
            periods=1,
        )

    def _database_busy(self) -> Alarm:
        return self._of_database("busy", "MySQL computes nearly all the time.", "CPUUtilization", 90, "Average")

    def _database_full(self) -> Alarm:
        least = self._site.environment.database.storage_gb * GIGABYTE * 0.05  # RDS adds storage below a tenth
        words = "MySQL has little storage left, and RDS has added none."
        return self._of_database("full", words, "FreeStorageSpace", least, "Minimum", "LessThanThreshold")

    def _of_database(
        self,
        name: str,
        words: str,
        metric: str,
        threshold: float,
        statistic: str,
        comparison: str = "GreaterThanThreshold",
    ) -> Alarm:
        database = self._data.database
        return Alarm(
            self._site.named(f"mysql-{name}"),
            words,
            "AWS/RDS",
            metric,
            {"DBInstanceIdentifier": database.name},
            threshold,
            (self.topic,),
            self._site.tags,
            statistic,
            period_seconds=300,
            periods=3,
            comparison=comparison,
            resolved=(self.topic,),
        )
