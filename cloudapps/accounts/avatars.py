"""Avatars: an uploaded picture becomes a small one of our own encoding, in a worker."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from cloudapps import jobs, uploads
from cloudapps.models import Avatar, Upload, User
from cloudapps.offers import PictureUnusable, Thumbnail, thumbnailer
from cloudapps.problems import NotFound, Problem
from cloudapps.scratch import scratch_folder
from cloudapps.storage import storage

SIDE = 256
LINK_LIFETIME = timedelta(minutes=5)


class AvatarTooLarge(Problem):
    """The picture has more bytes than we take."""

    status = 413


class AvatarNotFound(NotFound):
    """There is no such picture, or not for you."""


def avatar_set(*, owner: User, upload_id: UUID, now: datetime) -> Avatar:
    """
    Have a worker make the owner's avatar of a complete upload; the one before stays until then.

    :raises UploadNotFound: if there is no such upload.
    :raises UploadIncomplete: if it is still open.
    :raises AvatarTooLarge: if it has too many bytes; then it is given up.
    """
    upload = uploads.upload_get(owner=owner, upload_id=upload_id)
    if upload.size_bytes > settings.IMAGE_MAX_BYTES:
        uploads.upload_cancel(owner=owner, upload_id=upload_id, now=now)
        limit = filesizeformat(settings.IMAGE_MAX_BYTES)
        raise AvatarTooLarge(f"This picture has {filesizeformat(upload.size_bytes)}. Choose one of at most {limit}.")
    with transaction.atomic():
        upload = uploads.upload_adopt(owner=owner, upload_id=upload_id, by="cloudapps")
        for other in Avatar.objects.filter(owner=owner).exclude(upload=upload):
            if other.pk != owner.avatar_id:
                _drop(other, now=now)
        avatar, created = Avatar.objects.get_or_create(
            upload=upload,
            defaults={
                "owner": owner,
                "created_at": now,
                "enqueued_at": now,
                "request_id": jobs.current_request_id(),
            },
        )
        if created:
            jobs.enqueue(avatar)
    return avatar


def avatar_make(*, avatar_id: UUID, now: datetime) -> None:
    """
    Make the picture small, show it from now on, and let go of what it was made of and of the one before.

    :raises AlreadyClaimed: if another worker holds the job or it is finished.
    """
    with jobs.running(Avatar, avatar_id, now=now, failures=PictureUnusable) as avatar, scratch_folder() as scratch:
        target = scratch / "avatar"
        try:
            made = _thumbnail(avatar, scratch / "source", target)
        except PictureUnusable:
            _release_upload(avatar, now=now)
            raise
        with target.open("rb") as body:
            storage().put(avatar.key, body, content_type=made.content_type)
        with transaction.atomic():
            avatar.succeed(now=timezone.now(), content_type=made.content_type)
            User.objects.filter(pk=avatar.owner_id).update(avatar=avatar)
            _release_upload(avatar, now=now)
            for former in Avatar.objects.filter(owner=avatar.owner_id, pk__lt=avatar.pk):
                _drop(former, now=now)


def avatar_remove(*, owner: User, now: datetime) -> None:
    """Delete the owner's avatar, and whatever is on its way to become one; harmless if there is none."""
    with transaction.atomic():
        User.objects.filter(pk=owner.pk).update(avatar=None)
        for avatar in Avatar.objects.filter(owner=owner):
            _drop(avatar, now=now)


def avatar_latest(*, owner: User) -> Avatar | None:
    """Give the avatar that was last asked for: shown, on its way, or failed with words."""
    return Avatar.objects.filter(owner=owner).order_by("-pk").first()


def avatar_link(*, owner: User, avatar_id: UUID) -> str:
    """Sign a link to show the owner's avatar. :raises AvatarNotFound:"""
    avatar = Avatar.objects.filter(owner=owner, pk=avatar_id).exclude(content_type="").first()
    if avatar is None:
        raise AvatarNotFound("There is no such picture.")
    filename = avatar.content_type.replace("/", ".")
    return storage().link(
        avatar.key, expires_in=LINK_LIFETIME, filename=filename, content_type=avatar.content_type, inline=True
    )


def _thumbnail(avatar: Avatar, source: Path, target: Path) -> Thumbnail:
    make = thumbnailer.get()
    if make is None or avatar.upload is None:
        raise PictureUnusable("No picture can be made here at the moment. Try again later.")
    storage().fetch(avatar.upload.key, source)
    return make(source=source, target=target, side=SIDE)


def _release_upload(avatar: Avatar, *, now: datetime) -> None:
    with transaction.atomic():
        upload = Upload.objects.filter(avatar=avatar).first()
        Avatar.objects.filter(pk=avatar.pk).update(upload=None)
        if upload is not None:
            uploads.upload_release(upload, due_at=now)


def _drop(avatar: Avatar, *, now: datetime) -> None:
    """Delete the row with its upload, and the bytes once no worker can write them; inside a transaction."""
    _release_upload(avatar, now=now)
    uploads.delete_later([avatar.key], due_at=now + Avatar.lease if avatar.may_be_written else now)
    avatar.delete()
