"""Where processes write what they do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags


@dataclass(frozen=True)
class LogGroup(Resource):
    """A log group of CloudWatch, whose lines are kept for some days."""

    kind: ClassVar[str] = "log group"

    days: int
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        logs = cloud.client("logs")
        pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name or f"{cloud.site.path}/")
        for group in [group for page in pages for group in page["logGroups"]]:
            if name in {None, group["logGroupName"]}:
                arn = group["arn"].removesuffix(":*")
                tags = logs.list_tags_for_resource(resourceArn=arn)["tags"]
                properties = {"Days": group.get("retentionInDays"), "Tags": tags}
                yield Found(group["logGroupName"], group["logGroupName"], properties, {"arn": arn})

    def wanted(self, known: Known) -> Properties:
        return {"Days": self.days, "Tags": self.tags}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        cloud.client("logs").create_log_group(logGroupName=self.name, tags=wanted["Tags"])

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        logs = cloud.client("logs")
        if "Days" in changed:
            logs.put_retention_policy(logGroupName=self.name, retentionInDays=changed["Days"])
        if tags := changed.get("Tags"):
            logs.tag_resource(resourceArn=found.attributes["arn"], tags=tags)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("logs").delete_log_group(logGroupName=found.id)
