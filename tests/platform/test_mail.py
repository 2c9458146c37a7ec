"""The local outbox."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection

from cloudapps import mail


@pytest.fixture
def send(settings: Any) -> Any:
    """Send mails as the local default does, several over one connection."""
    backend = "django.core.mail.backends.filebased.EmailBackend"

    def deliver(*messages: EmailMessage) -> None:
        get_connection(backend, file_path=str(settings.MAIL_OUTBOX)).send_messages(list(messages))

    return deliver


def letter(subject: str = "Hello", body: str = "How are you?") -> EmailMessage:
    return EmailMessage(subject, body, "us@example.org", ["alice@example.org"])


def test_is_empty_before_the_first_mail() -> None:
    assert mail.outbox() == []


def test_reads_what_was_sent(send: Any) -> None:
    send(letter("Grüße aus Köln", "Schöne Grüße 😀\n\nhttps://example.org/a?b=c"))

    [found] = mail.outbox()

    assert (found.subject, found.to, found.sender) == ("Grüße aus Köln", "alice@example.org", "us@example.org")
    assert found.body_text.strip() == "Schöne Grüße 😀\n\nhttps://example.org/a?b=c"
    assert found.sent_at.tzinfo is not None


def test_tells_mails_of_one_file_apart(send: Any) -> None:
    send(letter("One"), letter("Two"), letter("Three", "---\n" + "-" * 78))

    assert sorted(found.subject for found in mail.outbox()) == ["One", "Three", "Two"]
    assert len({found.pk for found in mail.outbox()}) == 3


def test_prefers_the_plain_text(send: Any) -> None:
    message = EmailMultiAlternatives("Both", "plain words", "us@example.org", ["alice@example.org"])
    message.attach_alternative("<p>rich words</p>", "text/html")

    send(message)

    assert mail.outbox()[0].body_text.strip() == "plain words"


def test_does_not_exist_outside_of_the_local_default(settings: Any, send: Any) -> None:
    send(letter())
    settings.MAIL_OUTBOX = None

    assert mail.outbox() == []


def test_reads_nothing_but_mails(settings: Any, send: Any) -> None:
    send(letter())
    (Path(settings.MAIL_OUTBOX) / "notes.txt").write_text("not a mail")

    assert len(mail.outbox()) == 1


def test_is_where_the_local_default_writes() -> None:
    command = "from django.conf import settings as s; print(s.EMAIL_FILE_PATH == str(s.MAIL_OUTBOX), s.MAIL_OUTBOX)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cloudapps.settings", "VAR_DIR": "/tmp/some/where"}

    done = subprocess.run([sys.executable, "-c", command], env=environment, check=True, capture_output=True, text=True)

    assert done.stdout.split() == ["True", "/tmp/some/where/mail"]
