"""Digests: mails that come each day or week and say how the trackers did."""

from datetime import timedelta

from django.conf import settings
from django.db import models

from socialanalytics.core.due import DAY, WEEK
from socialanalytics.models.tracker import Tracker


class Digest(models.Model):
    """When its owner gets a digest, and of which trackers (all, if none is named)."""

    class Frequency(models.TextChoices):
        """How often it comes."""

        OFF = "off", "Never"
        DAILY = "daily", "Every day"
        WEEKLY = "weekly", "Every Monday"

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="social_digest")
    frequency = models.CharField(max_length=10, choices=Frequency, default=Frequency.OFF)
    hour = models.PositiveSmallIntegerField(default=8)  # on the owner's clock
    trackers = models.ManyToManyField(Tracker, related_name="+")
    next_at = models.DateTimeField(null=True, db_index=True)  # null: never
    wanted_at = models.DateTimeField(null=True, db_index=True)  # one was asked for, and is not yet written
    asked_at = models.DateTimeField(null=True)  # when one was asked for last

    def __str__(self) -> str:
        return f"{self.get_frequency_display()} at {self.hour}:00"

    @property
    def is_on(self) -> bool:
        """Whether it comes by itself."""
        return self.frequency != self.Frequency.OFF

    @property
    def every(self) -> timedelta:
        """How much time one digest is about; a day, where none comes by itself."""
        return WEEK if self.frequency == self.Frequency.WEEKLY else DAY
