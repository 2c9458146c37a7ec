"""The consumer's door, and beat's: ids and packed posts in, one service each."""

from contextlib import suppress
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from cloudapps.models import AlreadyClaimed
from socialanalytics import services
from socialanalytics.core.wire import Packet


@shared_task(name="socialanalytics.take_posts", acks_on_failure_or_timeout=False)
def take_posts(*, id: str, source: str, received_at: str, payload: str, **_later: object) -> None:
    """
    Count the posts of one packet; harmless to repeat.

    There is no row to send it again from, so whatever goes wrong leaves the message in the queue, which brings it
    back, and lays it aside after the last try.
    """
    services.packet_take(Packet(id, source, received_at, payload), now=timezone.now())


@shared_task(name="socialanalytics.rescore", acks_late=False)
def rescore(*, job_id: str, **_later: object) -> None:
    """Score some more of the past; a second delivery of the same message is harmless."""
    with suppress(AlreadyClaimed):
        services.rescoring_run(rescoring_id=UUID(job_id), now=timezone.now())


@shared_task(name="socialanalytics.sweep")
def sweep(**_later: object) -> None:
    """Take deleted posts out of the raw ones, and remove what is too old."""
    services.raw_remove(now=timezone.now())
    services.posts_expire(now=timezone.now())


@shared_task(name="socialanalytics.sweep_raw")
def sweep_raw(**_later: object) -> None:
    """Delete raw posts that are too old."""
    services.raw_expire(now=timezone.now())


@shared_task(name="socialanalytics.watch")
def watch(**_later: object) -> None:
    """Look for surges, and tell whoever wants to hear of them."""
    services.alerts_check(now=timezone.now())


@shared_task(name="socialanalytics.send_digests")
def send_digests(**_later: object) -> None:
    """Write the digests that are due or asked for."""
    services.digests_send(now=timezone.now())
