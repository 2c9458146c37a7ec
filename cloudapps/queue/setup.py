"""Makes the queues: each with a dead-letter queue that takes a message after its last delivery."""

import json
from typing import TYPE_CHECKING

from django.conf import settings

from cloudapps.models.job import MAX_ATTEMPTS

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


def create_queues(client: "SQSClient", prefix: str, names: tuple[str, ...]) -> None:
    """Create each queue `<prefix><name>` and its dead-letter queue `<prefix><name>-dead`; harmless if they exist."""
    for name in names:
        dead_url = client.create_queue(QueueName=f"{prefix}{name}-dead")["QueueUrl"]
        attributes = client.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])["Attributes"]
        redrive = {"deadLetterTargetArn": attributes["QueueArn"], "maxReceiveCount": MAX_ATTEMPTS}
        client.create_queue(
            QueueName=f"{prefix}{name}",
            Attributes={
                "VisibilityTimeout": str(settings.VISIBILITY_TIMEOUT_SECONDS),
                "RedrivePolicy": json.dumps(redrive),
            },
        )
