"""The queue on Amazon SQS, spoken through Celery; the local SQS of `make run` is reached the same way."""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

from cloudapps.queue import Depth, QueueUnavailable

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

LONGEST_DELAY_SECONDS = 900  # SQS API reference, SendMessage, DelaySeconds


class CelerySqsQueue:
    """See `cloudapps.queue.Queue`."""

    def send(self, task: str, arguments: dict[str, str], *, queue: str, delay: timedelta = timedelta(0)) -> None:
        seconds = min(int(delay.total_seconds()), LONGEST_DELAY_SECONDS)
        options: dict[str, Any] = {"DelaySeconds": seconds} if seconds else {}
        try:
            current_app.send_task(task, kwargs=arguments, queue=queue, **options)
        except (BotoCoreError, ClientError, OperationalError) as error:
            raise QueueUnavailable(str(error)) from error

    def depth(self, queue: str) -> Depth:
        try:
            attributes = self._client.get_queue_attributes(
                QueueUrl=self._url(queue),
                AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
            )["Attributes"]
        except (BotoCoreError, ClientError) as error:
            raise QueueUnavailable(str(error)) from error
        return Depth(
            waiting=int(attributes["ApproximateNumberOfMessages"]),
            in_flight=int(attributes["ApproximateNumberOfMessagesNotVisible"]),
        )

    @cached_property
    def _client(self) -> "SQSClient":
        impatient = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})
        endpoint = settings.SQS_ENDPOINT_URL or None
        return boto3.client("sqs", region_name=settings.AWS_REGION, endpoint_url=endpoint, config=impatient)

    def _url(self, queue: str) -> str:
        return self._client.get_queue_url(QueueName=f"{settings.QUEUE_PREFIX}{queue}")["QueueUrl"]
