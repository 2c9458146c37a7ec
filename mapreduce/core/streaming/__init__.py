"""
Hadoop Streaming on this machine's cores: a job's programs run beside each other, in a sandbox, with Hadoop's contract.

`LocalRun` starts a process of its own (`python -m mapreduce.core.streaming`), which knows neither Django nor Celery.
"""

from mapreduce.core.streaming.local_run import LocalRun
from mapreduce.core.streaming.sandbox import sandbox_missing
from mapreduce.core.streaming.spec import InputFile, Limits, Part

__all__ = ["InputFile", "Limits", "LocalRun", "Part", "sandbox_missing"]
