"""What a service or a machine may do."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from deploy.cloud import Cloud, code_of
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.tags import as_dict, as_list

Document = dict[str, Any]
GONE = "NoSuchEntity"
POLICY = "may"  # the name of the one policy that a role has of its own


@dataclass(frozen=True)
class Role(Resource):
    """A role of IAM that a service takes on, with one policy of its own; any other is taken away."""

    kind: ClassVar[str] = "role"

    service: str
    policy: "Callable[[Known], Document]"
    tags: Tags
    uses: tuple[Resource, ...] = ()  # what the policy asks `known` for
    managed: tuple[str, ...] = ()  # ARNs of AWS's own policies

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        iam = cloud.client("iam")
        for role in _ours(cloud, "role", name):
            found_name = role["RoleName"]
            documents = (iam.get_role_policy(RoleName=found_name, PolicyName=each) for each in _inline(iam, found_name))
            properties = {
                "Trust": role["AssumeRolePolicyDocument"],
                "Policies": {each["PolicyName"]: each["PolicyDocument"] for each in documents},
                "Managed": _managed(iam, found_name),
                "Tags": as_dict(iam.list_role_tags(RoleName=found_name)["Tags"]),
            }
            yield Found(found_name, found_name, properties, {"arn": role["Arn"]})

    def wanted(self, known: Known) -> Properties:
        trust = {"Effect": "Allow", "Principal": {"Service": self.service}, "Action": "sts:AssumeRole"}
        return {
            "Trust": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": {POLICY: self.policy(known)},
            "Managed": sorted(self.managed),
            "Tags": self.tags,
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        trust, tags = json.dumps(wanted["Trust"]), as_list(wanted["Tags"])
        cloud.client("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument=trust, Tags=tags)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        iam, there, wanted = cloud.client("iam"), found.properties, {**found.properties, **changed}
        if "Trust" in changed:
            iam.update_assume_role_policy(RoleName=self.name, PolicyDocument=json.dumps(changed["Trust"]))
        for policy, document in wanted["Policies"].items():
            if there["Policies"].get(policy) != document:
                iam.put_role_policy(RoleName=self.name, PolicyName=policy, PolicyDocument=json.dumps(document))
        for policy in there["Policies"].keys() - wanted["Policies"].keys():
            iam.delete_role_policy(RoleName=self.name, PolicyName=policy)
        for arn in set(wanted["Managed"]) - set(there["Managed"]):
            iam.attach_role_policy(RoleName=self.name, PolicyArn=arn)
        for arn in set(there["Managed"]) - set(wanted["Managed"]):
            iam.detach_role_policy(RoleName=self.name, PolicyArn=arn)
        if tags := changed.get("Tags"):
            iam.tag_role(RoleName=self.name, Tags=as_list(tags))

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        iam = cloud.client("iam")
        for policy in found.properties["Policies"]:
            iam.delete_role_policy(RoleName=found.id, PolicyName=policy)
        for arn in found.properties["Managed"]:
            iam.detach_role_policy(RoleName=found.id, PolicyArn=arn)
        iam.delete_role(RoleName=found.id)


def _ours(cloud: Cloud, what: str, name: str | None) -> Iterator[Any]:
    """Walk over the roles or instance profiles of this environment; those are listed by account, and found by name."""
    iam, word = cloud.client("iam"), "".join(part.capitalize() for part in what.split("_"))
    if name:
        try:
            yield getattr(iam, f"get_{what}")(**{f"{word}Name": name})[word]
        except ClientError as error:
            if code_of(error) != GONE:
                raise
        return
    for page in iam.get_paginator(f"list_{what}s").paginate():
        yield from (each for each in page[f"{word}s"] if each[f"{word}Name"].startswith(cloud.site.prefix))


def _inline(iam: Any, name: str) -> list[str]:
    pages = iam.get_paginator("list_role_policies").paginate(RoleName=name)
    return [policy for page in pages for policy in page["PolicyNames"]]


def _managed(iam: Any, name: str) -> list[str]:
    pages = iam.get_paginator("list_attached_role_policies").paginate(RoleName=name)
    return sorted(policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"])


@dataclass(frozen=True)
class InstanceProfile(Resource):
    """What hands a role to machines; it has the role's name."""

    kind: ClassVar[str] = "instance profile"

    role: Role
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        for profile in _ours(cloud, "instance_profile", name):
            found_name = profile["InstanceProfileName"]
            role = next((role["RoleName"] for role in profile["Roles"]), "")
            yield Found(found_name, found_name, {"RoleName": role}, {"arn": profile["Arn"]})

    def wanted(self, known: Known) -> Properties:
        return {"RoleName": known.of(self.role)}

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        cloud.client("iam").create_instance_profile(InstanceProfileName=self.name, Tags=as_list(self.tags))

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        iam = cloud.client("iam")
        _take_role(iam, found)
        iam.add_role_to_instance_profile(InstanceProfileName=self.name, RoleName=changed["RoleName"])

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        iam = cloud.client("iam")
        _take_role(iam, found)
        iam.delete_instance_profile(InstanceProfileName=found.id)


def _take_role(iam: Any, found: Found) -> None:
    if role := found.properties["RoleName"]:
        iam.remove_role_from_instance_profile(InstanceProfileName=found.id, RoleName=role)
