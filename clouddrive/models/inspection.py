from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models

from cloudapps.models import AbstractJob, Upload

LEASE = timedelta(seconds=settings.DRIVE_TIME_LIMIT_SECONDS + 10)


class Inspection(AbstractJob):
    """
    A worker's look at a file's bytes: are they infected, and what can be shown of them?

    Succeeded means that it was looked at: `infected_by` names what the scanner found, and the preview (at most 1600
    px) and the thumbnail, both encoded by us, lie in storage if `preview_content_type` is set.
    """

    task: ClassVar[str] = "clouddrive.inspect"
    queue: ClassVar[str] = "drive"
    lease: ClassVar[timedelta] = LEASE

    upload = models.OneToOneField(Upload, models.CASCADE, related_name="drive_inspection")
    infected_by = models.CharField(max_length=200, blank=True)
    pages = models.PositiveIntegerField(default=0)  # of a PDF
    preview_content_type = models.CharField(max_length=30, blank=True)  # the thumbnail's too
    preview_width = models.PositiveIntegerField(default=0)
    preview_height = models.PositiveIntegerField(default=0)

    @property
    def preview_key(self) -> str:
        """Where the preview lies in storage."""
        return f"drive/{self.upload_id}/preview"

    @property
    def thumbnail_key(self) -> str:
        """Where the thumbnail lies in storage."""
        return f"drive/{self.upload_id}/thumbnail"
