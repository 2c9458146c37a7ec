"""MySQL on RDS."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.db_settings import DbParameterGroup, DbSubnetGroup
from deploy.resources.security_group import SecurityGroup
from deploy.resources.tags import as_dict, as_list

ENGINE = "mysql"
SAME = (  # keys that are read as they are set
    "DBInstanceClass",
    "AllocatedStorage",
    "MaxAllocatedStorage",
    "MultiAZ",
    "StorageType",
    "StorageEncrypted",
    "BackupRetentionPeriod",
    "DeletionProtection",
    "CopyTagsToSnapshot",
    "PubliclyAccessible",
    "AutoMinorVersionUpgrade",
    "MasterUsername",
    "DBName",
    "Engine",
)


@dataclass(frozen=True)
class Database(Resource):
    """
    A private, encrypted instance, whose password Secrets Manager makes, keeps and changes.

    Its attributes are `address`, `port` and `secret_arn`; the secret is JSON with `username` and `password`.
    """

    kind: ClassVar[str] = "database"
    fixed: ClassVar[frozenset[str]] = frozenset({"Engine", "MasterUsername", "DBName", "StorageEncrypted"})

    version: str  # major.minor: RDS chooses and raises what is behind it
    instance_class: str
    storage_gb: int
    storage_max_gb: int
    multi_az: bool
    backup_days: int
    subnets: DbSubnetGroup
    parameters: DbParameterGroup
    groups: tuple[SecurityGroup, ...]
    tags: Tags
    user: str = "cloudapps"
    database: str = "cloudapps"

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        for page in cloud.client("rds").get_paginator("describe_db_instances").paginate():
            for instance in page["DBInstances"]:
                found_name = instance["DBInstanceIdentifier"]
                is_ours = found_name.startswith(cloud.site.prefix) and name in {None, found_name}
                if is_ours and instance["Engine"] == ENGINE:  # DocumentDB's are listed here too
                    yield _found(instance)

    def wanted(self, known: Known) -> Properties:
        there = known.found(self)  # RDS adds storage by itself, and cannot take any away
        return {
            "Engine": ENGINE,
            "EngineVersion": self.version,
            "DBInstanceClass": self.instance_class,
            "AllocatedStorage": max(self.storage_gb, there.properties["AllocatedStorage"] if there else 0),
            "MaxAllocatedStorage": self.storage_max_gb,
            "MultiAZ": self.multi_az,
            "StorageType": "gp3",
            "StorageEncrypted": True,
            "BackupRetentionPeriod": self.backup_days,
            "DeletionProtection": True,
            "CopyTagsToSnapshot": True,
            "PubliclyAccessible": False,
            "AutoMinorVersionUpgrade": True,
            "MasterUsername": self.user,
            "DBName": self.database,
            "ManageMasterUserPassword": True,
            "DBSubnetGroupName": known.of(self.subnets),
            "DBParameterGroupName": known.of(self.parameters),
            "VpcSecurityGroupIds": sorted(known.of(group) for group in self.groups),
            "Tags": self.tags,
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        given = {**wanted, "Tags": as_list(wanted["Tags"])}
        cloud.client("rds").create_db_instance(DBInstanceIdentifier=self.name, **given)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        rds = cloud.client("rds")
        if tags := changed.pop("Tags", None):
            rds.add_tags_to_resource(ResourceName=found.attributes["arn"], Tags=as_list(tags))
        if changed:
            rds.modify_db_instance(DBInstanceIdentifier=self.name, ApplyImmediately=True, **changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        """Delete it after a last snapshot, which stays, or with its backups."""
        if found.deleting:
            return
        rds = cloud.client("rds")
        if found.properties["DeletionProtection"]:
            rds.modify_db_instance(DBInstanceIdentifier=found.id, DeletionProtection=False, ApplyImmediately=True)
        last = f"{found.id}-last-{cloud.now():%Y%m%d-%H%M%S}"
        how: dict[str, Any] = {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": last}
        if with_data:
            how = {"SkipFinalSnapshot": True, "DeleteAutomatedBackups": True}
        rds.delete_db_instance(DBInstanceIdentifier=found.id, **how)


def _found(instance: Any) -> Found:
    endpoint = instance.get("Endpoint", {})
    status = instance["DBInstanceStatus"]
    properties = {
        **{key: instance.get(key) for key in SAME},
        "EngineVersion": ".".join(instance["EngineVersion"].split(".")[:2]),
        "ManageMasterUserPassword": "MasterUserSecret" in instance,
        "DBSubnetGroupName": instance.get("DBSubnetGroup", {}).get("DBSubnetGroupName", ""),
        "DBParameterGroupName": next((each["DBParameterGroupName"] for each in instance["DBParameterGroups"]), ""),
        "VpcSecurityGroupIds": sorted(each["VpcSecurityGroupId"] for each in instance["VpcSecurityGroups"]),
        "Tags": as_dict(instance["TagList"]),
    }
    attributes = {
        "arn": instance["DBInstanceArn"],
        "address": endpoint.get("Address", ""),
        "port": str(endpoint.get("Port", "")),
        "secret_arn": instance.get("MasterUserSecret", {}).get("SecretArn", ""),
    }
    name = instance["DBInstanceIdentifier"]
    return Found(
        name,
        name,
        properties,
        attributes,
        ready=status in {"available", "storage-optimization"},
        trouble=status if status in {"failed", "incompatible-parameters", "incompatible-network"} else "",
        deleting=status == "deleting",
    )
