from uuid import UUID

from django.conf import settings
from django.db import models
from uuid6 import uuid7


class Upload(models.Model):
    """
    A file on its way from a browser into object storage.

    OPEN while its parts arrive, COMPLETE once the storage has put them together and the bytes were looked at,
    ADOPTED when an app keeps the object. What is never completed or adopted is swept.
    """

    class State(models.TextChoices):
        OPEN = "OPEN"
        COMPLETE = "COMPLETE"
        ADOPTED = "ADOPTED"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=255)  # as promised by the sender, and after completion as found
    size_bytes = models.PositiveBigIntegerField()
    part_size_bytes = models.PositiveBigIntegerField()
    multipart_id = models.CharField(max_length=512, blank=True)
    adopter = models.CharField(max_length=50, blank=True, default="", db_default="")  # the app that keeps the object
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("owner", "state"), name="upload_owner_state"),)

    def __str__(self) -> str:
        return self.filename

    @property
    def key(self) -> str:
        """Where the object lies in storage: opaque, so that a name is never a path."""
        return upload_key(self.pk)

    @property
    def part_count(self) -> int:
        """How many parts the sender has to PUT; an empty file is one empty part."""
        return max(1, -(-self.size_bytes // self.part_size_bytes))

    def part_size(self, number: int) -> int:
        """Bytes in the part, counted from 1; only the last may be shorter."""
        return min(self.part_size_bytes, self.size_bytes - (number - 1) * self.part_size_bytes)


def upload_key(upload_id: UUID) -> str:
    """Name the object of an upload."""
    return f"uploads/{upload_id}"


class PendingDeletion(models.Model):
    """An object whose row is gone, written in the same transaction: beat deletes the bytes once it is due."""

    key = models.CharField(max_length=255, unique=True)
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
