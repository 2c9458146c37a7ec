"""Who is told when an alarm goes off."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, as_list

UNCONFIRMED = "PendingConfirmation"  # in the place of an ARN, until the person has said yes


@dataclass(frozen=True)
class Topic(Resource):
    """A topic of SNS, with the mail addresses that it tells. Each gets a mail first which asks whether it wants to."""

    kind: ClassVar[str] = "topic"

    mails: tuple[str, ...]
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        sns = cloud.client("sns")
        pages = sns.get_paginator("list_topics").paginate()
        for arn in [topic["TopicArn"] for page in pages for topic in page["Topics"]]:
            found_name = arn.rsplit(":", 1)[1]
            if found_name.startswith(cloud.site.prefix) and name in {None, found_name}:
                properties = {
                    "Mails": sorted(_subscriptions(sns, arn)),
                    "Tags": as_dict(sns.list_tags_for_resource(ResourceArn=arn)["Tags"]),
                }
                yield Found(found_name, arn, properties, {"arn": arn})

    def wanted(self, known: Known) -> Properties:
        return {"Mails": sorted(self.mails), "Tags": self.tags}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        cloud.client("sns").create_topic(Name=self.name, Tags=as_list(wanted["Tags"]))

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        sns = cloud.client("sns")
        if tags := changed.get("Tags"):
            sns.tag_resource(ResourceArn=found.id, Tags=as_list(tags))
        if "Mails" not in changed:
            return
        there = _subscriptions(sns, found.id)
        for mail in changed["Mails"]:
            if mail not in there:
                sns.subscribe(TopicArn=found.id, Protocol="email", Endpoint=mail)
        for mail in there.keys() - set(changed["Mails"]):
            if there[mail] != UNCONFIRMED:  # which ends by itself after three days
                sns.unsubscribe(SubscriptionArn=there[mail])

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("sns").delete_topic(TopicArn=found.id)


def _subscriptions(sns: Any, arn: str) -> dict[str, str]:
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
    return {each["Endpoint"]: each["SubscriptionArn"] for page in pages for each in page["Subscriptions"]}
