"""Tags, in the three shapes in which AWS's services write them, and how EC2 finds things by them."""

from collections.abc import Iterable, Iterator
from typing import Any

from deploy.cloud import Cloud
from deploy.resource import Found, Properties, Tags
from deploy.site import ENVIRONMENT_TAG


def as_list(tags: Tags) -> list[dict[str, str]]:
    """Write tags as most services do."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def as_dict(tags: Iterable[dict[str, str]]) -> Tags:
    """Read tags as most services write them."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def ec2_specification(resource_type: str, tags: Tags) -> list[dict[str, Any]]:
    """Write tags as EC2's calls that create want them."""
    return [{"ResourceType": resource_type, "Tags": as_list(tags)}]


def ec2_filters(cloud: Cloud, name: str | None, **filters: str | list[str]) -> list[dict[str, Any]]:
    """Narrow a describe call of EC2 to this environment, and to a name; `filters` have _ for -."""
    wanted: dict[str, str | list[str]] = {f"tag:{ENVIRONMENT_TAG}": cloud.site.environment.name}
    if name:
        wanted["tag:Name"] = name
    wanted |= {key.replace("_", "-"): value for key, value in filters.items()}
    return [{"Name": key, "Values": value if isinstance(value, list) else [value]} for key, value in wanted.items()]


def ec2_pages(cloud: Cloud, operation: str, result: str, name: str | None, **filters: str | list[str]) -> Iterator[Any]:
    """Walk over what a describe call of EC2 finds of this environment."""
    pages = cloud.client("ec2").get_paginator(operation).paginate(Filters=ec2_filters(cloud, name, **filters))
    for page in pages:
        yield from page[result]


def ec2_set_tags(cloud: Cloud, found: Found, changed: Properties) -> None:
    """Put the tags of a thing of EC2 right, if they are among what differs."""
    if tags := changed.get("Tags"):
        cloud.client("ec2").create_tags(Resources=[found.id], Tags=as_list(tags))


def elb_tags(cloud: Cloud, arn: str) -> Tags:
    """Read the tags of a thing of Elastic Load Balancing."""
    return as_dict(cloud.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"])


def elb_set_tags(cloud: Cloud, found: Found, changed: Properties) -> None:
    """Put the tags of a thing of Elastic Load Balancing right, if they are among what differs."""
    if tags := changed.get("Tags"):
        cloud.client("elbv2").add_tags(ResourceArns=[found.id], Tags=as_list(tags))
