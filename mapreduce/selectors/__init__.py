"""Reads, always of one owner."""

from mapreduce.selectors.estimates import ClusterRefused, job_estimate
from mapreduce.selectors.jobs import (
    LOGS_SHOWN,
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
    program_rows,
    runnable_of,
    scripts_runnable,
    version_get,
)
from mapreduce.selectors.results import failure_of, result_shape, savings_of, sizes_of, table_of
from mapreduce.selectors.schedules import last_jobs
from mapreduce.selectors.sources import JobSource, Sources, sources_find

__all__ = [
    "LOGS_SHOWN",
    "ClusterRefused",
    "JobNotFound",
    "JobSource",
    "ProgramNotFound",
    "ResultNotFound",
    "Runnable",
    "Sources",
    "attempts_of",
    "failure_of",
    "inputs_of",
    "job_estimate",
    "job_get",
    "job_list",
    "last_jobs",
    "library_get",
    "library_runnable",
    "output_get",
    "outputs_of",
    "program_get",
    "program_list",
    "program_rows",
    "result_shape",
    "runnable_of",
    "savings_of",
    "scripts_runnable",
    "sizes_of",
    "sources_find",
    "table_of",
    "version_get",
]
