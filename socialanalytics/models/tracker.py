"""Trackers: what people want to follow, and the counts that were made for it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from uuid6 import uuid7


class Tracker(models.Model):
    """Keywords that somebody follows; a post counts where one of the keywords' rules means it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="trackers")
    name = models.CharField(max_length=100)
    keywords = models.JSONField()  # list of rules, see core/rules
    sources = models.JSONField()  # list of names of sources
    languages = models.JSONField(default=list)  # list of codes; empty: all
    analyser = models.CharField(max_length=20)
    monthly_cap = models.PositiveIntegerField(null=True)  # posts that may be counted in a month of UTC
    capped_until = models.DateTimeField(null=True)  # the cap is reached: the month's end
    paused_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("owner", "-id"), name="tracker_owner_newest"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The tracker's dashboard."""
        return reverse("socialanalytics:tracker-detail", args=(self.pk,))


class Track(models.Model):
    """
    One way of counting a tracker's posts: with one analyser, from the start.

    Its number is what the post store knows. A tracker shows its current track; while one with another analyser is
    filled from the raw posts, new posts count in both, and then they change places.
    """

    class State(models.TextChoices):
        """What a track is to its tracker."""

        CURRENT = "current"
        FILLING = "filling"

    tracker = models.ForeignKey(Tracker, models.CASCADE, related_name="tracks")
    analyser = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tracker", "state"), name="tracker_one_track_of_each_state"),)

    def __str__(self) -> str:
        return f"{self.tracker.name} by {self.analyser}"
