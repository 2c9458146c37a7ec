"""Which machines are well."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from deploy.cloud import Cloud
from deploy.release.machines import Group, Machine

SILENT_AFTER = timedelta(seconds=60)  # processes beat every 15 seconds
STEADY_AFTER = timedelta(seconds=30)  # a process that dies again and again never gets so old
WELL = "well"
FOR_THE_GROUP = {"Pending": "starts", "InService": "ill for its group"}


class Health(Protocol):
    """Says how machines are."""

    def of(self, group: Group, machines: Iterable[Machine]) -> dict[str, str]:
        """Give for each machine's id `WELL`, or in words what it lacks."""


class AwsHealth:
    """
    Asks AWS, and the board on which each process says how it does.

    Who is behind a load balancer is well when that says so; any other machine when its process has beaten for a while.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def of(self, group: Group, machines: Iterable[Machine]) -> dict[str, str]:
        """See `Health`."""
        asked = list(machines)
        targets = self._targets(group, [machine.id for machine in asked])
        component = group.name.removeprefix(self._cloud.site.prefix)
        beats = {} if group.target_groups or not asked else self.beats(component)
        return {machine.id: self._of(machine, group, targets, beats) for machine in asked}

    def _of(self, machine: Machine, group: Group, targets: dict[str, str], beats: dict[str, Any]) -> str:
        if not machine.well:
            return FOR_THE_GROUP.get(machine.lifecycle, machine.lifecycle)
        if group.target_groups:
            return targets.get(machine.id, "not yet behind the load balancer")
        beat = beats.get(machine.host)
        if beat is None or datetime.fromisoformat(beat["started_at"]) < machine.launched_at:
            return "its process says nothing"
        at, started_at = (datetime.fromisoformat(beat[key]) for key in ("at", "started_at"))
        if beat["release"] != machine.release:
            return f"its process runs release {beat['release'] or '(none)'}"
        if self._cloud.now() - at > SILENT_AFTER:
            return f"its process has said nothing since {at:%H:%M:%S}"
        return WELL if at - started_at >= STEADY_AFTER else "its process has just started"

    def beats(self, component: str) -> dict[str, Any]:
        """Read the last beat of each machine's process, by the machine's name for itself."""
        query = (
            self._cloud.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self._cloud.site.named("status"),
                KeyConditionExpression="component = :component",
                ExpressionAttributeValues={":component": {"S": component}},
            )
        )
        last: dict[str, Any] = {}
        for item in [item for page in query for item in page["Items"]]:
            beat = {key: next(iter(value.values())) for key, value in item.items()}
            host = beat["instance"].partition(":")[0].partition(".")[0]
            if host not in last or last[host]["at"] < beat["at"]:
                last[host] = beat
        return last

    def _targets(self, group: Group, ids: list[str]) -> dict[str, str]:
        """Ask every target group; a machine is as well as it is for the one that likes it least."""
        found: dict[str, str] = {}
        for arn in group.target_groups if ids else ():
            targets = [{"Id": machine_id} for machine_id in ids]
            answer = self._cloud.client("elbv2").describe_target_health(TargetGroupArn=arn, Targets=targets)
            for each in answer["TargetHealthDescriptions"]:
                health = each["TargetHealth"]
                words = WELL if health["State"] == "healthy" else health.get("Description", health["State"])
                if words != WELL or each["Target"]["Id"] not in found:
                    found[each["Target"]["Id"]] = words
        return found
