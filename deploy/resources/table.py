"""A table on DynamoDB."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from deploy.cloud import Cloud, code_of
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, as_list

GONE = "ResourceNotFoundException"


@dataclass(frozen=True)
class Table(Resource):
    """A table with text for keys, paid by request, that forgets items when `expires` (seconds since 1970) is over."""

    kind: ClassVar[str] = "table"
    fixed: ClassVar[frozenset[str]] = frozenset({"Keys"})

    hash_key: str
    range_key: str
    expires: str
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        dynamodb = cloud.client("dynamodb")
        names = [name] if name else _names(cloud)
        for found_name in names:
            try:
                table = dynamodb.describe_table(TableName=found_name)["Table"]
                lives = dynamodb.describe_time_to_live(TableName=found_name)["TimeToLiveDescription"]
                tags = dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
            except ClientError as error:
                if code_of(error) == GONE:
                    continue
                raise
            properties = {
                "Keys": {each["KeyType"]: each["AttributeName"] for each in table["KeySchema"]},
                "BillingMode": table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
                "Expires": lives.get("AttributeName", "") if lives["TimeToLiveStatus"].startswith("ENABL") else "",
                "Tags": as_dict(tags),
            }
            yield Found(
                found_name,
                found_name,
                properties,
                {"arn": table["TableArn"]},
                ready=table["TableStatus"] == "ACTIVE",
                deleting=table["TableStatus"] == "DELETING",
            )

    def wanted(self, known: Known) -> Properties:
        return {
            "Keys": {"HASH": self.hash_key, "RANGE": self.range_key},
            "BillingMode": "PAY_PER_REQUEST",
            "Expires": self.expires,
            "Tags": self.tags,
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        keys = wanted["Keys"]
        cloud.client("dynamodb").create_table(
            TableName=self.name,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys.values()],
            KeySchema=[{"AttributeName": key, "KeyType": kind} for kind, key in keys.items()],
            BillingMode=wanted["BillingMode"],
            Tags=as_list(wanted["Tags"]),
        )

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        dynamodb = cloud.client("dynamodb")
        if "BillingMode" in changed:
            dynamodb.update_table(TableName=found.id, BillingMode=changed["BillingMode"])
        if "Expires" in changed:
            lives: dict[str, Any] = {"Enabled": True, "AttributeName": changed["Expires"]}
            dynamodb.update_time_to_live(TableName=found.id, TimeToLiveSpecification=lives)
        if tags := changed.get("Tags"):
            dynamodb.tag_resource(ResourceArn=found.attributes["arn"], Tags=as_list(tags))

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        if not found.deleting:
            cloud.client("dynamodb").delete_table(TableName=found.id)


def _names(cloud: Cloud) -> list[str]:
    pages = cloud.client("dynamodb").get_paginator("list_tables").paginate()
    return [name for page in pages for name in page["TableNames"] if name.startswith(cloud.site.prefix)]
