from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import psutil
import pytest
from django.conf import settings
from moto import mock_aws

from cloudapps.models import User
from cloudapps.status import KEPT_FOR, Heartbeat, StatusBoard, status_board
from cloudapps.status.cloudwatch import publish
from cloudapps.status.database import DatabaseBoard
from cloudapps.status.dynamodb import DynamoBoard
from cloudapps.status.heart import Heart
from cloudapps.status.overview import overview
from tests.clients import ApiClient, browser_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def heartbeat(component: str = "web", instance: str = "a:1", at: datetime = NOW, **values: Any) -> Heartbeat:
    usual = {"rate": 2.0, "latency_seconds": 0.1, "utilisation": 0.2, "cpu_cores": 0.5, "memory_bytes": 10**8}
    return Heartbeat(component, instance, at, started_at=NOW, release="r7", **{**usual, **values})


@pytest.fixture
def dynamo_board() -> Iterator[DynamoBoard]:
    with mock_aws():
        boto3.client("dynamodb", region_name=settings.AWS_REGION).create_table(
            TableName="status",
            KeySchema=[
                {"AttributeName": "component", "KeyType": "HASH"},
                {"AttributeName": "instance_at", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "component", "AttributeType": "S"},
                {"AttributeName": "instance_at", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield DynamoBoard("status", settings.AWS_REGION)


@pytest.fixture(params=["database", "dynamodb"])
def board(request: pytest.FixtureRequest, db: None) -> StatusBoard:
    if request.param == "database":
        return DatabaseBoard()
    found: StatusBoard = request.getfixturevalue("dynamo_board")
    return found


class TestBoard:
    def test_gives_the_last_beat_of_each_instance(self, board):
        later = NOW + timedelta(seconds=15)
        for beat in (heartbeat(), heartbeat(at=later, rate=9.25), heartbeat("beat"), heartbeat(instance="b:2")):
            board.beat(beat)

        found = board.beats(since=NOW)

        assert found == [heartbeat("beat"), heartbeat(at=later, rate=9.25), heartbeat(instance="b:2")]

    def test_leaves_out_who_is_silent(self, board):
        board.beat(heartbeat())

        assert board.beats(since=NOW + timedelta(seconds=1)) == []

    def test_forgets(self, board, request):
        if "dynamo_board" in request.fixturenames or isinstance(board, DynamoBoard):
            pytest.skip("DynamoDB does that by itself")
        board.beat(heartbeat())
        board.beat(heartbeat(instance="b:2", at=NOW + KEPT_FOR + timedelta(seconds=1)))

        assert [beat.instance for beat in board.beats(since=NOW)] == ["b:2"]


class TestHeart:
    def test_tells_what_this_process_uses(self, db):
        heart = Heart("worker", root=psutil.Process(), slots=2)
        sum(n * n for n in range(300_000))

        beat = heart.beat(now=heart.last.at + timedelta(seconds=2))

        assert beat.memory_bytes > 10**6
        assert 0 < beat.cpu_cores < 8
        assert status_board().beats(since=beat.at) == [beat]


class TestCloudWatch:
    def test_is_told_rate_task_time_and_utilisation(self, settings):
        settings.METRICS_NAMESPACE = "cloudapps"
        with mock_aws():
            publish(heartbeat())
            told = boto3.client("cloudwatch", region_name=settings.AWS_REGION).list_metrics(Namespace="cloudapps")

        assert {metric["MetricName"] for metric in told["Metrics"]} == {"Rate", "Latency", "Utilisation"}
        assert told["Metrics"][0]["Dimensions"] == [{"Name": "Component", "Value": "web"}]


class TestOverview:
    def test_adds_instances_up(self, db):
        for instance, rate, seconds in (("a:1", 3.0, 0.1), ("b:2", 1.0, 0.5)):
            status_board().beat(heartbeat(instance=instance, rate=rate, latency_seconds=seconds))

        (web,) = overview(now=NOW).components

        assert (web.name, web.rate, len(web.instances)) == ("web", 4.0, 2)
        assert web.latency_seconds == pytest.approx(0.2)
        assert web.utilisation == pytest.approx(0.2)

    def test_lists_every_queue(self, db):
        assert [queue.name for queue in overview(now=NOW).queues] == list(settings.QUEUES)


@pytest.fixture
def staff(alice: User) -> User:
    alice.is_staff = True
    alice.save()
    return alice


class TestDoors:
    def test_show_staff_everything(self, staff):
        status_board().beat(heartbeat(at=datetime.now(UTC)))

        page = browser_of(staff).get("/status/")
        told = ApiClient(staff).get("/status")

        assert "a:1" in page.content.decode()
        assert told.json()["components"][0]["instances"][0]["release"] == "r7"

    def test_tell_others_nothing(self, charlies_browser, charlies_api, nobodys_browser, nobodys_api):
        assert charlies_browser.get("/status/").status_code == 403
        assert charlies_api.get("/status").status_code == 404
        assert nobodys_browser.get("/status/").status_code == 302
        assert nobodys_api.get("/status").status_code == 401
