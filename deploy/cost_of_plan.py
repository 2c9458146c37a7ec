"""What an environment costs a month as it is in AWS, and as it will be after a plan."""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.cost import Estimate, estimate
from deploy.environment import Environment, Tiers
from deploy.plan import Plan, Step
from deploy.prices import Prices
from deploy.resource import Properties, Resource
from deploy.resources.auto_scaling_group import AutoScalingGroup
from deploy.resources.database import Database
from deploy.resources.document_cluster import DocumentInstance
from deploy.resources.launch_template import LaunchTemplate
from deploy.resources.load_balancer import LoadBalancer
from deploy.resources.nat_gateway import NatGateway
from deploy.site import Site
from deploy.usage import Usage

Stated = Mapping[str, Mapping[str, Properties]]  # by kind and name
NATS = {0: "endpoints", 1: "gateway", 2: "gateways"}


def cost_lines(site: Site, plan: Plan, prices: Prices) -> Iterator[str]:
    """Say what a month costs before and after."""
    before = _cost(site, _stated(plan, _is_there), prices)
    after = _cost(site, _stated(plan, _will_be), prices)
    yield f"A month costs ${before:,.2f} before and ${after:,.2f} after, by list prices and the use that cost assumes."
    released = estimate(site.environment, {}, Usage(), prices).dollars
    if after < released and not any(_counts(site, _stated(plan, _will_be)).values()):
        yield f"No machine runs before the first release; then it is ${released:,.2f} with each tier at its minimum."


def _is_there(step: Step) -> Properties | None:
    return step.found.properties if step.found else None


def _will_be(step: Step) -> Properties | None:
    if step.resource:
        return step.wanted
    return step.found.properties if step.found and step.kind.holds_data else None


def _stated(plan: Plan, properties_of: Any) -> Stated:
    stated: dict[str, dict[str, Properties]] = {}
    for step in plan.steps:
        properties = properties_of(step)
        if properties:
            stated.setdefault(step.kind.kind, {})[step.name] = properties
    return stated


def _cost(site: Site, stated: Stated, prices: Prices) -> float:
    """Estimate what is stated; what an environment is used for counts once there is a load balancer."""
    environment = _as_stated(site, stated)
    shown = estimate(environment, _counts(site, stated), Usage(), prices)
    missing = {
        "database": not _of(stated, Database),
        "documentdb": not _of(stated, DocumentInstance),
        **dict.fromkeys(("load balancer", "messages", "watching", "storage"), not _of(stated, LoadBalancer)),
        "clusters": not any(_counts(site, stated).values()),
        "network": not _of(stated, LoadBalancer),
    }
    return Estimate(tuple(line for line in shown.lines if not missing.get(line.part))).dollars


def _of(stated: Stated, kind: type[Resource]) -> Mapping[str, Properties]:
    return stated.get(kind.kind, {})


def _counts(site: Site, stated: Stated) -> dict[str, float]:
    groups = _of(stated, AutoScalingGroup)
    return {name: groups.get(site.named(name), {}).get("MinSize", 0) for name in Tiers.model_fields}


def _as_stated(site: Site, stated: Stated) -> Environment:
    environment = site.environment
    documents = list(_of(stated, DocumentInstance).values())
    cluster = {"instances": len(documents), **_class_of(documents)}
    return environment.model_copy(
        update={
            "tiers": environment.tiers.model_copy(update=dict(_tiers(site, stated))),
            "database": environment.database.model_copy(update=_database(stated)),
            "documentdb": bool(documents),
            "documentdb_cluster": environment.documentdb_cluster.model_copy(update=cluster),
            "nat": NATS[min(len(_of(stated, NatGateway)), 2)],
        }
    )


def _tiers(site: Site, stated: Stated) -> Iterator[tuple[str, Any]]:
    templates = _of(stated, LaunchTemplate)
    for name, tier in site.environment.tiers.each().items():
        if template := templates.get(site.named(name)):
            size = {"instance_type": template["InstanceType"], "disk_gb": template["Disk"]["VolumeSize"]}
            yield name, tier.model_copy(update=size)


def _database(stated: Stated) -> dict[str, Any]:
    for properties in _of(stated, Database).values():
        zones = {"multi_az": properties["MultiAZ"], "storage_gb": properties["AllocatedStorage"]}
        return {**zones, **_class_of([properties])}
    return {}


def _class_of(instances: list[Properties]) -> dict[str, Any]:
    return {"instance_class": instances[0]["DBInstanceClass"]} if instances else {}
