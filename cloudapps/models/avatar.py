from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models

from cloudapps.models.job import AbstractJob, Status
from cloudapps.models.upload import Upload


class Avatar(AbstractJob):
    """
    The picture of a person, and the work of making it small.

    Succeeded means: an object of our own encoding lies under `key`. The upload that it was made of goes then; while
    the row has one, it is the avatar's to release.
    """

    task: ClassVar[str] = "cloudapps.make_avatar"
    queue: ClassVar[str] = "drive"
    lease: ClassVar[timedelta] = timedelta(seconds=settings.IMAGE_TIME_LIMIT_SECONDS + 10)

    upload = models.OneToOneField(Upload, models.RESTRICT, null=True, related_name="avatar")
    content_type = models.CharField(max_length=30, blank=True)

    @property
    def key(self) -> str:
        """Where the picture lies in storage."""
        return avatar_key(self.pk)

    @property
    def may_be_written(self) -> bool:
        """Whether a worker may be at it; one whose job was cancelled does not know yet."""
        return not self.is_finished or self.status == Status.CANCELLED


def avatar_key(avatar_id: UUID) -> str:
    """Name the object of an avatar."""
    return f"avatars/{avatar_id}"
