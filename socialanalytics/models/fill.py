"""Work that goes over the past: raw posts are scored again, or parts of them removed."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from cloudapps.models.job import AbstractJob
from socialanalytics.models.tracker import Track


class Rescoring(AbstractJob):
    """Fills a track from the raw posts that are kept; it then takes the place of the tracker's current one."""

    task: ClassVar[str] = "socialanalytics.rescore"
    queue: ClassVar[str] = "posts"
    lease: ClassVar[timedelta] = timedelta(seconds=60)

    track = models.OneToOneField(Track, models.CASCADE, related_name="rescoring")
    hours = models.JSONField(default=list)  # those that are yet to be read, oldest first, as `source/2026/11/24/13`
    hours_at_start = models.PositiveIntegerField(default=0)
    is_begun = models.BooleanField(default=False)  # the hours were listed

    def __str__(self) -> str:
        return str(self.track)


class RawRemoval(models.Model):
    """A post that was taken back, and still lies in an object of raw posts."""

    raw_key = models.CharField(max_length=200)
    post_id = models.CharField(max_length=255)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("raw_key", "post_id"), name="raw_removal_once"),)

    def __str__(self) -> str:
        return f"{self.post_id} in {self.raw_key}"


class ForgottenTrack(models.Model):
    """A track that no tracker has any more; consumers may still count for it for a moment."""

    track = models.PositiveBigIntegerField(primary_key=True)
    forgotten_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.track)
