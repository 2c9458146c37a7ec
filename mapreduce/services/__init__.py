"""Writes: programs are kept, jobs submitted, run and settled, trials made, schedules followed, results saved."""

from mapreduce.services.demo import demo_create
from mapreduce.services.jobs import (
    JobInUse,
    JobRefused,
    ProgramChoice,
    Submission,
    TooManyJobs,
    job_cancel,
    job_delete,
    job_share,
    job_submit,
    submission_of,
)
from mapreduce.services.owners import owner_export, owner_forget
from mapreduce.services.programs import (
    ProgramRefused,
    TooManyPrograms,
    program_create,
    program_delete,
    program_save,
    script_receive,
)
from mapreduce.services.running import job_run
from mapreduce.services.savings import NothingToSave, saving_create, saving_get, saving_run
from mapreduce.services.schedules import (
    ScheduleNotFound,
    ScheduleRefused,
    schedule_create,
    schedule_delete,
    schedule_get,
    schedule_list,
    schedule_pause,
    schedules_run,
)
from mapreduce.services.settling import engines_sweep, job_settle, jobs_settle
from mapreduce.services.sources import Source, SourceNotFound, SourceUnusable
from mapreduce.services.trials import TooManyTrials, TrialNotFound, trial_create, trial_get, trial_run, trials_sweep

__all__ = [
    "JobInUse",
    "JobRefused",
    "NothingToSave",
    "ProgramChoice",
    "ProgramRefused",
    "ScheduleNotFound",
    "ScheduleRefused",
    "Source",
    "SourceNotFound",
    "SourceUnusable",
    "Submission",
    "TooManyJobs",
    "TooManyPrograms",
    "TooManyTrials",
    "TrialNotFound",
    "demo_create",
    "engines_sweep",
    "job_cancel",
    "job_delete",
    "job_run",
    "job_settle",
    "job_share",
    "job_submit",
    "jobs_settle",
    "owner_export",
    "owner_forget",
    "program_create",
    "program_delete",
    "program_save",
    "saving_create",
    "saving_get",
    "saving_run",
    "schedule_create",
    "schedule_delete",
    "schedule_get",
    "schedule_list",
    "schedule_pause",
    "schedules_run",
    "script_receive",
    "submission_of",
    "trial_create",
    "trial_get",
    "trial_run",
    "trials_sweep",
]
