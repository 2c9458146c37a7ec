"""The EMR engine: a job is one step of a transient cluster, or of a long-running one that the settings name."""

from mapreduce.engines.emr.engine import EmrEngine

__all__ = ["EmrEngine"]
