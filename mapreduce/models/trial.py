"""Trials: a program over the first lines of its data, before a whole job is submitted."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models

from cloudapps.models import AbstractJob
from mapreduce.core.options import Options
from mapreduce.core.scripts import Script, Scripts


class Trial(AbstractJob):
    """
    One press of Try. It is run by the worker of short work, so that it never waits behind long jobs.

    A program that fails is a trial that succeeded: its outcome is what the owner wants to see.
    """

    task: ClassVar[str] = "mapreduce.run_trial"
    queue: ClassVar[str] = "drive"
    lease: ClassVar[timedelta] = timedelta(seconds=settings.MAPREDUCE_TRIAL_SECONDS + 30)

    library_slug = models.CharField(max_length=50, blank=True)
    scripts = models.JSONField(default=dict)  # {"mapper": {"filename", "text"}, "reducer": …, "combiner": …}
    options = models.JSONField()  # core.options.Options
    inputs = models.JSONField()  # [{"name", "key"}] in storage; none: the sample of the library's program
    files = models.JSONField(default=list)  # extra files: [{"name", "key"}]
    result = models.JSONField(default=dict)  # see services.trials

    class Meta(AbstractJob.Meta):
        indexes = [*AbstractJob.Meta.indexes, models.Index(fields=("created_at",), name="trial_created")]

    @property
    def chosen(self) -> Options:
        """The options, as the core knows them."""
        return Options.from_json(self.options)

    @property
    def program(self) -> Scripts:
        """What is tried, if it is not one of the library."""
        return Scripts(**{name: Script(**script) for name, script in self.scripts.items()})
