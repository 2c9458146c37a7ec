"""Reads, always of one owner."""

from mapreduce.selectors.jobs import (
    JobNotFound,
    ResultNotFound,
    attempts_of,
    inputs_of,
    job_get,
    job_list,
    output_get,
    outputs_of,
)
from mapreduce.selectors.programs import (
    ProgramNotFound,
    Runnable,
    library_get,
    library_runnable,
    program_get,
    program_list,
    runnable_of,
    scripts_runnable,
    version_get,
)

__all__ = [
    "JobNotFound",
    "ProgramNotFound",
    "ResultNotFound",
    "Runnable",
    "attempts_of",
    "inputs_of",
    "job_get",
    "job_list",
    "library_get",
    "library_runnable",
    "output_get",
    "outputs_of",
    "program_get",
    "program_list",
    "runnable_of",
    "scripts_runnable",
    "version_get",
]
