"""What keeps and carries data: buckets, queues, databases, the table of components' status, the mail domain."""

from functools import cached_property
from typing import Any

from deploy.network import Network
from deploy.processes import queues
from deploy.resource import Resource
from deploy.resources.bucket import Bucket
from deploy.resources.database import Database
from deploy.resources.db_settings import DbParameterGroup, DbSubnetGroup
from deploy.resources.document_cluster import DocumentCluster, DocumentInstance
from deploy.resources.mail_identity import MailIdentity
from deploy.resources.queue import Queue
from deploy.resources.table import Table
from deploy.site import Site

VISIBILITY_SECONDS = 120  # the setting VISIBILITY_TIMEOUT_SECONDS
DELIVERIES = 5  # the most attempts that a job gets
RAW_POSTS = "social/raw/"
MYSQL_VERSION = "8.4"
DOCUMENTDB_VERSION = "5.0.0"
UTF8 = {"character_set_server": "utf8mb4", "collation_server": "utf8mb4_0900_ai_ci"}


class Data:
    """The parts, by name."""

    def __init__(self, site: Site, network: Network) -> None:
        self._site = site
        self._environment = site.environment
        self._network = network

    def resources(self) -> list[Resource]:
        """List all of it."""
        buckets = [self.media, self.artifacts, self.emr_logs]
        queues_too = [*self.dead_queues.values(), *self.queues.values()]
        return [*buckets, *queues_too, self.status, self.mail, self.database, *self.document_instances]

    @cached_property
    def media(self) -> Bucket:
        """All that people bring, and what is made of it; browsers reach it by signed links."""
        retention = self._environment.retention
        raw = {"Filter": {"Prefix": RAW_POSTS}, "Expiration": {"Days": retention.raw_posts_days}}
        return self._bucket("media", _rule("raw-posts", **raw), origins=(f"https://{self._environment.domain}",))

    @cached_property
    def artifacts(self) -> Bucket:
        """What releases are made of."""
        return self._bucket("artifacts")

    @cached_property
    def emr_logs(self) -> Bucket:
        """What clusters write, among it what people's programs said."""
        days = self._environment.retention.emr_logs_days
        return self._bucket("emr-logs", _rule("logs", Filter={"Prefix": ""}, Expiration={"Days": days}))

    @cached_property
    def dead_queues(self) -> dict[str, Queue]:
        """Where messages end that nobody could work off, by the name of their queue."""
        return {name: Queue(self._site.named(f"{name}-dead"), self._site.tags) for name in queues()}

    @cached_property
    def queues(self) -> dict[str, Queue]:
        """The queues, by the names that the settings have."""
        return {
            name: Queue(self._site.named(name), self._site.tags, VISIBILITY_SECONDS, dead, DELIVERIES)
            for name, dead in self.dead_queues.items()
        }

    @cached_property
    def status(self) -> Table:
        """How each instance of each component does: `instance_at` is the instance's name, `#`, and the moment."""
        return Table(self._site.named("status"), "component", "instance_at", "expires_at", self._site.tags)

    @cached_property
    def mail(self) -> MailIdentity:
        """The domain that mail comes from."""
        return MailIdentity(self._environment.mails_from, self._site.tags)

    @cached_property
    def subnets(self) -> DbSubnetGroup:
        """Where databases may be."""
        return DbSubnetGroup(self._site.named("private"), "Private subnets", self._network.private, self._site.tags)

    @cached_property
    def database(self) -> Database:
        """MySQL."""
        asked, named, tags = self._environment.database, self._site.named, self._site.tags
        parameters = {**UTF8, "require_secure_transport": "1" if asked.require_tls else "0"}
        return Database(
            named("mysql"),
            MYSQL_VERSION,
            asked.instance_class,
            asked.storage_gb,
            asked.storage_max_gb,
            asked.multi_az,
            asked.backup_days,
            self.subnets,
            DbParameterGroup(named("mysql84"), f"mysql{MYSQL_VERSION}", parameters, tags),
            (self._network.groups.database,),
            tags,
        )

    @cached_property
    def documents(self) -> DocumentCluster | None:
        """DocumentDB, if there is one."""
        group = self._network.groups.documentdb
        if group is None:
            return None
        asked = self._environment.documentdb_cluster
        name = self._site.named("documents")
        return DocumentCluster(name, DOCUMENTDB_VERSION, asked.backup_days, self.subnets, (group,), self._site.tags)

    @property
    def document_instances(self) -> list[DocumentInstance]:
        """The machines of DocumentDB."""
        if self.documents is None:
            return []
        asked = self._environment.documentdb_cluster
        return [
            DocumentInstance(f"{self.documents.name}-{number}", self.documents, asked.instance_class, self._site.tags)
            for number in range(1, asked.instances + 1)
        ]

    def _bucket(self, name: str, *rules: dict[str, Any], origins: tuple[str, ...] = ()) -> Bucket:
        retention = self._environment.retention
        everything = {"Filter": {"Prefix": ""}}
        uploads = _rule(
            "uploads", **everything, AbortIncompleteMultipartUpload={"DaysAfterInitiation": retention.uploads_days}
        )
        versions = _rule(
            "versions", **everything, NoncurrentVersionExpiration={"NoncurrentDays": retention.versions_days}
        )
        return Bucket(self._site.bucket(name), self._site.tags, (uploads, versions, *rules), origins)


def _rule(name: str, **rest: Any) -> dict[str, Any]:
    return {"ID": name, "Status": "Enabled", **rest}
