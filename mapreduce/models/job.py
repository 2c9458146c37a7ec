"""A job: a program over inputs, on an engine; its tasks' attempts, and what came out."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.urls import reverse
from uuid6 import uuid7

from cloudapps.models import AbstractJob, Upload
from mapreduce.core.job import Progress, Stage
from mapreduce.core.options import Options
from mapreduce.models.program import ProgramVersion

LEASE = timedelta(seconds=20)  # a thread renews it every five


class Job(AbstractJob):
    """
    One run of a program.

    It has either a program of the library (`library_slug`) or a version of somebody's own. What the engine must know
    after a restart (a cluster's id, say) it keeps in `engine_state`; while `holds_resources` there may be something
    left, on a cluster or in storage, that has to be stopped once the job has ended.
    """

    task: ClassVar[str] = "mapreduce.run_job"
    queue: ClassVar[str] = "mapreduce"
    lease: ClassVar[timedelta] = LEASE

    class Engine(models.TextChoices):
        LOCAL = "local", "This machine"
        HADOOP = "hadoop", "Hadoop cluster"
        EMR = "emr", "Amazon EMR"

    name = models.CharField(max_length=100)
    library_slug = models.CharField(max_length=50, blank=True)
    version = models.ForeignKey(ProgramVersion, models.RESTRICT, null=True, related_name="jobs")
    options = models.JSONField()  # core.options.Options
    engine = models.CharField(max_length=10, choices=Engine)
    cluster = models.JSONField(default=dict)  # core.pricing.Cluster, for EMR
    max_minutes = models.PositiveIntegerField(null=True)
    max_cost = models.DecimalField(max_digits=9, decimal_places=2, null=True)  # US dollars
    estimated_cost = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    cloned_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    schedule = models.ForeignKey("mapreduce.Schedule", models.SET_NULL, null=True, related_name="jobs")
    stage = models.CharField(max_length=10, blank=True)
    report = models.JSONField(default=dict)  # core.job.Progress
    engine_state = models.JSONField(default=dict)
    holds_resources = models.BooleanField(default=False)
    announced = models.BooleanField(default=False)  # its owner was told how it ended
    share_id = models.UUIDField(null=True, unique=True)  # whoever has its secret sees the results

    class Meta(AbstractJob.Meta):
        indexes = [
            *AbstractJob.Meta.indexes,
            models.Index(fields=("owner", "-id"), name="mapreduce_job_owner_newest"),
            models.Index(fields=("holds_resources", "finished_at"), name="mapreduce_job_holding"),
            models.Index(fields=("announced", "finished_at"), name="mapreduce_job_unannounced"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page where it is followed."""
        return reverse("mapreduce:job-detail", args=(self.pk,))

    @property
    def chosen(self) -> Options:
        """The options, as the core knows them."""
        return Options.from_json(self.options)

    @property
    def seen(self) -> Progress:
        """How far it is, as the engine last said."""
        return Progress.from_json(self.report) if self.report else Progress(Stage.SETUP)


class JobInput(models.Model):
    """
    A file that a job reads: its data, or an extra file that lies beside the program.

    An upload (a person's own, or a part of an earlier job's results) is kept as long as a job uses it; a file of the
    drive is not ours to keep, and read where it lay when the job was submitted.
    """

    class Role(models.TextChoices):
        DATA = "DATA"
        FILE = "FILE"

    class Source(models.TextChoices):
        UPLOAD = "UPLOAD"
        DRIVE = "DRIVE"
        JOB = "JOB"

    job = models.ForeignKey(Job, models.CASCADE, related_name="inputs")
    role = models.CharField(max_length=4, choices=Role, default=Role.DATA)
    source = models.CharField(max_length=6, choices=Source)
    source_id = models.UUIDField()  # of the upload, the drive's item, or the earlier job
    name = models.CharField(max_length=255)
    key = models.CharField(max_length=255)  # in storage
    size_bytes = models.PositiveBigIntegerField()
    upload = models.ForeignKey(Upload, models.RESTRICT, null=True, related_name="mapreduce_inputs")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class JobOutput(models.Model):
    """One part of the results."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, models.CASCADE, related_name="outputs")
    name = models.CharField(max_length=100)  # part-00000
    upload = models.ForeignKey(Upload, models.RESTRICT, related_name="mapreduce_outputs")

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("job", "name"), name="job_output_name"),)

    def __str__(self) -> str:
        return self.name


class TaskAttempt(models.Model):
    """One attempt of one task, once it has ended: see `core.job.TaskReport`."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="task_attempts")
    run = models.PositiveSmallIntegerField()  # the job's own attempt, in which it was
    kind = models.CharField(max_length=6)  # map or reduce
    number = models.PositiveIntegerField()
    attempt = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    seconds = models.FloatField()
    stderr = models.TextField(blank=True)
    error = models.TextField(blank=True)
    input = models.CharField(max_length=255, blank=True)
    last_line = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("job", "run", "kind", "number", "attempt"), name="task_attempt_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}, attempt {self.attempt}"


class Saving(AbstractJob):
    """A copy of a job's results on its way into the owner's drive."""

    task: ClassVar[str] = "mapreduce.run_saving"
    queue: ClassVar[str] = "drive"
    lease: ClassVar[timedelta] = LEASE

    job = models.ForeignKey(Job, models.CASCADE, related_name="savings")
    names = models.JSONField()  # of the parts
    url = models.CharField(max_length=500, blank=True)  # of the page that shows them there
