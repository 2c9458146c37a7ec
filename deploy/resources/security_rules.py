"""What may reach a group, and what the group may reach."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource
from deploy.resources.security_group import SecurityGroup
from deploy.resources.tags import as_dict, ec2_pages

ALL = "-1"  # protocols, as EC2 writes it
DIRECTIONS = {"Ingress": "IpPermissions", "Egress": "IpPermissionsEgress"}


@dataclass(frozen=True)
class Rule:
    """TCP on one port, with a group or a block of addresses."""

    port: int
    peer: SecurityGroup | str


@dataclass(frozen=True)
class SecurityRules(Resource):
    """All rules of one group, whose name they have. A rule is a line like `tcp 3306 sg-0123`."""

    kind: ClassVar[str] = "security rules"

    group: SecurityGroup
    ingress: tuple[Rule, ...] = ()
    egress: tuple[Rule, ...] = ()

    @property
    def needs(self) -> Iterator[Resource]:
        yield self.group
        for rule in (*self.ingress, *self.egress):
            if isinstance(rule.peer, SecurityGroup):
                yield rule.peer

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        """Find the rules of groups that have any."""
        for group in ec2_pages(cloud, "describe_security_groups", "SecurityGroups", name):
            properties = {
                direction: sorted(line for permission in group[key] for line in _lines(permission))
                for direction, key in DIRECTIONS.items()
            }
            if any(properties.values()):
                yield Found(as_dict(group["Tags"])["Name"], group["GroupId"], {"Group": group["GroupId"], **properties})

    def wanted(self, known: Known) -> Properties:
        def lines(rules: Iterable[Rule]) -> list[str]:
            peers = ((rule.port, rule.peer if isinstance(rule.peer, str) else known.of(rule.peer)) for rule in rules)
            return sorted(f"tcp {port} {peer}" for port, peer in peers)

        return {"Group": known.of(self.group), "Ingress": lines(self.ingress), "Egress": lines(self.egress)}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        direction = "Ingress" if wanted["Ingress"] else "Egress"
        _call(cloud, "authorize", direction, wanted["Group"], wanted[direction])

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        for direction in DIRECTIONS.keys() & changed.keys():
            there, wanted = set(found.properties[direction]), set(changed[direction])
            _call(cloud, "authorize", direction, found.id, wanted - there)
            _call(cloud, "revoke", direction, found.id, there - wanted)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        for direction in DIRECTIONS:
            _call(cloud, "revoke", direction, found.id, found.properties[direction])


def _call(cloud: Cloud, verb: str, direction: str, group_id: str, lines: Iterable[str]) -> None:
    permissions = [_permission(line) for line in sorted(lines)]
    if permissions:
        change = getattr(cloud.client("ec2"), f"{verb}_security_group_{direction.lower()}")
        change(GroupId=group_id, IpPermissions=permissions)


def _lines(permission: Any) -> Iterator[str]:
    first, last = permission.get("FromPort"), permission.get("ToPort")
    ports = "all" if permission["IpProtocol"] == ALL else str(first) if first == last else f"{first}-{last}"
    peers = [
        *(each["CidrIp"] for each in permission.get("IpRanges", [])),
        *(each["CidrIpv6"] for each in permission.get("Ipv6Ranges", [])),
        *(each["PrefixListId"] for each in permission.get("PrefixListIds", [])),
        *(each["GroupId"] for each in permission.get("UserIdGroupPairs", [])),
    ]
    yield from (f"{permission['IpProtocol']} {ports} {peer}" for peer in peers)


def _permission(line: str) -> dict[str, Any]:
    """Write a line as EC2 wants it."""
    protocol, ports, peer = line.split(" ")
    found: dict[str, Any] = {"IpProtocol": protocol}
    if ports != "all":
        first, _, last = ports.partition("-") if not ports.startswith("-") else (ports, "", "")
        found |= {"FromPort": int(first), "ToPort": int(last or first)}
    if peer.startswith("sg-"):
        return found | {"UserIdGroupPairs": [{"GroupId": peer}]}
    if peer.startswith("pl-"):
        return found | {"PrefixListIds": [{"PrefixListId": peer}]}
    if ":" in peer:
        return found | {"Ipv6Ranges": [{"CidrIpv6": peer}]}
    return found | {"IpRanges": [{"CidrIp": peer}]}
