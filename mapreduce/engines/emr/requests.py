"""What EMR is asked for: a cluster with one step, or a step."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from mapreduce.core.hadoop.arguments import CannotBePassed, streaming_arguments
from mapreduce.core.job import JobFailed
from mapreduce.core.pricing import Cluster, alternatives
from mapreduce.engines.emr.places import Places
from mapreduce.engines.port import Work

MOST_ARGUMENT_CHARACTERS = 10_240  # of a step (EMR API reference, "HadoopJarStepConfig")
SPOT_PATIENCE_MINUTES = 10
IDLE_SECONDS = 900  # a transient cluster ends with its step; this is for when EMR does not do that
SITE_TAG = "cloudapps-site"
JOB_TAG = "cloudapps-job"
MANAGED_TAG = "for-use-with-amazon-emr-managed-policies"


def step_request(work: Work, places: Places, name: str, *, shared: bool) -> dict[str, Any]:
    """Describe the step. :raises JobFailed: if Hadoop or EMR does not take its arguments."""
    arguments = ["hadoop-streaming", *_arguments(work, places, name)]
    if sum(map(len, arguments)) > MOST_ARGUMENT_CHARACTERS:
        raise JobFailed(
            f"Commands and environment have more than the {MOST_ARGUMENT_CHARACTERS} characters that Amazon EMR takes. "
            "Put long values into an extra file, and let the program read it."
        )
    return {
        "Name": name,
        "ActionOnFailure": "CONTINUE" if shared else "TERMINATE_CLUSTER",
        "HadoopJarStep": {"Jar": "command-runner.jar", "Args": arguments},
    }


def kill_request(name: str) -> dict[str, Any]:
    """Describe a step that kills what another has begun on a cluster: with its client the tasks do not end."""
    find = f"yarn application -list 2>/dev/null | awk '$2 == \"{name}\" {{ print $1 }}'"
    return {
        "Name": f"{name}-kill",
        "ActionOnFailure": "CONTINUE",
        "HadoopJarStep": {
            "Jar": "command-runner.jar",
            "Args": ["bash", "-c", f"{find} | xargs -r -n 1 yarn application -kill"],
        },
    }


def cluster_request(work: Work, name: str, step: dict[str, Any]) -> dict[str, Any]:
    """Describe a cluster that ends with the step."""
    return {
        "Name": name,
        "ReleaseLabel": settings.EMR_RELEASE,
        "LogUri": f"{settings.EMR_LOG_URI.rstrip('/')}/",
        "Applications": [{"Name": "Hadoop"}],
        "ServiceRole": settings.EMR_SERVICE_ROLE,
        "JobFlowRole": settings.EMR_INSTANCE_PROFILE,
        "VisibleToAllUsers": True,
        "Steps": [step],
        "Instances": {
            "InstanceFleets": _fleets(work.cluster),
            "KeepJobFlowAliveWhenNoSteps": False,
            "TerminationProtected": False,
            **({"Ec2SubnetIds": settings.EMR_SUBNET_IDS} if settings.EMR_SUBNET_IDS else {}),
        },
        "AutoTerminationPolicy": {"IdleTimeout": IDLE_SECONDS},
        "Tags": [
            {"Key": MANAGED_TAG, "Value": "true"},
            {"Key": JOB_TAG, "Value": str(work.job_id)},
            {"Key": SITE_TAG, "Value": site()},
        ],
    }


def site() -> str:
    """Name this installation among those that share an account: by its storage, in the characters of a tag."""
    return str(settings.STORAGE_URL)[:256]


def _arguments(work: Work, places: Places, name: str) -> list[str]:
    try:
        return streaming_arguments(
            work.job,
            files=places.program_uris(work),
            inputs=[places.input_uri],
            output=places.output_uri,
            name=name,
            properties={"mapreduce.task.timeout": str(settings.MAPREDUCE_IDLE_SECONDS * 1000)},
        )
    except CannotBePassed as error:
        raise JobFailed(str(error)) from None


def _fleets(cluster: Cluster) -> list[dict[str, Any]]:
    fleets = [
        _fleet("MASTER", [cluster.instance_type], TargetOnDemandCapacity=1),
        _fleet("CORE", [cluster.instance_type], TargetOnDemandCapacity=cluster.core_instances),
    ]
    if cluster.task_instances:
        spot = {
            "TimeoutDurationMinutes": SPOT_PATIENCE_MINUTES,
            "TimeoutAction": "SWITCH_TO_ON_DEMAND",
            "AllocationStrategy": "price-capacity-optimized",
        }
        types = [cluster.instance_type, *alternatives(cluster.instance_type)]
        launch = {"SpotSpecification": spot}
        fleets.append(_fleet("TASK", types, TargetSpotCapacity=cluster.task_instances, LaunchSpecifications=launch))
    return fleets


def _fleet(role: str, types: Sequence[str], **fields: Any) -> dict[str, Any]:
    configs = [{"InstanceType": name, "WeightedCapacity": 1} for name in types]
    return {"Name": role.lower(), "InstanceFleetType": role, "InstanceTypeConfigs": configs, **fields}
