"""The local outbox: Django's file backend wrote the mails, this reads them."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

SEPARATOR = b"\n" + b"-" * 79 + b"\n"  # django.core.mail.backends.filebased writes it after each message


@dataclass(frozen=True)
class SentMail:
    """One mail as its reader would see it."""

    pk: str
    sender: str
    to: str
    subject: str
    sent_at: datetime
    body_text: str
    body_html: str  # empty if it has no such part; its pictures stand in it as `data:`


def outbox() -> list[SentMail]:
    """List the mails, newest first."""
    if settings.MAIL_OUTBOX is None:
        return []
    mails = [found for path in settings.MAIL_OUTBOX.glob("*.log") for found in _mails_in(path)]
    return sorted(mails, key=lambda found: (found.sent_at, found.pk), reverse=True)


def _mails_in(path: Path) -> list[SentMail]:
    raw = [part for part in path.read_bytes().split(SEPARATOR) if part.strip()]
    sent_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return [_parsed(f"{path.stem}-{number}", body, sent_at) for number, body in enumerate(raw)]


def _parsed(pk: str, raw: bytes, sent_at: datetime) -> SentMail:
    message = message_from_bytes(raw, policy=policy.default)
    body, html = message.get_body(("plain", "html")), message.get_body(("html",))
    return SentMail(
        pk=pk,
        sender=str(message["From"]),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        sent_at=sent_at,
        body_text=body.get_content() if body else "",
        body_html=_with_pictures(html.get_content(), message) if html else "",
    )


def _with_pictures(html: str, message: EmailMessage) -> str:
    """Put the pictures that travel with the mail into its HTML, where a mail program would show them."""
    for part in message.walk():
        png = part.get_payload(decode=True)
        if part["Content-ID"] and part.get_content_type() == "image/png" and isinstance(png, bytes):
            encoded = base64.b64encode(png).decode()
            html = html.replace(f"cid:{part['Content-ID'].strip('<>')}", f"data:image/png;base64,{encoded}")
    return html
