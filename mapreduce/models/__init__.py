"""Rows of MapReduce: programs with their versions, jobs with inputs, attempts and outputs, schedules, trials."""

from mapreduce.models.job import Job, JobInput, JobOutput, Saving, TaskAttempt
from mapreduce.models.program import Program, ProgramVersion
from mapreduce.models.schedule import Schedule
from mapreduce.models.trial import Trial

__all__ = [
    "Job",
    "JobInput",
    "JobOutput",
    "Program",
    "ProgramVersion",
    "Saving",
    "Schedule",
    "TaskAttempt",
    "Trial",
]
