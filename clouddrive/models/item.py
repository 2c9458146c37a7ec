from typing import ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import models
from django.urls import reverse
from uuid6 import uuid7

from cloudapps.models import Upload
from clouddrive.core.kinds import Category
from clouddrive.core.names import KEY_LENGTH, MAX_LENGTH
from clouddrive.core.words import WORD_LENGTH
from clouddrive.models.exact import ExactCharField

ROOTS = uuid5(NAMESPACE_URL, "urn:cloudapps:drive")


class Kind(models.IntegerChoices):
    """Folders stand before files."""

    FOLDER = 0, "Folder"
    FILE = 1, "File"


class Item(models.Model):
    """
    A file or a folder.

    Items hang in a tree by `parent` alone, so that a folder with all that lies below it moves by one UPDATE. Only
    three things have no parent: the root of each owner, what is in the trash (it keeps `trashed_from`), and what is
    being deleted for good (`purge_at` is set). So an item is there if the way up from it ends at the root, and the
    name of what is in the trash is free again.

    A file's bytes are an `Upload`, which its copies and versions may share. `name_key` decides which names are the
    same and how they are sorted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drive_items", db_index=False)
    parent = models.ForeignKey("self", models.RESTRICT, null=True, related_name="children", db_index=False)
    kind = models.PositiveSmallIntegerField(choices=Kind)
    name = models.CharField(max_length=MAX_LENGTH)
    name_key = ExactCharField(max_length=KEY_LENGTH)
    upload = models.ForeignKey(Upload, models.RESTRICT, null=True, related_name="drive_items")
    size_bytes = models.PositiveBigIntegerField(default=0)
    content_type = models.CharField(max_length=255, blank=True)
    category = models.CharField(max_length=10, choices=[(c.value, c.value) for c in Category], blank=True)
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    starred_at = models.DateTimeField(null=True)
    trashed_at = models.DateTimeField(null=True)
    trashed_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    purge_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("parent", "name_key"), name="drive_name_in_folder"),)
        indexes: ClassVar = [
            models.Index(fields=("parent", "kind", "name_key", "id"), name="drive_by_name"),
            models.Index(fields=("parent", "kind", "size_bytes", "id"), name="drive_by_size"),
            models.Index(fields=("parent", "kind", "modified_at", "id"), name="drive_by_date"),
            models.Index(fields=("owner", "modified_at", "id"), name="drive_recent"),
            models.Index(fields=("owner", "category", "modified_at", "id"), name="drive_by_category"),
            models.Index(fields=("owner", "starred_at"), name="drive_starred"),
            models.Index(fields=("owner", "trashed_at", "id"), name="drive_trash"),
            models.Index(fields=("trashed_at",), name="drive_trash_sweep"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page that shows it."""
        return str(reverse("clouddrive:folder" if self.is_folder else "clouddrive:file", args=(self.pk,)))

    @property
    def is_folder(self) -> bool:
        """Whether it holds other items."""
        return self.kind == Kind.FOLDER

    @property
    def bytes(self) -> Upload:
        """
        What a file holds.

        :raises ValueError: if it is a folder.
        """
        if self.upload is None:
            raise ValueError(f"{self.pk} is a folder")
        return self.upload

    @property
    def is_root(self) -> bool:
        """Whether it is the folder in which all others of its owner lie."""
        return self.parent_id is None and self.trashed_at is None and self.purge_at is None


class ItemWord(models.Model):
    """A word of an item's name, by which its owner finds it (see `core/words.py`)."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    word = ExactCharField(max_length=WORD_LENGTH)
    item = models.ForeignKey(Item, models.CASCADE, related_name="words", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("item", "word"), name="drive_words_of_item"),)
        indexes = (models.Index(fields=("owner", "word", "item"), name="drive_word"),)

    def __str__(self) -> str:
        return str(self.word)


class Version(models.Model):
    """What a file held before."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="versions")
    upload = models.ForeignKey(Upload, models.RESTRICT, related_name="drive_versions")
    size_bytes = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=255)
    modified_at = models.DateTimeField()  # when the file had got this content

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.item_id} of {self.modified_at}"


def root_id(owner_id: int) -> UUID:
    """Name the root folder of an owner, which so needs no lookup."""
    return uuid5(ROOTS, str(owner_id))
