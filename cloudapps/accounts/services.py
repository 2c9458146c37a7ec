"""Writes on accounts: the profile is kept, and an account goes with everything it has."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from cloudapps import uploads
from cloudapps.accounts.avatars import avatar_remove
from cloudapps.apps import cloud_apps
from cloudapps.models import User
from cloudapps.quota import quota_of


@dataclass(frozen=True)
class Deleted:
    """What went with an account."""

    username: str
    files: int
    size_bytes: int


def profile_update(*, owner: User, name: str, time_zone: str, language: str) -> None:
    """Keep what the person says of themselves."""
    owner.name, owner.time_zone, owner.language = name, time_zone, language
    owner.save(update_fields=["name", "time_zone", "language"])


def account_delete(*, owner: User, now: datetime) -> Deleted:
    """
    Delete an account with all its rows at once, and all its bytes as soon as no worker and no upload can add any.

    The row is locked first: whoever wants to write something for this owner waits, and then finds no owner.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=owner.pk)
        deleted = Deleted(owner.get_username(), owner.uploads.count(), quota_of(owner).used_bytes)
        address = EmailAddress.objects.get_primary_email(owner)
        for app in cloud_apps():
            app.forget(owner, now=now)
        avatar_remove(owner=owner, now=now)
        uploads.uploads_forget(owner=owner, now=now)
        for session in UserSession.objects.filter(user=owner):
            session.end()
        owner.delete()
        if address:
            transaction.on_commit(lambda: _say_goodbye(address, deleted), robust=True)
    return deleted


def _say_goodbye(address: str, deleted: Deleted) -> None:
    subject = render_to_string("account/email/account_deleted_subject.txt").strip()
    body = render_to_string("account/email/account_deleted_message.txt", {"username": deleted.username})
    send_mail(settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + subject, body.strip(), None, [address])
