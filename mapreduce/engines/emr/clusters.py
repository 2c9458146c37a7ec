"""Clusters and steps on Amazon EMR: begun, found again, looked at, stopped. Only those that have our names and tags."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from botocore.exceptions import ClientError

from mapreduce.engines.emr.aws import emr_client, is_gone
from mapreduce.engines.emr.requests import JOB_TAG, SITE_TAG, kill_request, site
from mapreduce.engines.emr.state import job_of

if TYPE_CHECKING:
    from types_boto3_emr import EMRClient
    from types_boto3_emr.literals import ClusterStateType

ALIVE: "tuple[ClusterStateType, ...]" = ("STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING")
ENDED = ("TERMINATING", "TERMINATED", "TERMINATED_WITH_ERRORS")
LOSSES = ("INTERNAL_ERROR", "INSTANCE_FAILURE", "INSTANCE_FLEET_TIMEOUT")  # of reasons why a cluster ended


@dataclass(frozen=True)
class Seen:
    """How a step and its cluster stand, in EMR's words."""

    step: str  # empty if there is none
    step_id: str = ""
    cluster: str = ""
    reason: str = ""  # the code why the cluster is in this state
    message: str = ""  # the same in words
    failure: str = ""  # why the step failed, in words

    @property
    def is_lost(self) -> bool:
        """Whether the cluster went away under the step, through no fault of the job."""
        if self.step in {"COMPLETED", "CANCEL_PENDING"}:
            return False
        return self.step == "INTERRUPTED" or (self.cluster in ENDED and self.reason in LOSSES)


GONE = Seen(step="INTERRUPTED", message="Amazon EMR does not know the cluster any more.")


@dataclass(frozen=True)
class Ours:
    """A cluster or a step of a job of this site."""

    id: str
    job_id: UUID
    number: int


class Clusters:
    """Amazon EMR, as far as jobs need it. Errors are raised as boto3 has them."""

    def begin(self, request: dict[str, Any]) -> str:
        """Begin a cluster, and return its id."""
        return self._client.run_job_flow(**request)["JobFlowId"]

    def add_step(self, cluster_id: str, request: dict[str, Any]) -> str:
        """Add a step to a cluster, and return its id."""
        return self._client.add_job_flow_steps(JobFlowId=cluster_id, Steps=[cast(Any, request)])["StepIds"][0]

    def find(self, name: str, *, since: datetime) -> str:
        """Find a cluster by its name, whether it still runs or not; empty if there is none."""
        pages = self._client.get_paginator("list_clusters").paginate(CreatedAfter=since)
        return next((found["Id"] for page in pages for found in page["Clusters"] if found["Name"] == name), "")

    def find_step(self, cluster_id: str, name: str) -> str:
        """Find a step of a cluster by its name; empty if there is none."""
        pages = self._client.get_paginator("list_steps").paginate(ClusterId=cluster_id)
        try:
            return next((found["Id"] for page in pages for found in page["Steps"] if found["Name"] == name), "")
        except ClientError as error:
            if is_gone(error):
                return ""
            raise

    def look(self, cluster_id: str, step_id: str) -> Seen:
        """Look how a step and its cluster stand."""
        try:
            cluster = self._client.describe_cluster(ClusterId=cluster_id)["Cluster"].get("Status", {})
            step = self._client.describe_step(ClusterId=cluster_id, StepId=step_id)["Step"].get("Status", {})
        except ClientError as error:
            if is_gone(error):
                return GONE
            raise
        reason = cluster.get("StateChangeReason", {})
        details = step.get("FailureDetails", {})
        said = (details.get("Reason"), details.get("Message"), step.get("StateChangeReason", {}).get("Message"))
        return Seen(
            step=step.get("State", ""),
            step_id=step_id,
            cluster=cluster.get("State", ""),
            reason=reason.get("Code", ""),
            message=reason.get("Message") or "",
            failure=" ".join(dict.fromkeys(text.strip() for text in said if text)),
        )

    def is_alive(self, cluster_id: str) -> bool:
        """Tell whether a cluster takes steps."""
        try:
            return self._client.describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"].get("State") in ALIVE
        except ClientError as error:
            if is_gone(error):
                return False
            raise

    def ours(self, job_id: UUID | None = None) -> Iterator[Ours]:
        """Walk over the clusters of this site, or one of its jobs, that cost money; the tags decide, not the name."""
        pages = self._client.get_paginator("list_clusters").paginate(ClusterStates=list(ALIVE))
        for page in pages:
            for found in page["Clusters"]:
                named = job_of(found.get("Name", ""))
                if not named or job_id not in {None, named[0]}:
                    continue
                if self._tags(found["Id"]) >= {(JOB_TAG, str(named[0])), (SITE_TAG, site())}:
                    yield Ours(found["Id"], *named)

    def our_steps(self, cluster_id: str) -> Iterator[Ours]:
        """Walk over the steps that wait or run on a cluster that others use too, and write into our storage."""
        pages = self._client.get_paginator("list_steps").paginate(
            ClusterId=cluster_id, StepStates=["PENDING", "RUNNING"]
        )
        for page in pages:
            for found in page["Steps"]:
                named = job_of(found.get("Name", ""))
                if named and any(argument.startswith(f"{site()}/") for argument in found["Config"].get("Args", [])):
                    yield Ours(found["Id"], *named)

    def stop(self, cluster_id: str) -> None:
        """Terminate a cluster; harmless if it has ended."""
        try:
            self._client.terminate_job_flows(JobFlowIds=[cluster_id])
        except ClientError as error:
            if not is_gone(error):
                raise

    def cancel_step(self, cluster_id: str, step_id: str, name: str) -> None:
        """Cancel a step, and kill its tasks; harmless if it has ended, or its cluster."""
        state = self.look(cluster_id, step_id).step
        if state not in {"PENDING", "RUNNING"} or not self.is_alive(cluster_id):
            return
        self._client.cancel_steps(ClusterId=cluster_id, StepIds=[step_id], StepCancellationOption="TERMINATE_PROCESS")
        if state == "RUNNING":
            self.add_step(cluster_id, kill_request(name))

    def _tags(self, cluster_id: str) -> set[tuple[str, str]]:
        cluster = self._client.describe_cluster(ClusterId=cluster_id)["Cluster"]
        return {(tag.get("Key", ""), tag.get("Value", "")) for tag in cluster.get("Tags", [])}

    @cached_property
    def _client(self) -> "EMRClient":
        return emr_client()
