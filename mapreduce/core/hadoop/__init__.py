"""
Hadoop Streaming on a cluster, by Hadoop's own client.

`HadoopRun` is the twin of `core.streaming.LocalRun`; `kill_job` ends what a run that was killed has left.
"""

from mapreduce.core.hadoop.run import HadoopRun, HadoopUnreachable, kill_job

__all__ = ["HadoopRun", "HadoopUnreachable", "kill_job"]
