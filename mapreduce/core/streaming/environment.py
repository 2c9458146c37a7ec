"""What a task's program finds in its environment: what Hadoop gives, the job's own, and nothing else."""

import re
from collections.abc import Mapping

from mapreduce.core.job import StreamingJob
from mapreduce.core.streaming.errors import Hopeless
from mapreduce.core.streaming.inputs import Split

PLAIN = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
JOB_ID = "job_local_0001"
OLD_NAMES = {  # Hadoop 3 sets these besides (JobConf.setDeprecatedProperties)
    "mapreduce.job.id": "mapred.job.id",
    "mapreduce.job.maps": "mapred.map.tasks",
    "mapreduce.job.reduces": "mapred.reduce.tasks",
    "mapreduce.map.input.file": "map.input.file",
    "mapreduce.map.input.length": "map.input.length",
    "mapreduce.map.input.start": "map.input.start",
    "mapreduce.task.attempt.id": "mapred.task.id",
    "mapreduce.task.id": "mapred.tip.id",
    "mapreduce.task.ismap": "mapred.task.is.map",
    "mapreduce.task.partition": "mapred.task.partition",
}


def environment_of(
    job: StreamingJob, *, kind: str, number: int, attempt: int, maps: int, split: Split | None
) -> dict[str, str]:
    """
    Give the environment of one attempt of a map or reduce task.

    :raises Hopeless: if the job sets what cannot be set.
    """
    task = f"{JOB_ID.removeprefix('job_')}_{kind[0]}_{number:06}"
    properties = {
        "mapreduce.job.id": JOB_ID,
        "mapreduce.job.maps": str(maps),
        "mapreduce.job.reduces": str(job.reduce_tasks),
        "mapreduce.task.attempt.id": f"attempt_{task}_{attempt - 1}",
        "mapreduce.task.id": f"task_{task}",
        "mapreduce.task.ismap": str(kind == "map").lower(),
        "mapreduce.task.partition": str(number),
        "stream.map.output.field.separator": job.separator,
        "stream.num.map.output.key.fields": str(job.key_fields),
    }
    if job.partition_fields:
        properties["mapreduce.partition.keypartitioner.options"] = "-k{},{}".format(*job.partition_fields)
    if split:
        properties["mapreduce.map.input.file"] = split.name
        properties["mapreduce.map.input.start"] = str(split.start)
        properties["mapreduce.map.input.length"] = str(split.length)
    for name, value in job.environment.items():
        if not NAME.fullmatch(name) or "\0" in value:
            raise Hopeless(f"“{name}” cannot be set in the environment. Use letters, digits and _ in its name.")
    properties |= {old: properties[name] for name, old in OLD_NAMES.items() if name in properties}
    return PLAIN | _as_variables(properties) | dict(job.environment)


def _as_variables(properties: Mapping[str, str]) -> dict[str, str]:
    return {re.sub(r"[^A-Za-z0-9]", "_", name): value for name, value in properties.items()}
