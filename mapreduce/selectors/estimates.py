"""What a job will cost."""

from decimal import Decimal

from django.conf import settings

from cloudapps.problems import Invalid
from mapreduce.core.pricing import Cluster, ClusterInvalid, Estimate, estimate


class ClusterRefused(Invalid):
    """There can be no such cluster."""


def job_estimate(*, cluster: Cluster, input_bytes: int, minutes: int | None = None) -> Estimate:
    """
    Estimate what a job costs on Amazon EMR, over so many bytes, or if it takes so many minutes.

    :raises ClusterRefused: if there can be no such cluster.
    """
    try:
        found = estimate(cluster, settings.AWS_REGION, input_bytes, minutes)
    except ClusterInvalid as error:
        raise ClusterRefused(str(error), field="cluster") from None
    if settings.EMR_CLUSTER_ID:
        return Estimate(Decimal(0), found.hours, "The job runs on a cluster that is there anyway.")
    return found
