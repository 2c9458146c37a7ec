from typing import Any

import boto3
from django.conf import settings
from django.core.management.base import BaseCommand

from cloudapps.queue.setup import create_queues


class Command(BaseCommand):
    """Make the platform's queues on SQS, each with its dead-letter queue; harmless if they exist."""

    help = "Make the platform's queues on SQS, each with its dead-letter queue; harmless if they exist."

    def handle(self, *args: Any, **options: Any) -> None:
        client = boto3.client("sqs", region_name=settings.AWS_REGION, endpoint_url=settings.SQS_ENDPOINT_URL or None)
        create_queues(client, settings.QUEUE_PREFIX, settings.QUEUES)
        for name in settings.QUEUES:
            self.stdout.write(f"{settings.QUEUE_PREFIX}{name} and {settings.QUEUE_PREFIX}{name}-dead are there")
