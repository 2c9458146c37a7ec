"""Alerts: who wants to hear of a surge, and the surges that there were."""

from django.db import models
from uuid6 import uuid7

from socialanalytics.core.surges import SurgeKind
from socialanalytics.models.tracker import Tracker


class Alert(models.Model):
    """A kind of surge of a tracker, of which its owner hears; at most one of each kind."""

    class Kind(models.TextChoices):
        """What is watched."""

        SPIKE = SurgeKind.SPIKE.value, "Volume spike"
        NEGATIVE = SurgeKind.NEGATIVE.value, "Negative surge"

    class Sensitivity(models.TextChoices):
        """How little it takes."""

        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    tracker = models.ForeignKey(Tracker, models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=10, choices=Kind)
    sensitivity = models.CharField(max_length=10, choices=Sensitivity, default=Sensitivity.MEDIUM)
    enabled = models.BooleanField(default=True)
    since = models.DateTimeField()  # what was counted before is nothing to compare with
    fired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("tracker", "kind"), name="alert_one_of_each_kind"),)
        indexes = (models.Index(fields=("enabled", "fired_at"), name="alert_watched"),)

    def __str__(self) -> str:
        return f"{self.tracker.name}: {self.get_kind_display()}"

    @property
    def headline(self) -> str:
        """What a mail about it says first."""
        more = "posts" if self.kind == self.Kind.SPIKE else "negative posts"
        return f"many more {more} than usual"


class AlertEvent(models.Model):
    """A surge that was told to the owner: what it was in words, and the numbers behind them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    start = models.DateTimeField()  # of the minutes that surged
    end = models.DateTimeField()
    words = models.CharField(max_length=200)
    numbers = models.JSONField()

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("alert", "at"), name="alert_event_of_alert"),)

    def __str__(self) -> str:
        return self.words
