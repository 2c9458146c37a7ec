from django.conf import settings
from django.db import models
from uuid6 import uuid7


class Event(models.Model):
    """What somebody did to an item of an owner; it outlives the item."""

    class Verb(models.TextChoices):
        CREATED = "CREATED", "created"
        UPLOADED = "UPLOADED", "uploaded"
        REPLACED = "REPLACED", "uploaded a new version of"
        REVERTED = "REVERTED", "went back to an earlier version of"
        RENAMED = "RENAMED", "renamed"
        MOVED = "MOVED", "moved"
        COPIED = "COPIED", "copied"
        TRASHED = "TRASHED", "moved to the trash"
        RESTORED = "RESTORED", "restored"
        PURGED = "PURGED", "deleted for good"
        SHARED = "SHARED", "shared"
        UNSHARED = "UNSHARED", "stopped sharing"
        DOWNLOADED = "DOWNLOADED", "downloaded"
        QUARANTINED = "QUARANTINED", "quarantined"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drive_events", db_index=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")  # None: by a link
    verb = models.CharField(max_length=12, choices=Verb)
    item_id = models.UUIDField()
    item_name = models.CharField(max_length=255)
    detail = models.CharField(max_length=255, blank=True)  # the new name, the folder it went to, whom it is shared with
    at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=("owner", "-id"), name="drive_event_of_owner"),
            models.Index(fields=("item_id", "-id"), name="drive_event_of_item"),
            models.Index(fields=("at",), name="drive_event_sweep"),
        )

    def __str__(self) -> str:
        return f"{self.actor} {self.get_verb_display()} {self.item_name}"
