"""What WebDAV clients leave at items: locks, and properties of their own."""

from django.conf import settings
from django.db import models

from clouddrive.models.exact import ExactCharField
from clouddrive.models.item import Item

PROPERTY_NAME_LENGTH = 255


class Lock(models.Model):
    """
    A WebDAV client's right to be the only one that writes at a path of its owner's drive, until a moment.

    `root` is the path as locks are compared (see `dav/paths.py`), `path` the path as it was sent. A lock stays at its
    path when the item there is moved (RFC 4918, section 7.6).
    """

    class Scope(models.TextChoices):
        EXCLUSIVE = "exclusive"
        SHARED = "shared"

    class Depth(models.TextChoices):
        ZERO = "0"
        INFINITY = "infinity"

    token = models.CharField(max_length=100, primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="dav_locks", db_index=False)
    root = models.TextField()
    path = models.TextField()
    scope = models.CharField(max_length=10, choices=Scope)
    depth = models.CharField(max_length=10, choices=Depth)
    client = models.TextField(blank=True)  # how the client names itself: an XML element
    timeout_seconds = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = (models.Index(fields=("owner", "expires_at"), name="drive_lock_of_owner"),)

    def __str__(self) -> str:
        return f"{self.scope} {self.root}"


class Property(models.Model):
    """A property that a WebDAV client gave an item; `name` is `{namespace}name`, `value` the whole XML element."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="properties", db_index=False)
    name = ExactCharField(max_length=PROPERTY_NAME_LENGTH)
    value = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("item", "name"), name="drive_property_of_item"),)

    def __str__(self) -> str:
        return f"{self.name} of {self.item_id}"
