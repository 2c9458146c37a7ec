"""What a database on RDS is set up with: where it may be, and its parameters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.subnet import Subnet
from deploy.resources.tags import as_dict, as_list


@dataclass(frozen=True)
class DbSubnetGroup(Resource):
    """The subnets that a database may be in. RDS and DocumentDB know the same groups."""

    kind: ClassVar[str] = "database subnets"

    description: str
    subnets: tuple[Subnet, ...]
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        rds = cloud.client("rds")
        for group in _ours(cloud, "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName", name):
            properties = {
                "DBSubnetGroupDescription": group["DBSubnetGroupDescription"],
                "SubnetIds": sorted(subnet["SubnetIdentifier"] for subnet in group["Subnets"]),
                "Tags": _tags(rds, group["DBSubnetGroupArn"]),
            }
            arn = {"arn": group["DBSubnetGroupArn"]}
            yield Found(group["DBSubnetGroupName"], group["DBSubnetGroupName"], properties, arn)

    def wanted(self, known: Known) -> Properties:
        return {
            "DBSubnetGroupDescription": self.description,
            "SubnetIds": sorted(known.of(subnet) for subnet in self.subnets),
            "Tags": self.tags,
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        given = {**wanted, "Tags": as_list(wanted["Tags"])}
        cloud.client("rds").create_db_subnet_group(DBSubnetGroupName=self.name, **given)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        _set_tags(cloud, found, changed)
        if changed:
            given = {key: {**found.properties, **changed}[key] for key in ("DBSubnetGroupDescription", "SubnetIds")}
            cloud.client("rds").modify_db_subnet_group(DBSubnetGroupName=self.name, **given)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("rds").delete_db_subnet_group(DBSubnetGroupName=found.name)


@dataclass(frozen=True)
class DbParameterGroup(Resource):
    """Parameters of MySQL, where they are not RDS's own."""

    kind: ClassVar[str] = "database parameters"
    fixed: ClassVar[frozenset[str]] = frozenset({"DBParameterGroupFamily"})

    family: str
    parameters: dict[str, str]
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        rds = cloud.client("rds")
        for group in _ours(cloud, "describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName", name):
            found_name = group["DBParameterGroupName"]
            pages = rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=found_name, Source="user")
            parameters = [parameter for page in pages for parameter in page["Parameters"]]
            properties = {
                "DBParameterGroupFamily": group["DBParameterGroupFamily"],
                "Parameters": {each["ParameterName"]: each.get("ParameterValue", "") for each in parameters},
                "Tags": _tags(rds, group["DBParameterGroupArn"]),
            }
            yield Found(found_name, found_name, properties, {"arn": group["DBParameterGroupArn"]})

    def wanted(self, known: Known) -> Properties:
        return {"DBParameterGroupFamily": self.family, "Parameters": self.parameters, "Tags": self.tags}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        cloud.client("rds").create_db_parameter_group(
            DBParameterGroupName=self.name,
            DBParameterGroupFamily=self.family,
            Description=f"Parameters of {self.name}",
            Tags=as_list(wanted["Tags"]),
        )

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        _set_tags(cloud, found, changed)
        rds, there, wanted = cloud.client("rds"), found.properties["Parameters"], changed.get("Parameters")
        if wanted is None:
            return
        if different := {key: value for key, value in wanted.items() if there.get(key) != value}:
            rds.modify_db_parameter_group(DBParameterGroupName=self.name, Parameters=_parameters(different))
        if extra := {key: "" for key in there if key not in wanted}:
            rds.reset_db_parameter_group(
                DBParameterGroupName=self.name, Parameters=[_at_reboot(ParameterName=key) for key in extra]
            )

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("rds").delete_db_parameter_group(DBParameterGroupName=found.name)


def _parameters(values: dict[str, str]) -> list[dict[str, str]]:
    return [_at_reboot(ParameterName=key, ParameterValue=value) for key, value in values.items()]


def _at_reboot(**parameter: str) -> dict[str, str]:
    """Say when it is to hold; at the next start is allowed for each of them."""
    return {**parameter, "ApplyMethod": "pending-reboot"}


def _ours(cloud: Cloud, operation: str, result: str, key: str, name: str | None) -> Iterator[Any]:
    """Walk over what RDS has of this environment: it finds by prefix alone where we look."""
    for page in cloud.client("rds").get_paginator(operation).paginate():
        for found in page[result]:
            if found[key].startswith(cloud.site.prefix) and name in {None, found[key]}:
                yield found


def _tags(rds: Any, arn: str) -> Tags:
    return as_dict(rds.list_tags_for_resource(ResourceName=arn)["TagList"])


def _set_tags(cloud: Cloud, found: Found, changed: Properties) -> None:
    """Put the tags right, and take them out of what is left to do."""
    if tags := changed.pop("Tags", None):
        cloud.client("rds").add_tags_to_resource(ResourceName=found.attributes["arn"], Tags=as_list(tags))
