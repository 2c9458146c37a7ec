"""What a machine may finish before it goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from deploy.cloud import Cloud
from deploy.resource import Found, Known, Properties, Resource
from deploy.resources.auto_scaling_group import AutoScalingGroup, groups

HOOK = "drain"
SETTINGS = ("LifecycleTransition", "HeartbeatTimeout", "DefaultResult")


@dataclass(frozen=True)
class LifecycleHook(Resource):
    """A machine that is to go waits until it says that it is done, but no longer than `seconds`."""

    kind: ClassVar[str] = "lifecycle hook"

    group: AutoScalingGroup
    seconds: int

    @classmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        """Find the hooks of our groups, each called after its group."""
        for group in groups(cloud, name.rsplit(":", 1)[0] if name else None):
            group_name = group["AutoScalingGroupName"]
            hooks = cloud.client("autoscaling").describe_lifecycle_hooks(AutoScalingGroupName=group_name)
            for hook in hooks["LifecycleHooks"]:
                hook_name = hook["LifecycleHookName"]
                properties = {"Group": group_name, **{key: hook[key] for key in SETTINGS}}
                yield Found(f"{group_name}:{hook_name}", hook_name, properties)

    def wanted(self, known: Known) -> Properties:
        return {
            "Group": known.of(self.group),
            "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
            "HeartbeatTimeout": self.seconds,
            "DefaultResult": "CONTINUE",
        }

    def create(self, cloud: Cloud, wanted: Properties) -> None:
        _put(cloud, wanted)

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        _put(cloud, {**found.properties, **changed})

    @classmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        cloud.client("autoscaling").delete_lifecycle_hook(
            AutoScalingGroupName=found.properties["Group"], LifecycleHookName=found.id
        )


def _put(cloud: Cloud, properties: Properties) -> None:
    settings = {key: properties[key] for key in SETTINGS}
    cloud.client("autoscaling").put_lifecycle_hook(
        AutoScalingGroupName=properties["Group"], LifecycleHookName=HOOK, **settings
    )
