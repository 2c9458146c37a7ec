"""A queue on SQS, or the one for its dead letters."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from deploy.cloud import Cloud, code_of
from deploy.resource import Found, Known, Properties, Resource, Tags

GONE = {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}
NUMBERS = ("VisibilityTimeout", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds")
FOURTEEN_DAYS = 14 * 24 * 3600  # the longest that SQS keeps a message


@dataclass(frozen=True)
class Queue(Resource):
    """A queue, encrypted by SQS's own key; after `deliveries` a message goes to `dead`."""

    kind: ClassVar[str] = "queue"

    tags: Tags
    visibility_seconds: int = 30
    dead: "Queue | None" = None
    deliveries: int = 5

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        sqs = cloud.client("sqs")
        pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=name or cloud.site.prefix)
        for url in [url for page in pages for url in page.get("QueueUrls", [])]:
            found_name = url.rsplit("/", 1)[1]
            if name in {None, found_name} and (found := _described(sqs, url, found_name)):
                yield found

    def wanted(self, known: Known) -> Properties:
        redrive = {}
        if self.dead:
            redrive = {"deadLetterTargetArn": known.of(self.dead, "arn"), "maxReceiveCount": self.deliveries}
        return {
            "VisibilityTimeout": self.visibility_seconds,
            "MessageRetentionPeriod": FOURTEEN_DAYS,
            "ReceiveMessageWaitTimeSeconds": 0,
            "SqsManagedSseEnabled": True,
            "RedrivePolicy": redrive,
            "Tags": self.tags,
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        cloud.client("sqs").create_queue(QueueName=self.name, Attributes=_attributes(wanted), tags=wanted["Tags"])

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        sqs = cloud.client("sqs")
        if attributes := _attributes(changed):
            sqs.set_queue_attributes(QueueUrl=found.id, Attributes=attributes)
        if tags := changed.get("Tags"):
            sqs.tag_queue(QueueUrl=found.id, Tags=tags)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        try:
            cloud.client("sqs").delete_queue(QueueUrl=found.id)
        except ClientError as error:
            if code_of(error) not in GONE:
                raise


def _described(sqs: Any, url: str, name: str) -> Found | None:
    try:
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        tags = sqs.list_queue_tags(QueueUrl=url).get("Tags", {})
    except ClientError as error:
        if code_of(error) in GONE:  # lists show a deleted queue for up to a minute
            return None
        raise
    properties = {
        **{key: int(attributes[key]) for key in NUMBERS},
        "SqsManagedSseEnabled": attributes.get("SqsManagedSseEnabled") == "true",
        "RedrivePolicy": json.loads(attributes.get("RedrivePolicy") or "{}"),
        "Tags": tags,
    }
    return Found(name, url, properties, {"arn": attributes["QueueArn"]})


def _attributes(properties: Properties) -> dict[str, str]:
    attributes = {key: str(properties[key]) for key in NUMBERS if key in properties}
    if "SqsManagedSseEnabled" in properties:
        attributes["SqsManagedSseEnabled"] = str(properties["SqsManagedSseEnabled"]).lower()
    if redrive := properties.get("RedrivePolicy"):
        attributes["RedrivePolicy"] = json.dumps(redrive)
    elif "RedrivePolicy" in properties:
        attributes["RedrivePolicy"] = ""
    return attributes
