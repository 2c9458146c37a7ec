"""Mail that is sent once: a row in the transaction that gives the reason for it, then a worker sends it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.mime.image import MIMEImage
from email.utils import parseaddr
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone

from cloudapps import jobs
from cloudapps.models import Mail, MailPicture, User
from cloudapps.models.job import UNFINISHED, Status

KEPT_FOR = timedelta(days=30)
SUBJECT_LENGTH = 255
ANSWER_TIMEOUT_SECONDS = 10  # a server that says nothing is asked again later

log = structlog.get_logger(__name__)


class MailServerTooSlow(Exception):
    """The mail server answers, but did not take the mail in time; it will be asked again."""


class Letter(EmailMultiAlternatives):
    """A mail whose pictures belong to its HTML, rather than hang on the mail as files (RFC 2387)."""

    mixed_subtype = "related"


def mail_later(
    *,
    to: User,
    key: str,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    pictures: Mapping[str, bytes] | None = None,
) -> None:
    """
    Have a worker send a mail, once the transaction has committed; a second one with the same key is left out.

    The key is remembered for 30 days. Two that differ in case alone are the same to MySQL. `pictures` are PNGs by the
    names under which the HTML shows them, as in `<img src="cid:name">`; they travel with the mail.
    """
    with transaction.atomic():
        mail, is_new = Mail.objects.get_or_create(
            key=key,
            defaults={
                "owner": to,
                "subject": " ".join(subject.split())[:SUBJECT_LENGTH],  # a header is one line
                "text": text,
                "html": html,
                "created_at": now,
                "enqueued_at": now,
                "request_id": jobs.current_request_id(),
            },
        )
        if is_new:
            shown = [MailPicture(mail=mail, cid=cid, png=png) for cid, png in (pictures or {}).items()]
            MailPicture.objects.bulk_create(shown)
            jobs.enqueue(mail)


def mail_send(*, mail_id: UUID, now: datetime) -> None:
    """
    Send a mail to the address that its owner has now; without one, that is only logged.

    A worker that dies after the server took the mail and before the row says so has it sent again.

    :raises AlreadyClaimed: if another worker holds the job or it is finished.
    """
    with jobs.running(Mail, mail_id, now=now, failures=()) as mail:
        if mail.owner.email:
            _deliver(mail, mail.owner.email)
        else:
            log.info("mail_without_address", user_id=mail.owner_id)
        mail.succeed(now=timezone.now())


def forget_old(*, now: datetime) -> None:
    """Delete the mails that were sent, or given up, long ago."""
    ended = set(Status) - set(UNFINISHED)
    Mail.objects.filter(status__in=ended, enqueued_at__lt=now - KEPT_FOR).delete()


def _deliver(mail: Mail, address: str) -> None:
    message = Letter(
        mail.subject,
        mail.text,
        to=[address],
        headers={"Message-ID": _message_id(mail.key), "Auto-Submitted": "auto-generated"},  # RFC 3834: no replies
        connection=get_connection(timeout=settings.EMAIL_TIMEOUT or ANSWER_TIMEOUT_SECONDS),
    )
    message.attach_alternative(mail.html, "text/html")
    for picture in mail.pictures.all():
        message.attach(_part_of(picture))
    try:
        message.send()
    except SoftTimeLimitExceeded as error:  # which would end the job for good
        raise MailServerTooSlow from error


def _part_of(picture: MailPicture) -> MIMEImage:
    part = MIMEImage(bytes(picture.png), "png")
    part["Content-ID"] = f"<{picture.cid}>"
    part.add_header("Content-Disposition", "inline", filename=f"{picture.cid}.png")
    return part


def _message_id(key: str) -> str:
    """Name the mail alike each time it is sent, so that mail programs show one (Amazon SES writes its own, though)."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{digest}@{domain or 'localhost'}>"
