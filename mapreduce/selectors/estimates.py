"""What a job will cost."""

from decimal import Decimal

from django.conf import settings

from mapreduce.core.pricing import Cluster, Estimate, estimate


def job_estimate(*, cluster: Cluster, input_bytes: int, minutes: int | None = None) -> Estimate:
    """
    Estimate what a job costs on Amazon EMR, over so many bytes, or if it takes so many minutes.

    :raises ClusterInvalid: if there is no such cluster.
    """
    found = estimate(cluster, settings.AWS_REGION, input_bytes, minutes)
    if settings.EMR_CLUSTER_ID:
        return Estimate(Decimal(0), found.hours, "The job runs on a cluster that is there anyway.")
    return found
