"""An environment in an account: how things are named there, the same at every run, so that a second finds them."""

from dataclasses import dataclass

from deploy.environment import Environment

PRODUCT = "cloudapps"
ENVIRONMENT_TAG = "cloudapps-environment"


@dataclass(frozen=True)
class Site:
    """Where an environment is, and its names."""

    environment: Environment
    account: str

    @property
    def region(self) -> str:
        """The region's name."""
        return self.environment.region

    @property
    def prefix(self) -> str:
        """What every name begins with, and the queues' too (the setting QUEUE_PREFIX)."""
        return f"{PRODUCT}-{self.environment.name}-"

    @property
    def path(self) -> str:
        """Where parameters and logs are kept, like /cloudapps/production."""
        return f"/{PRODUCT}/{self.environment.name}"

    @property
    def tags(self) -> dict[str, str]:
        """What all that is ours is tagged with."""
        return {ENVIRONMENT_TAG: self.environment.name}

    def named(self, name: str) -> str:
        """Name a thing of this environment, like cloudapps-production-web."""
        return f"{self.prefix}{name}"

    def bucket(self, name: str) -> str:
        """Name a bucket, which must differ from all others in the world."""
        return f"{self.prefix}{name}-{self.account}-{self.region}"

    def arn(self, service: str, rest: str) -> str:
        """Give the address of a thing in this region, as policies write it."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def global_arn(self, service: str, rest: str) -> str:
        """Give the address of a thing that has no region."""
        return f"arn:aws:{service}::{self.account}:{rest}"
