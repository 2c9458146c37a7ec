"""MongoDB's protocol on DocumentDB: a cluster, and the instances that serve it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.db_settings import DbSubnetGroup
from deploy.resources.security_group import SecurityGroup
from deploy.resources.tags import as_dict, as_list

ENGINE = "docdb"
ENGINE_FILTER = [{"Name": "engine", "Values": [ENGINE]}]  # this API knows RDS's clusters too


@dataclass(frozen=True)
class DocumentCluster(Resource):
    """
    A private, encrypted cluster, whose password Secrets Manager makes, keeps and changes.

    Its attributes are `address`, `port` and `secret_arn`; the secret is JSON with `username` and `password`.
    """

    kind: ClassVar[str] = "document cluster"
    fixed: ClassVar[frozenset[str]] = frozenset({"MasterUsername", "StorageEncrypted", "DBSubnetGroupName"})

    version: str
    backup_days: int
    subnets: DbSubnetGroup
    groups: tuple[SecurityGroup, ...]
    tags: Tags
    user: str = "cloudapps"

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        docdb = cloud.client("docdb")
        for page in docdb.get_paginator("describe_db_clusters").paginate(Filters=ENGINE_FILTER):
            for cluster in page["DBClusters"]:
                found_name = cluster["DBClusterIdentifier"]
                if found_name.startswith(cloud.site.prefix) and name in {None, found_name}:
                    tags = docdb.list_tags_for_resource(ResourceName=cluster["DBClusterArn"])["TagList"]
                    yield _found(cluster, as_dict(tags))

    def wanted(self, known: Known) -> Properties:
        return {
            "EngineVersion": self.version,
            "MasterUsername": self.user,
            "ManageMasterUserPassword": True,
            "StorageEncrypted": True,
            "BackupRetentionPeriod": self.backup_days,
            "DeletionProtection": True,
            "DBSubnetGroupName": known.of(self.subnets),
            "VpcSecurityGroupIds": sorted(known.of(group) for group in self.groups),
            "Tags": self.tags,
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        given = {**wanted, "Engine": ENGINE, "Tags": as_list(wanted["Tags"])}
        cloud.client("docdb").create_db_cluster(DBClusterIdentifier=self.name, **given)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        docdb = cloud.client("docdb")
        if tags := changed.pop("Tags", None):
            docdb.add_tags_to_resource(ResourceName=found.attributes["arn"], Tags=as_list(tags))
        if changed:
            docdb.modify_db_cluster(DBClusterIdentifier=self.name, ApplyImmediately=True, **changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        """Delete it after a last snapshot, which stays, or without one."""
        if found.deleting:
            return
        docdb = cloud.client("docdb")
        if found.properties["DeletionProtection"]:
            docdb.modify_db_cluster(DBClusterIdentifier=found.id, DeletionProtection=False, ApplyImmediately=True)
        last = f"{found.id}-last-{cloud.now():%Y%m%d-%H%M%S}"
        how: dict[str, Any] = {"SkipFinalSnapshot": True} if with_data else {"FinalDBSnapshotIdentifier": last}
        docdb.delete_db_cluster(DBClusterIdentifier=found.id, **how)


@dataclass(frozen=True)
class DocumentInstance(Resource):
    """A machine of the cluster."""

    kind: ClassVar[str] = "document instance"
    fixed: ClassVar[frozenset[str]] = frozenset({"DBClusterIdentifier"})

    cluster: DocumentCluster
    instance_class: str
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        docdb = cloud.client("docdb")
        for page in docdb.get_paginator("describe_db_instances").paginate(Filters=ENGINE_FILTER):
            for instance in page["DBInstances"]:
                found_name = instance["DBInstanceIdentifier"]
                if found_name.startswith(cloud.site.prefix) and name in {None, found_name}:
                    tags = docdb.list_tags_for_resource(ResourceName=instance["DBInstanceArn"])["TagList"]
                    properties = {
                        "DBClusterIdentifier": instance["DBClusterIdentifier"],
                        "DBInstanceClass": instance["DBInstanceClass"],
                        "Tags": as_dict(tags),
                    }
                    yield Found(
                        found_name,
                        found_name,
                        properties,
                        {"arn": instance["DBInstanceArn"]},
                        ready=instance["DBInstanceStatus"] == "available",
                        deleting=instance["DBInstanceStatus"] == "deleting",
                    )

    def wanted(self, known: Known) -> Properties:
        return {
            "DBClusterIdentifier": known.of(self.cluster),
            "DBInstanceClass": self.instance_class,
            "Tags": self.tags,
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        given = {**wanted, "Engine": ENGINE, "Tags": as_list(wanted["Tags"])}
        cloud.client("docdb").create_db_instance(DBInstanceIdentifier=self.name, **given)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        docdb = cloud.client("docdb")
        if tags := changed.pop("Tags", None):
            docdb.add_tags_to_resource(ResourceName=found.attributes["arn"], Tags=as_list(tags))
        if changed:
            docdb.modify_db_instance(DBInstanceIdentifier=self.name, ApplyImmediately=True, **changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        if not found.deleting:
            cloud.client("docdb").delete_db_instance(DBInstanceIdentifier=found.id)


def _found(cluster: Any, tags: Tags) -> Found:
    name = cluster["DBClusterIdentifier"]
    properties = {
        "EngineVersion": cluster["EngineVersion"],
        "MasterUsername": cluster["MasterUsername"],
        "ManageMasterUserPassword": "MasterUserSecret" in cluster,
        "StorageEncrypted": cluster["StorageEncrypted"],
        "BackupRetentionPeriod": cluster["BackupRetentionPeriod"],
        "DeletionProtection": cluster["DeletionProtection"],
        "DBSubnetGroupName": cluster["DBSubnetGroup"],
        "VpcSecurityGroupIds": sorted(each["VpcSecurityGroupId"] for each in cluster["VpcSecurityGroups"]),
        "Tags": tags,
    }
    attributes = {
        "arn": cluster["DBClusterArn"],
        "address": cluster.get("Endpoint", ""),
        "port": str(cluster.get("Port", "")),
        "secret_arn": cluster.get("MasterUserSecret", {}).get("SecretArn", ""),
    }
    status = cluster["Status"]
    return Found(name, name, properties, attributes, ready=status == "available", deleting=status == "deleting")
