"""What a new machine of a tier is."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource, Tags
from deploy.resources.role import InstanceProfile
from deploy.resources.security_group import SecurityGroup
from deploy.resources.tags import as_dict, as_list, ec2_pages, ec2_set_tags, ec2_specification

RELEASE_TAG = "cloudapps-release"  # of machines, which read it from their metadata
VERSION_TAG = "cloudapps-version"  # of machines: what they were made from
ROOT_DEVICE = "/dev/xvda"  # of Amazon Linux
METADATA = {
    "HttpEndpoint": "enabled",
    "HttpTokens": "required",  # IMDSv2 alone
    "HttpPutResponseHopLimit": 1,
    "InstanceMetadataTags": "enabled",
}
DISK = {"VolumeType": "gp3", "Encrypted": True, "DeleteOnTermination": True}


@dataclass(frozen=True)
class LaunchTemplate(Resource):
    """
    A launch template. Its default version is what the group of the tier starts.

    Which release machines run is a tag of theirs, set by `set_release` and never here. No key pair: people come in by
    Session Manager.
    """

    kind: ClassVar[str] = "launch template"

    image: str  # or resolve:ssm: and a parameter that names the newest
    instance_type: str
    disk_gb: int
    profile: InstanceProfile
    groups: tuple[SecurityGroup, ...]
    user_data: str
    instance_tags: Tags
    tags: Tags

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        ec2 = cloud.client("ec2")
        for template in ec2_pages(cloud, "describe_launch_templates", "LaunchTemplates", name):
            template_id = template["LaunchTemplateId"]
            versions = ec2.describe_launch_template_versions(LaunchTemplateId=template_id, Versions=["$Default"])
            default = versions["LaunchTemplateVersions"][0]
            tags = as_dict(template["Tags"])
            properties = {**_properties(default["LaunchTemplateData"]), "Tags": tags}
            attributes = {**_marks(default["LaunchTemplateData"]), "default": str(default["VersionNumber"])}
            yield Found(tags["Name"], template_id, properties, attributes)

    def wanted(self, known: Known) -> Properties:
        return {
            "ImageId": self.image,
            "InstanceType": self.instance_type,
            "Disk": {**DISK, "VolumeSize": self.disk_gb},
            "InstanceProfile": known.of(self.profile),
            "SecurityGroupIds": sorted(known.of(group) for group in self.groups),
            "Metadata": METADATA,
            "Monitoring": True,  # each minute: what scales them looks as often
            "UserData": self.user_data,
            "InstanceTags": self.instance_tags,
            "Tags": {**self.tags, "Name": self.name},
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        tags = ec2_specification("launch-template", wanted["Tags"])
        cloud.client("ec2").create_launch_template(
            LaunchTemplateName=self.name, LaunchTemplateData=_data(wanted, ""), TagSpecifications=tags
        )

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        if changed.keys() - {"Tags"}:
            data = _data({**found.properties, **changed}, found.attributes["release"])
            set_default(cloud, found.id, _new_version(cloud, found.id, data, found.attributes["release"]))
        ec2_set_tags(cloud, found, changed)

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("ec2").delete_launch_template(LaunchTemplateId=found.id)


def set_release(cloud: Cloud, found: Found, release: str) -> None:
    """Let new machines run that release, by a new version."""
    set_default(cloud, found.id, _new_version(cloud, found.id, _data(found.properties, release), release))


def set_default(cloud: Cloud, template_id: str, version: str) -> None:
    """Make new machines from that version."""
    cloud.client("ec2").modify_launch_template(LaunchTemplateId=template_id, DefaultVersion=version)


def _new_version(cloud: Cloud, template_id: str, data: dict[str, Any], release: str) -> str:
    version = cloud.client("ec2").create_launch_template_version(
        LaunchTemplateId=template_id, LaunchTemplateData=data, VersionDescription=f"release {release or 'none'}"
    )
    return str(version["LaunchTemplateVersion"]["VersionNumber"])


def _data(properties: Properties, release: str) -> dict[str, Any]:
    """Write properties as EC2 wants them."""
    data: dict[str, Any] = {
        "ImageId": properties["ImageId"],
        "InstanceType": properties["InstanceType"],
        "BlockDeviceMappings": [{"DeviceName": ROOT_DEVICE, "Ebs": properties["Disk"]}],
        "IamInstanceProfile": {"Name": properties["InstanceProfile"]},
        "SecurityGroupIds": properties["SecurityGroupIds"],
        "MetadataOptions": properties["Metadata"],
        "Monitoring": {"Enabled": properties["Monitoring"]},
        "UserData": base64.b64encode(properties["UserData"].encode()).decode(),
    }
    tags = dict(properties["InstanceTags"])
    if release:
        tags[RELEASE_TAG] = release
    tags[VERSION_TAG] = hashlib.sha256(json.dumps([data, tags], sort_keys=True).encode()).hexdigest()[:12]
    volume = {"ResourceType": "volume", "Tags": as_list(properties["InstanceTags"])}
    data["TagSpecifications"] = [*ec2_specification("instance", tags), volume]
    return data


def _properties(data: Any) -> Properties:
    """Read what EC2 gives into properties."""
    disks: dict[str, Any] = {each["DeviceName"]: each.get("Ebs", {}) for each in data.get("BlockDeviceMappings", [])}
    marks = {RELEASE_TAG, VERSION_TAG}
    return {
        "ImageId": data.get("ImageId", ""),
        "InstanceType": data.get("InstanceType", ""),
        "Disk": disks.get(ROOT_DEVICE, {}),
        "InstanceProfile": data.get("IamInstanceProfile", {}).get("Name", ""),
        "SecurityGroupIds": sorted(data.get("SecurityGroupIds", [])),
        "Metadata": {key: value for key, value in data.get("MetadataOptions", {}).items() if key in METADATA},
        "Monitoring": data.get("Monitoring", {}).get("Enabled", False),
        "UserData": base64.b64decode(data.get("UserData", "")).decode(),
        "InstanceTags": {key: value for key, value in _instance_tags(data).items() if key not in marks},
    }


def _marks(data: Any) -> dict[str, str]:
    tags = _instance_tags(data)
    return {"release": tags.get(RELEASE_TAG, ""), "version": tags.get(VERSION_TAG, "")}


def _instance_tags(data: Any) -> Tags:
    found = (each["Tags"] for each in data.get("TagSpecifications", []) if each["ResourceType"] == "instance")
    return as_dict(next(found, []))
