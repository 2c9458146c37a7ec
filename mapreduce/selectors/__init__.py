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
    newest_versions,
    program_get,
    program_list,
    runnable_of,
    scripts_runnable,
    version_get,
)
from mapreduce.selectors.sources import JobSource, Sources, sources_find

__all__ = [
    "JobNotFound",
    "JobSource",
    "ProgramNotFound",
    "ResultNotFound",
    "Runnable",
    "Sources",
    "attempts_of",
    "inputs_of",
    "job_get",
    "job_list",
    "library_get",
    "library_runnable",
    "newest_versions",
    "output_get",
    "outputs_of",
    "program_get",
    "program_list",
    "runnable_of",
    "scripts_runnable",
    "sources_find",
    "version_get",
]
