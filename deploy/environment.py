"""An environment, as its file describes it: every key has a default but `domain`. `environment_file` reads it."""

from ipaddress import IPv4Network
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

REGION = r"^[a-z]{2}(-[a-z]+)+-\d$"
HOST_NAME = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$"
MAIL_ADDRESS = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
INSTANCE_TYPE = r"^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge|metal)$"
VPC_PREFIX_LENGTH = 16

InstanceType = Annotated[str, Field(pattern=INSTANCE_TYPE, examples=["t4g.medium"])]
Count = Annotated[int, Field(ge=0, le=500)]


class Section(BaseModel):
    """A part of the file, which takes no key that we do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Tier(Section):
    """The machines of one process of the Procfile."""

    instance_type: InstanceType = "t4g.medium"
    minimum: Count = 1
    maximum: Annotated[int, Field(ge=1, le=500)] = 4
    spot: bool = False
    scale_to_zero: bool = False
    disk_gb: Annotated[int, Field(ge=8, le=1000)] = 20
    requests_per_minute: Annotated[int, Field(ge=1)] = 6600  # that a machine of web should get; see `simulate`
    backlog: Annotated[int, Field(ge=1)] = 20  # messages that may wait for each machine of those that serve queues

    @model_validator(mode="after")
    def _are_in_order(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum} is above maximum {self.maximum}; lower one or raise the other")
        if self.minimum == 0 and not self.scale_to_zero:
            raise ValueError("minimum is 0; write scale_to_zero = true if no machine at all is meant, or minimum = 1")
        return self


class Tiers(Section):
    """One for each process of the Procfile."""

    web: Tier = Tier(minimum=2, maximum=6)
    worker: Tier = Tier(spot=True)
    mapreduce: Tier = Tier(instance_type="t4g.small", maximum=2)
    consumer: Tier = Tier(spot=True)
    listener: Tier = Tier(instance_type="t4g.small", maximum=2)
    beat: Tier = Tier(instance_type="t4g.small", maximum=2)

    @model_validator(mode="before")
    @classmethod
    def _begin_with_defaults(cls, given: Any) -> Any:
        """Let a tier that says one thing keep its other defaults, rather than those of any tier."""
        if not isinstance(given, dict):
            return given
        usual = {name: field.default.model_dump() for name, field in cls.model_fields.items()}
        return {
            name: {**usual[name], **tier} if name in usual and isinstance(tier, dict) else tier
            for name, tier in given.items()
        }

    def each(self) -> dict[str, Tier]:
        """Give the tiers by their names."""
        return {name: getattr(self, name) for name in type(self).model_fields}


class Database(Section):
    """MySQL on RDS."""

    instance_class: Annotated[str, Field(pattern=r"^db\.[a-z0-9]+\.[a-z0-9]+$", examples=["db.t4g.medium"])] = (
        "db.t4g.medium"
    )
    storage_gb: Annotated[int, Field(ge=20, le=65_536)] = 50
    storage_max_gb: Annotated[int, Field(ge=20, le=65_536)] = 500
    multi_az: bool = True
    backup_days: Annotated[int, Field(ge=1, le=35)] = 7
    require_tls: bool = False

    @model_validator(mode="after")
    def _may_grow(self) -> Self:
        if self.storage_max_gb < self.storage_gb * 1.1:
            raise ValueError("storage_max_gb must be at least a tenth above storage_gb: RDS refuses less")
        return self


class DocumentDb(Section):
    """The cluster that `documentdb = true` makes."""

    instance_class: Annotated[str, Field(pattern=r"^db\.[a-z0-9]+\.[a-z0-9]+$", examples=["db.t4g.medium"])] = (
        "db.t4g.medium"
    )
    instances: Annotated[int, Field(ge=1, le=16)] = 2
    backup_days: Annotated[int, Field(ge=1, le=35)] = 7


class Retention(Section):
    """For how many days things are kept."""

    raw_posts_days: Annotated[int, Field(ge=1, le=3650)] = 365
    versions_days: Annotated[int, Field(ge=1, le=3650)] = 30  # earlier versions of objects, and deleted ones
    uploads_days: Annotated[int, Field(ge=1, le=30)] = 2  # that were begun and not completed
    logs_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] = 30  # what CloudWatch takes
    emr_logs_days: Annotated[int, Field(ge=1, le=3650)] = 14


class Alarms(Section):
    """When somebody is told, and who."""

    mail: Annotated[str, Field(pattern=MAIL_ADDRESS, examples=["ops@example.org"])] | None = None
    queue_age_seconds: Annotated[int, Field(ge=60, le=86_400)] = 600


class Environment(Section):
    """All of it. `name` is the file's."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{1,15}$", examples=["production"])]
    domain: Annotated[str, Field(pattern=HOST_NAME, max_length=253, examples=["cloudapps.example.org"])]
    region: Annotated[str, Field(pattern=REGION, examples=["eu-central-1"])] = "eu-central-1"
    mail_domain: Annotated[str, Field(pattern=HOST_NAME, max_length=253, examples=["example.org"])] | None = None
    network: str = "10.20.0.0/16"
    nat: Literal["gateway", "gateways", "endpoints"] = "gateway"
    emr: bool = True
    documentdb: bool = False
    atlas: bool = False  # MONGODB_URI, which is kept as a secret, leads out of AWS
    tiers: Tiers = Tiers()
    database: Database = Database()
    documentdb_cluster: DocumentDb = DocumentDb()
    retention: Retention = Retention()
    alarms: Alarms = Alarms()
    settings: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")], str] = Field(default_factory=dict)

    @field_validator("network")
    @classmethod
    def _is_private(cls, network: str) -> str:
        parsed = IPv4Network(network)
        if parsed.prefixlen != VPC_PREFIX_LENGTH or not parsed.is_private:
            raise ValueError("must be a private network of 65,536 addresses, such as 10.20.0.0/16")
        return network

    @field_validator("settings")
    @classmethod
    def _hold_no_secret(cls, settings: dict[str, str]) -> dict[str, str]:
        for name in settings:
            if name.endswith(("_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "_URI")) or name in {
                "DATABASE_URL",
                "EMAIL_URL",
            }:
                raise ValueError(f"{name} is a secret, which does not belong in a file: see docs/operations.md")
        return settings

    @property
    def mails_from(self) -> str:
        """The domain that mail comes from."""
        return self.mail_domain or self.domain

    @property
    def zones(self) -> tuple[str, str]:
        """The two availability zones."""
        return f"{self.region}a", f"{self.region}b"
