"""Who else may see an item: whoever has a link, or a user who was named."""

from django.conf import settings
from django.db import models
from uuid6 import uuid7

from cloudapps.models import Upload
from clouddrive.models.item import Item


class Link(models.Model):
    """
    The right of whoever knows a secret address to see an item and what lies below it, or to drop files into it.

    Only the SHA-256 of the secret is kept, and its password's hash. Deleting the row ends it at once.
    """

    class Mode(models.TextChoices):
        VIEW = "VIEW", "View and download"
        UPLOAD = "UPLOAD", "Upload only"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="links")
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.VIEW)
    digest = models.CharField(max_length=64, unique=True)
    password = models.CharField(max_length=128, blank=True)  # as Django's hashers write it; empty: none is asked
    expires_at = models.DateTimeField(null=True)
    max_downloads = models.PositiveIntegerField(null=True)
    downloads = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.mode} {self.item_id}"


class Drop(models.Model):
    """An upload that somebody made by an upload link; only by the same link it can be gone on with."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="drops")
    upload = models.OneToOneField(Upload, models.CASCADE, related_name="drive_drop")

    def __str__(self) -> str:
        return f"{self.upload_id} by {self.link_id}"


class Grant(models.Model):
    """The right of another user on an item and all that lies below it."""

    class Role(models.TextChoices):
        VIEW = "VIEW", "Can view"
        EDIT = "EDIT", "Can edit"

    item = models.ForeignKey(Item, models.CASCADE, related_name="grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drive_grants")
    role = models.CharField(max_length=10, choices=Role, default=Role.VIEW)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("item", "user"), name="drive_grant_per_user"),)

    def __str__(self) -> str:
        return f"{self.role} {self.item_id} for {self.user_id}"
