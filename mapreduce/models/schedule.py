"""Schedules: a job that is run again and again."""

from django.conf import settings
from django.db import models
from uuid6 import uuid7

from mapreduce.models.job import Job


class Schedule(models.Model):
    """Runs a job like `model_job` at the times of a cron expression, in the owner's time zone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mapreduce_schedules")
    model_job = models.ForeignKey(Job, models.RESTRICT, related_name="schedules")
    cron = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=64)
    next_at = models.DateTimeField(null=True, db_index=True)  # null: paused
    trouble = models.TextField(blank=True)  # why the last run could not be submitted, in words for the owner
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.model_job.name}: {self.cron}"
