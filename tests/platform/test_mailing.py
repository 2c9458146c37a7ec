"""Mail that is sent once, and the layout of what it says."""

import base64
import re
import socket
from datetime import timedelta
from email.message import EmailMessage as Message
from typing import Any, cast

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template import engines
from django.test import Client
from django.utils import timezone

from cloudapps import jobs, mailing
from cloudapps.models import AlreadyClaimed, Mail, MailPicture, User
from cloudapps.models.job import MAX_ATTEMPTS, Status
from cloudapps.queue.memory import MemoryQueue
from cloudapps.tasks import forget_idempotency_keys
from tests.factories import NOW, picture_bytes
from tests.threads import at_once

KEY = "mapreduce-job-0190-done"
HTML = "<p>It is done.</p>"
PICTURES = {"chart-1": picture_bytes(), "chart-2": picture_bytes(color="#0b6470")}


def later(to: User, *, key: str = KEY, **fields: Any) -> None:
    letter = {"subject": "Your job is done", "text": "It is done.", "html": HTML, **fields}
    mailing.mail_later(to=to, key=key, now=NOW, **letter)


@pytest.fixture
def send(memory_queue: MemoryQueue, commits: Any) -> Any:
    """Ask for a mail, and have a worker send what there is to be sent."""

    def send(to: User, **fields: Any) -> None:
        with commits():
            later(to, **fields)
        memory_queue.drain("drive")

    return send


class Stuck(BaseEmailBackend):
    """A mail server that talks on until the time is over."""

    def send_messages(self, messages: Any) -> int:
        raise SoftTimeLimitExceeded


class TestSending:
    def test_brings_both_parts_to_the_owner(
        self, alice: User, send: Any, mailoutbox: list[EmailMultiAlternatives], settings: Any
    ) -> None:
        settings.DEFAULT_FROM_EMAIL = "cloudapps <noreply@example.org>"

        send(alice)

        [sent] = mailoutbox
        assert (sent.to, sent.subject, sent.body) == (["alice@example.org"], "Your job is done", "It is done.")
        assert sent.from_email == "cloudapps <noreply@example.org>"
        assert [(part.content, part.mimetype) for part in sent.alternatives] == [(HTML, "text/html")]
        assert Mail.objects.get().status == Status.SUCCEEDED

    def test_waits_for_the_commit(self, alice: User, memory_queue: MemoryQueue, commits: Any) -> None:
        with commits():
            later(alice)
            assert memory_queue.depth("drive").waiting == 0

        assert memory_queue.depth("drive").waiting == 1

    @pytest.mark.django_db(transaction=True)
    def test_sends_nothing_of_what_is_rolled_back(self, alice: User, memory_queue: MemoryQueue) -> None:
        with transaction.atomic():
            later(alice)
            transaction.set_rollback(True)

        assert (memory_queue.depth("drive").waiting, Mail.objects.count()) == (0, 0)

    def test_goes_to_the_address_that_the_owner_has_then(
        self, alice: User, memory_queue: MemoryQueue, commits: Any, mailoutbox: list[EmailMessage]
    ) -> None:
        with commits():
            later(alice)
        User.objects.filter(pk=alice.pk).update(email="new@example.org")

        memory_queue.drain("drive")

        assert mailoutbox[0].to == ["new@example.org"]

    def test_succeeds_without_an_address(self, alice: User, send: Any, mailoutbox: list[EmailMessage]) -> None:
        User.objects.filter(pk=alice.pk).update(email="")

        send(alice)

        assert mailoutbox == []
        assert Mail.objects.get().status == Status.SUCCEEDED

    @pytest.mark.parametrize(
        ("subject", "sent"),
        [
            ("Done\r\nBcc: charlie@example.org", "Done Bcc: charlie@example.org"),
            ("Job “Grüße 😀” is done", "Job “Grüße 😀” is done"),
            ("x" * 300, "x" * 255),
        ],
    )
    def test_makes_one_line_of_any_subject(
        self, alice: User, send: Any, mailoutbox: list[EmailMessage], subject: str, sent: str
    ) -> None:
        send(alice, subject=subject)

        assert mailoutbox[0].subject == sent
        assert "charlie@example.org" not in mailoutbox[0].recipients()


class TestOnce:
    def test_leaves_out_a_second_mail_with_the_same_key(
        self, alice: User, send: Any, mailoutbox: list[EmailMessage]
    ) -> None:
        send(alice)
        send(alice, subject="Again")
        send(alice, key="another")

        assert [sent.subject for sent in mailoutbox] == ["Your job is done", "Your job is done"]
        assert set(Mail.objects.values_list("key", flat=True)) == {KEY, "another"}

    def test_refuses_a_second_delivery(self, alice: User, send: Any) -> None:
        send(alice)

        with pytest.raises(AlreadyClaimed):
            mailing.mail_send(mail_id=Mail.objects.get().pk, now=timezone.now())

    @pytest.mark.django_db(transaction=True)
    def test_makes_one_row_of_many_that_come_at_once(self, alice: User, memory_queue: MemoryQueue) -> None:
        def ask() -> None:
            with transaction.atomic():
                User.objects.filter(pk=alice.pk).count()
                later(alice)

        assert at_once(*[ask] * 6) == [None] * 6

        assert Mail.objects.count() == 1
        assert memory_queue.depth("drive").waiting == 1

    def test_lets_the_transaction_around_it_go_on(self, alice: User, send: Any) -> None:
        send(alice)

        with transaction.atomic():
            later(alice)
            alice.name = "Alice"
            alice.save()

        alice.refresh_from_db()
        assert alice.name == "Alice"

    def test_is_told_by_mail_programs_to_be_the_same(
        self, alice: User, send: Any, memory_queue: MemoryQueue, mailoutbox: list[EmailMessage]
    ) -> None:
        send(alice)
        Mail.objects.update(status=Status.QUEUED)  # as if the worker had died before it could write it down

        mailing.mail_send(mail_id=Mail.objects.get().pk, now=timezone.now())
        send(alice, key="another")

        first, again, other = (cast(Message, sent.message())["Message-ID"] for sent in mailoutbox)
        assert first == again != other
        assert first.endswith("@localhost>")


class TestPictures:
    def test_belong_to_the_html(self, alice: User, send: Any, mailoutbox: list[EmailMultiAlternatives]) -> None:
        send(alice, html='<img src="cid:chart-1"><img src="cid:chart-2">', pictures=PICTURES)

        message = mailoutbox[0].message()
        whole, *pictures = message.get_payload()
        assert message.get_content_type() == "multipart/related"
        assert [part.get_content_type() for part in whole.get_payload()] == ["text/plain", "text/html"]
        assert {part["Content-ID"]: part.get_payload(decode=True) for part in pictures} == {
            f"<{cid}>": png for cid, png in PICTURES.items()
        }
        assert {part.get_content_disposition() for part in pictures} == {"inline"}

    def test_are_kept_once_however_often_the_mail_is_asked_for(self, alice: User) -> None:
        for _ in range(2):
            later(alice, pictures=PICTURES)

        assert MailPicture.objects.count() == len(PICTURES)

    def test_leave_a_mail_without_them_as_it_was(
        self, alice: User, send: Any, mailoutbox: list[EmailMultiAlternatives]
    ) -> None:
        send(alice)

        assert mailoutbox[0].message().get_content_type() == "multipart/alternative"

    def test_are_forgotten_with_the_mail(self, alice: User) -> None:
        later(alice, pictures=PICTURES)
        Mail.objects.update(status=Status.SUCCEEDED)

        mailing.forget_old(now=NOW + mailing.KEPT_FOR + timedelta(seconds=1))

        assert not MailPicture.objects.exists()


class TestTrouble:
    def test_is_tried_again_when_there_is_no_server(
        self, alice: User, commits: Any, settings: Any, mailoutbox: list[EmailMessage]
    ) -> None:
        ours = settings.EMAIL_BACKEND
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        later(alice)
        mail = Mail.objects.get()

        mailing.mail_send(mail_id=mail.pk, now=NOW)

        mail.refresh_from_db()
        assert (mail.status, mail.attempts, mail.error) == (Status.QUEUED, 1, "")
        settings.EMAIL_BACKEND = ours
        mailing.mail_send(mail_id=mail.pk, now=NOW)
        assert len(mailoutbox) == 1

    def test_is_tried_again_when_the_server_says_nothing(self, alice: User, settings: Any) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
            settings.EMAIL_TIMEOUT = 0.1
            later(alice)

            mailing.mail_send(mail_id=Mail.objects.get().pk, now=NOW)

        assert Mail.objects.get().status == Status.QUEUED

    def test_is_tried_again_when_the_server_is_too_slow(self, alice: User, settings: Any) -> None:
        settings.EMAIL_BACKEND = f"{__name__}.Stuck"
        later(alice)

        mailing.mail_send(mail_id=Mail.objects.get().pk, now=NOW)

        assert Mail.objects.get().status == Status.QUEUED

    def test_is_given_up_at_last(self, alice: User, send: Any, settings: Any) -> None:
        settings.EMAIL_BACKEND = f"{__name__}.Stuck"

        send(alice)

        mail = Mail.objects.get()
        assert (mail.status, mail.attempts, mail.dead_lettered) == (Status.FAILED, MAX_ATTEMPTS, True)

    def test_is_found_when_its_message_was_lost(
        self, alice: User, memory_queue: MemoryQueue, mailoutbox: list[EmailMessage]
    ) -> None:
        later(alice)

        jobs.recover(now=NOW + timedelta(minutes=1))
        memory_queue.drain("drive")

        assert len(mailoutbox) == 1


class TestForgetting:
    def test_deletes_what_was_sent_or_given_up_a_month_ago(self, alice: User) -> None:
        days = mailing.KEPT_FOR + timedelta(seconds=1)
        for key, status, age in (
            ("sent", Status.SUCCEEDED, days),
            ("failed", Status.FAILED, days),
            ("waiting", Status.QUEUED, days),
            ("recent", Status.SUCCEEDED, timedelta(days=29)),
        ):
            later(alice, key=key)
            Mail.objects.filter(key=key).update(status=status, enqueued_at=NOW - age)

        mailing.forget_old(now=NOW)

        assert set(Mail.objects.values_list("key", flat=True)) == {"waiting", "recent"}

    def test_is_a_chore_of_beat(self, alice: User) -> None:
        later(alice)
        Mail.objects.update(status=Status.SUCCEEDED)  # in NOW, which is long ago

        forget_idempotency_keys()

        assert not Mail.objects.exists()

    def test_goes_with_the_owner(self, alice: User) -> None:
        later(alice)

        alice.delete()

        assert not Mail.objects.exists()


class TestLayout:
    HTML = """{% extends "mail/base.html" %}{% block title %}{{ name }}{% endblock %}
        {% block body %}
          <p>{{ name }}</p>
          {% include "mail/button.html" with url=url label="See it" only %}
        {% endblock %}"""
    TEXT = """{% extends "mail/base.txt" %}{% block title %}{{ name }}{% endblock %}
        {% block body %}<{{ name }}>{% endblock %}"""

    def render(self, source: str, **context: str) -> str:
        return (
            engines["django"].from_string(source).render({"name": "Tom & <i>", "url": "https://x.example/", **context})
        )

    def test_of_html_escapes_what_people_write(self) -> None:
        page = self.render(self.HTML)

        assert page.count("Tom &amp; &lt;i&gt;") == 2
        assert '<a class="button" href="https://x.example/"' in page
        assert ">See it</a>" in page

    def test_of_text_leaves_it_as_it_is(self) -> None:
        assert self.render(self.TEXT).startswith("Tom & <i>\n\n<Tom & <i>>\n")

    @pytest.mark.parametrize("source", [HTML, TEXT])
    def test_names_the_site_if_it_is_known(self, source: str) -> None:
        assert "https://site.example/" in self.render(source, site_url="https://site.example/")
        assert "https://site.example/" not in self.render(source)

    def test_loads_nothing_from_elsewhere(self) -> None:
        page = self.render(self.HTML)

        assert not any(word in page for word in ("src=", "<link", "url(", "@import", "<script"))


class TestOutbox:
    @pytest.fixture(autouse=True)
    def to_files(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = settings.MAIL_OUTBOX

    def address(self, browser: Client) -> str:
        page = browser.get("/dev/mail/").content.decode()
        return re.findall(r'href="(/dev/mail/[^"]+/)"', page)[0]

    def test_shows_the_html_part_where_it_can_do_nothing(self, alice: User, send: Any, nobodys_browser: Client) -> None:
        send(alice, html="<style>p { color: red }</style><p>Rich</p><script>alert(1)</script>")
        address = self.address(nobodys_browser)

        page = nobodys_browser.get(address).content.decode()
        rich = nobodys_browser.get(f"{address}html/")

        assert "It is done." in page
        assert f'href="{address}html/"' in page
        assert b"<p>Rich</p>" in rich.content
        assert rich["Content-Security-Policy"] == (
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        )

    def test_shows_the_pictures_that_travel_with_the_mail(
        self, alice: User, send: Any, nobodys_browser: Client
    ) -> None:
        send(alice, html='<img src="cid:chart-1" alt="A chart">', pictures=PICTURES)

        rich = nobodys_browser.get(f"{self.address(nobodys_browser)}html/").content.decode()

        [shown] = re.findall(r'<img src="data:image/png;base64,([^"]+)" alt="A chart">', rich)
        assert base64.b64decode(shown) == PICTURES["chart-1"]

    def test_says_nothing_of_html_where_there_is_none(self, alice: User, nobodys_browser: Client) -> None:
        EmailMessage("Plain", "words", "us@example.org", [alice.email]).send()
        address = self.address(nobodys_browser)

        assert "html/" not in nobodys_browser.get(address).content.decode()
        assert nobodys_browser.get("/dev/mail/none/html/").status_code == 404
