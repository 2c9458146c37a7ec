"""Programs that people wrote here; those of the library are files of ours (`core/library/`)."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from uuid6 import uuid7

from mapreduce.core.scripts import Script, Scripts


class Program(models.Model):
    """A program by its name; what it does is in its versions, of which the newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mapreduce_programs")
    title = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)  # nobody sees it any more, but jobs that used it still tell what ran

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("owner", "deleted_at", "-id"), name="program_owner_newest"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page where it is read and edited."""
        return reverse("mapreduce:program-detail", args=(self.pk,))


class ProgramVersion(models.Model):
    """What a program was at one time; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()  # from 1
    mapper_name = models.CharField(max_length=64)
    mapper = models.TextField()
    reducer_name = models.CharField(max_length=64, blank=True)
    reducer = models.TextField(blank=True)
    combiner_name = models.CharField(max_length=64, blank=True)
    combiner = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("program", "number"), name="program_version_number"),)

    def __str__(self) -> str:
        return f"{self.program.title}, version {self.number}"

    @property
    def scripts(self) -> Scripts:
        """What it consists of."""
        return Scripts(
            mapper=Script(self.mapper_name, self.mapper),
            reducer=Script(self.reducer_name, self.reducer),
            combiner=Script(self.combiner_name, self.combiner),
        )
