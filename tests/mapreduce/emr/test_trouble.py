"""Amazon is slow, throttles, loses answers or refuses."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.storage import storage
from mapreduce.models import Job
from tests.mapreduce.emr.calls import listen, once
from tests.mapreduce.emr.stepper import Stepper
from tests.mapreduce.submitting import COUNTED, results_of, submitted


def answer(code: str, status: int, operation: str = "RunJobFlow") -> ClientError:
    said: Any = {"Error": {"Code": code, "Message": f"{code}."}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, operation)


class TestPassingTrouble:
    @pytest.mark.parametrize("call", ["emr.RunJobFlow", "emr.DescribeCluster", "emr.ListSteps", "s3.PutObject"])
    @pytest.mark.parametrize(
        "error",
        [
            answer("ThrottlingException", 400),
            answer("InternalServerError", 500),
            EndpointConnectionError(endpoint_url="https://emr"),
        ],
        ids=["throttled", "5xx", "unreachable"],
    )
    def test_costs_no_try(self, alice: User, emr: Stepper, look: Any, call: str, error: Exception) -> None:
        job = submitted(alice)
        listen(f"before-call.{call}", once(error))
        if call == "s3.PutObject":
            storage.cache_clear()  # a new client, to which listeners listen
        for _ in range(4):
            job = look(job)
            assert (job.status, job.attempts) == (Status.RUNNING, 0)
        emr.complete({"part-00000": COUNTED})

        assert results_of(look(job)) == {"part-00000": COUNTED}
        assert len(emr.clusters) == 1

    def test_that_loses_the_answer_begins_no_second_cluster(self, alice: User, emr: Stepper, look: Any) -> None:
        lose = once(ReadTimeoutError(endpoint_url="https://emr"))
        listen("before-send", lambda event_name, **_: "RunJobFlow" in event_name and lose())  # after moto has heard it
        job = look(submitted(alice))
        for _ in range(3):
            job = look(job)

        assert len(emr.clusters) == 1
        emr.complete({"part-00000": COUNTED})
        assert look(job).status == Status.SUCCEEDED

    def test_copies_nothing_twice_when_the_call_was_throttled(self, alice: User, emr: Stepper, look: Any) -> None:
        copied: list[Any] = []
        job = submitted(alice)
        storage.cache_clear()  # a new client, to which listeners listen
        listen("before-call.s3.CopyObject", lambda **call: copied.append(call))
        listen("before-call.emr.RunJobFlow", once(answer("ThrottlingException", 400)))
        for _ in range(3):
            job = look(job)

        assert len(copied) == 1
        assert job.engine_state["number"] == 1


class TestRefusal:
    def test_ends_the_job_in_amazons_words(self, alice: User, emr: Stepper, look: Any, settle: Any) -> None:
        listen("before-call.emr.RunJobFlow", once(answer("AccessDeniedException", 400)))
        job: Job = look(submitted(alice))
        settle(job)

        assert job.status == Status.FAILED
        assert job.error.startswith("Amazon refused what the job needs: AccessDeniedException.")
        assert emr.clusters == []
