"""The security groups of an environment: the world reaches the load balancer, and nothing else."""

from functools import cached_property

from deploy.processes import processes
from deploy.resource import Resource
from deploy.resources.security_group import SecurityGroup
from deploy.resources.security_rules import Rule, SecurityRules
from deploy.resources.vpc import Vpc
from deploy.site import Site

WORLD = "0.0.0.0/0"
HTTP, HTTPS = 80, 443
WEB_PORT = 8000  # where gunicorn listens
MYSQL_PORT = 3306
MONGODB_PORT = 27017


class Groups:
    """The groups, by name."""

    def __init__(self, site: Site, vpc: Vpc) -> None:
        self._site = site
        self._vpc = vpc

    def resources(self) -> list[Resource]:
        """List the groups and their rules."""
        tiers = [self._rules_of_tier(name) for name in self.tiers]
        return [self._rules_of_load_balancer(), *tiers, *self._rules_of_data()]

    @cached_property
    def load_balancer(self) -> SecurityGroup:
        """What the world reaches."""
        return self._group("load-balancer", "The load balancer, open to the world")

    @cached_property
    def tiers(self) -> dict[str, SecurityGroup]:
        """The machines of each process of the Procfile."""
        return {name: self._group(name, f"Machines that run {name}") for name in processes()}

    @cached_property
    def database(self) -> SecurityGroup:
        """MySQL."""
        return self._group("database", "MySQL, for the machines alone")

    @cached_property
    def documentdb(self) -> SecurityGroup | None:
        """DocumentDB, if there is one."""
        if not self._site.environment.documentdb:
            return None
        return self._group("documentdb", "DocumentDB, for the machines alone")

    @cached_property
    def endpoints(self) -> SecurityGroup | None:
        """The endpoints of AWS's services, where they are the only way out."""
        if self._site.environment.nat != "endpoints":
            return None
        return self._group("endpoints", "Endpoints of services, for the machines alone")

    def _group(self, name: str, description: str) -> SecurityGroup:
        return SecurityGroup(self._site.named(name), self._vpc, description, self._site.tags)

    def _rules_of_load_balancer(self) -> SecurityRules:
        ingress = tuple(Rule(port, WORLD) for port in (HTTP, HTTPS))
        return _rules(self.load_balancer, ingress, (Rule(WEB_PORT, self.tiers["web"]),))

    def _rules_of_tier(self, name: str) -> SecurityRules:
        """Let out what machines need: AWS and feeds by HTTPS, and the databases."""
        egress = [Rule(HTTPS, WORLD), Rule(MYSQL_PORT, self.database)]
        if self.documentdb:
            egress.append(Rule(MONGODB_PORT, self.documentdb))
        elif self._site.environment.atlas:
            egress.append(Rule(MONGODB_PORT, WORLD))
        ingress = (Rule(WEB_PORT, self.load_balancer),) if name == "web" else ()
        return _rules(self.tiers[name], ingress, tuple(egress))

    def _rules_of_data(self) -> list[SecurityRules]:
        reached = [(self.database, MYSQL_PORT), (self.documentdb, MONGODB_PORT), (self.endpoints, HTTPS)]
        return [
            _rules(group, tuple(Rule(port, tier) for tier in self.tiers.values()), ())
            for group, port in reached
            if group is not None
        ]


def _rules(group: SecurityGroup, ingress: tuple[Rule, ...], egress: tuple[Rule, ...]) -> SecurityRules:
    return SecurityRules(group.name, group, ingress, egress)
