"""One call of the engine for one job: it begins the step, or looks how it stands, or fetches the results."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from cloudapps.models.job import LeaseLost
from cloudapps.storage.s3 import S3Storage
from mapreduce.core.job import JobFailed, Progress, Stage
from mapreduce.core.pricing import hourly_rate
from mapreduce.engines.emr.aws import AWS_ERRORS, is_answered
from mapreduce.engines.emr.clusters import ENDED, Clusters, Seen
from mapreduce.engines.emr.logs import StepLogs, last_words
from mapreduce.engines.emr.places import Places
from mapreduce.engines.emr.requests import cluster_request, step_request
from mapreduce.engines.emr.state import Phase, State, name_of
from mapreduce.engines.port import Finished, Later, Watcher, Work

LOOK_AGAIN = Later(timedelta(seconds=15))
AT_ONCE = Later(timedelta(seconds=1))
MOST_LOSSES = 2
# EMR sends logs every five minutes, and when a cluster ends: how long to wait for counters, and for why it failed.
COUNTERS_PATIENCE = timedelta(seconds=90)
FAILURE_PATIENCE = timedelta(minutes=5, seconds=30)
SETUP_WORDS = {
    "STARTING": "The cluster’s machines are starting",
    "BOOTSTRAPPING": "The cluster’s machines are being set up",
}


class Turn:
    """What there is to do for a job now. AWS's errors are raised as they come, and leave a state to go on from."""

    def __init__(
        self, clusters: Clusters, log_storage: S3Storage, work: Work, watcher: Watcher, *, now: datetime
    ) -> None:
        self._clusters = clusters
        self._log_storage = log_storage
        self._work = work
        self._watcher = watcher
        self._now = now
        self._state = State.from_json(work.state)

    def take(self) -> Finished | Later:
        """
        Do it.

        :raises JobFailed: if the job cannot succeed.
        """
        if self._state.phase == Phase.BEGUN:
            return self._look()
        self._check_limits()
        if self._state.phase != Phase.CALLING or not self._find():
            self._begin()
        return LOOK_AGAIN

    # --- Beginning: what is remembered comes before what costs money ---

    def _find(self) -> bool:
        """Find what an earlier call has begun. If EMR never heard of it, or hears too late, take a new number."""
        state = self._state
        if state.shared:
            found = self._clusters.find_step(state.cluster_id, self._name)
            begun = state.with_fields(phase=Phase.BEGUN, step_id=found)
        else:
            found = self._clusters.find(self._name, since=self._work.started_at - timedelta(days=1))
            begun = state.with_fields(phase=Phase.BEGUN, cluster_id=found)
        self._keep(begun if found else state.anew())
        return bool(found)

    def _begin(self) -> None:
        if self._state.phase == Phase.PLACING:
            self._work.cluster.check()
            step_request(self._work, self._places, self._name, shared=False)  # fails before anything is copied
            self._keep(self._state)
            self._places.fill(self._work, self._watcher)
            self._keep(self._state.with_fields(phase=Phase.PLACED))
        shared = settings.EMR_CLUSTER_ID
        if shared and not self._clusters.is_alive(shared):
            raise JobFailed(f"The cluster {shared} does not run. Tell those who run this site to start another one.")
        begun_at = self._now.isoformat()
        placed = self._state
        self._keep(placed.with_fields(phase=Phase.CALLING, cluster_id=shared, shared=bool(shared), begun_at=begun_at))
        try:
            begun = self._call()
        except AWS_ERRORS as error:
            if is_answered(error):
                self._keep(placed)
            raise
        try:
            self._keep(begun)
        except LeaseLost:  # cancelled in between: the sweep may be late
            if shared:
                self._clusters.cancel_step(shared, begun.step_id, self._name)
            else:
                self._clusters.stop(begun.cluster_id)
            raise

    def _call(self) -> State:
        state = self._state
        request = step_request(self._work, self._places, self._name, shared=state.shared)
        if state.shared:
            step_id = self._clusters.add_step(state.cluster_id, request)
            return state.with_fields(phase=Phase.BEGUN, step_id=step_id)
        cluster_id = self._clusters.begin(cluster_request(self._work, self._name, request))
        return state.with_fields(phase=Phase.BEGUN, cluster_id=cluster_id)

    # --- Looking ---

    def _look(self) -> Finished | Later:
        seen = self._seen()
        if seen.step == "COMPLETED":
            return self._finish()
        if seen.is_lost:
            return self._begin_anew(seen)
        if seen.step == "FAILED":
            return self._fail(seen)
        if seen.step == "CANCELLED":
            raise JobFailed(f"The job was stopped on the cluster. {seen.message or seen.failure}".strip())
        if seen.cluster in ENDED and seen.reason not in {"STEP_FAILURE", "ALL_STEPS_COMPLETED"}:
            raise JobFailed(f"The cluster ended before the job was done. {seen.message}".strip())
        self._watcher.progress(self._progress(seen))
        self._check_limits()
        return LOOK_AGAIN

    def _seen(self) -> Seen:
        state = self._state
        if not state.step_id:
            step_id = self._clusters.find_step(state.cluster_id, self._name)
            if not step_id:
                return Seen(step="PENDING")
            self._keep(state.with_fields(step_id=step_id))
        return self._clusters.look(state.cluster_id, self._state.step_id)

    def _progress(self, seen: Seen) -> Progress:
        if seen.step != "RUNNING":
            words = SETUP_WORDS.get(seen.cluster, "The job waits for its turn on the cluster")
            return Progress(Stage.SETUP, status=words)
        syslog = self._logs.syslog()
        return syslog.progress if syslog.application else Progress(Stage.MAP, status="The job runs on the cluster")

    def _check_limits(self) -> None:
        work = self._work
        minutes = min(work.max_minutes or settings.MAPREDUCE_MAX_MINUTES, settings.MAPREDUCE_MAX_MINUTES)
        if self._now - work.started_at > timedelta(minutes=minutes):
            raise JobFailed(f"The job was stopped after {minutes} minutes. Allow it more, or give it more machines.")
        if work.max_cost is not None and self._cost() > work.max_cost:
            raise JobFailed(f"The job was stopped, since it would cost more than ${work.max_cost}. Allow it more.")

    def _cost(self) -> Decimal:
        """What the job's clusters have cost until now, in US dollars; one that is there anyway costs nothing."""
        state = self._state
        if state.shared:
            return Decimal(state.spent)
        return Decimal(state.spent) + hourly_rate(self._work.cluster, settings.AWS_REGION) * state.hours(now=self._now)

    # --- The end ---

    def _finish(self) -> Finished | Later:
        syslog = self._logs.syslog()
        if not syslog.counters and self._may_wait(COUNTERS_PATIENCE):
            return LOOK_AGAIN
        for report in self._logs.with_stderr(syslog):
            self._watcher.task(report)
        self._watcher.progress(Progress(Stage.STORE, 1, 1, 1, syslog.counters))
        return Finished(self._places.parts())

    def _fail(self, seen: Seen) -> Later:
        syslog = self._logs.syslog()
        reports = self._logs.with_stderr(syslog)
        is_said = last_words(reports) or (syslog.error and not reports)
        if not is_said and self._may_wait(FAILURE_PATIENCE):
            self._watcher.progress(Progress(syslog.progress.stage, status="The job failed; its logs are on their way"))
            return LOOK_AGAIN
        for report in reports:
            self._watcher.task(report)
        first_lines = [report.error.partition("\n")[0] for report in reports[-1:]]
        why = [last_words(reports), *first_lines, syslog.error, seen.failure, seen.message, "EMR does not say why."]
        raise JobFailed(f"The job failed on the cluster: {next(filter(None, why))}")

    def _may_wait(self, patience: timedelta) -> bool:
        """Tell whether logs may still come, and remember when the step has ended."""
        if not self._state.ended_at:
            self._keep(self._state.with_fields(ended_at=self._now.isoformat()))
        return self._now - datetime.fromisoformat(self._state.ended_at) < patience

    def _begin_anew(self, seen: Seen) -> Later:
        state = self._state
        if state.losses >= MOST_LOSSES:
            raise JobFailed(f"The cluster was lost {MOST_LOSSES + 1} times. {seen.message}".strip())
        if not state.shared:
            self._clusters.stop(state.cluster_id)
        cost = self._cost() - Decimal(state.spent)
        self._keep(state.lost(cost=cost))
        self._watcher.progress(Progress(Stage.SETUP, status="The cluster was lost; the job is begun anew"))
        return AT_ONCE

    # --- What it works with ---

    def _keep(self, state: State) -> None:
        self._watcher.remember(state.to_json(), holds_resources=True)
        self._state = state

    @property
    def _name(self) -> str:
        return name_of(self._work.job_id, self._state.number)

    @property
    def _places(self) -> Places:
        return Places(self._work.job_id, self._state.number)

    @property
    def _logs(self) -> StepLogs:
        return StepLogs(self._log_storage, self._state.cluster_id, self._state.step_id)
