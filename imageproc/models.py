"""Rows of Image Processing: a picture, a batch of jobs over some pictures, a preset."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.urls import reverse
from uuid6 import uuid7

from cloudapps.models import AbstractJob, Upload
from imageproc.core.catalogue import catalogue

LEASE = timedelta(seconds=settings.IMAGE_TIME_LIMIT_SECONDS + 10)


class Picture(AbstractJob):
    """
    An uploaded picture, and the work of looking at it.

    Succeeded means: its header and first frame are known to be sound, and a thumbnail and a proxy (at most 1600 px,
    encoded by us, which live previews are made from) lie beside it.
    """

    task: ClassVar[str] = "imageproc.prepare_picture"
    queue: ClassVar[str] = "imageproc"
    lease: ClassVar[timedelta] = LEASE

    upload = models.OneToOneField(Upload, models.RESTRICT, related_name="picture")
    format = models.CharField(max_length=10, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    frames = models.PositiveIntegerField(default=0)
    has_alpha = models.BooleanField(default=False)
    proxy_width = models.PositiveIntegerField(default=0)
    proxy_content_type = models.CharField(max_length=30, blank=True)  # the thumbnail's too

    @property
    def name(self) -> str:
        """What the owner calls the file."""
        return self.upload.filename

    @property
    def proxy_key(self) -> str:
        """Where the proxy lies in storage."""
        return picture_key(self.pk, "proxy")

    @property
    def thumbnail_key(self) -> str:
        """Where the thumbnail lies in storage."""
        return picture_key(self.pk, "thumbnail")


class Batch(models.Model):
    """One press of Apply: the same steps and the same output over some pictures, one job each."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="image_batches")
    steps = models.JSONField()
    format = models.CharField(max_length=10)
    quality = models.PositiveSmallIntegerField()
    keep_metadata = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("owner", "-id"), name="batch_owner_newest"),)

    def __str__(self) -> str:
        labels = {spec.name: spec.label for spec in catalogue()}
        return " → ".join(labels.get(step["filter"], step["filter"]) for step in self.steps) or "No filter"

    def get_absolute_url(self) -> str:
        """The page where its jobs are followed."""
        return reverse("imageproc:batch-detail", args=(self.pk,))


class Job(AbstractJob):
    """One picture on its way through a batch's steps, and its result."""

    task: ClassVar[str] = "imageproc.run_job"
    queue: ClassVar[str] = "imageproc"
    lease: ClassVar[timedelta] = LEASE

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="jobs")
    picture = models.ForeignKey(Picture, models.RESTRICT, related_name="jobs")
    result_format = models.CharField(max_length=10, blank=True)
    result_content_type = models.CharField(max_length=30, blank=True)
    result_extension = models.CharField(max_length=10, blank=True)
    result_width = models.PositiveIntegerField(default=0)
    result_height = models.PositiveIntegerField(default=0)
    result_frames = models.PositiveIntegerField(default=0)
    result_size_bytes = models.PositiveBigIntegerField(default=0)
    preview_content_type = models.CharField(max_length=30, blank=True)  # the thumbnail's too

    class Meta(AbstractJob.Meta):
        indexes = [*AbstractJob.Meta.indexes, models.Index(fields=("owner", "-id"), name="image_job_owner_newest")]

    @property
    def result_key(self) -> str:
        """Where the result lies in storage."""
        return job_key(self.pk, "result")

    @property
    def preview_key(self) -> str:
        """Where the result's preview (at most 1600 px) lies in storage."""
        return job_key(self.pk, "preview")

    @property
    def thumbnail_key(self) -> str:
        """Where the result's thumbnail lies in storage."""
        return job_key(self.pk, "thumbnail")

    @property
    def result_name(self) -> str:
        """What the result is called when it is downloaded."""
        stem, _, _ = self.picture.name.rpartition(".")
        return f"{stem or self.picture.name}.{self.result_extension}"


class Preset(models.Model):
    """A pipeline that a user gave a name to."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="image_presets")
    name = models.CharField(max_length=60)
    steps = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("owner", "name"), name="preset_name_per_owner"),)

    def __str__(self) -> str:
        return self.name


def picture_key(picture_id: UUID, kind: str) -> str:
    """Name an object that belongs to a picture."""
    return f"images/pictures/{picture_id}/{kind}"


def job_key(job_id: UUID, kind: str) -> str:
    """Name an object that belongs to a job."""
    return f"images/jobs/{job_id}/{kind}"
