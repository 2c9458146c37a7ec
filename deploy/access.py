"""Who may do what: a role for the machines of each tier, and two for EMR."""

from functools import cached_property, partial

from deploy.data import Data
from deploy.policies import EMR_SERVICE_POLICY, Policies
from deploy.processes import processes
from deploy.resource import Resource
from deploy.resources.role import InstanceProfile, Role
from deploy.site import Site

MACHINES = "ec2.amazonaws.com"


class Access:
    """The parts, by name."""

    def __init__(self, site: Site, data: Data) -> None:
        self._site = site
        self._databases = tuple(each for each in (data.database, data.documents) if each)
        buckets = {"media": data.media, "artifacts": data.artifacts, "emr_logs": data.emr_logs}
        self._policies = Policies(site, **{key: bucket.name for key, bucket in buckets.items()})

    def resources(self) -> list[Resource]:
        """List all of it."""
        emr = [self.emr_service, self.emr_machines] if self._site.environment.emr else []
        return [*self.tiers.values(), *emr]

    @cached_property
    def tiers(self) -> dict[str, InstanceProfile]:
        """What the machines of each process of the Procfile are started with."""
        return {name: self._profile(self._role_of_tier(name)) for name in processes()}

    @cached_property
    def emr_service(self) -> Role:
        """What EMR itself works with."""
        name, service = self._site.named("emr-service"), "elasticmapreduce.amazonaws.com"
        return Role(name, service, self._policies.emr_service, self._site.tags, managed=(EMR_SERVICE_POLICY,))

    @cached_property
    def emr_machines(self) -> InstanceProfile:
        """What a cluster's machines are started with."""
        name = self._site.named("emr-machines")
        return self._profile(Role(name, MACHINES, self._policies.emr_machines, self._site.tags))

    def _role_of_tier(self, name: str) -> Role:
        policy = partial(self._policies.tier, name, self._databases)
        return Role(self._site.named(name), MACHINES, policy, self._site.tags, uses=self._databases)

    def _profile(self, role: Role) -> InstanceProfile:
        return InstanceProfile(role.name, role, self._site.tags)
