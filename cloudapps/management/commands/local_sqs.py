from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cloudapps.queue.local import serve


class Command(BaseCommand):
    """Serve SQS on this machine, at AWS_ENDPOINT_URL_SQS, with the platform's queues in it."""

    help = "Serve SQS on this machine, at AWS_ENDPOINT_URL_SQS, with the platform's queues in it."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        address = urlsplit(settings.SQS_ENDPOINT_URL)
        if address.hostname not in {"127.0.0.1", "localhost"} or not address.port:
            raise CommandError("Set AWS_ENDPOINT_URL_SQS to an address of this machine, like http://127.0.0.1:9324.")
        serve(address.port, prefix=settings.QUEUE_PREFIX, names=settings.QUEUES, region=settings.AWS_REGION)
