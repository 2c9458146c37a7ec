"""
Puts new machines in the place of old ones: first new ones come and are well, then as many old ones go.

Nothing is remembered: each step looks at the group, so that a run that was broken off is simply begun again. At every
moment as many machines are well as were wanted before.
"""

from collections.abc import Callable
from math import ceil

from deploy.cloud import Cloud
from deploy.errors import DeployError
from deploy.release.health import WELL, Health
from deploy.release.machines import Group, Machine, read_groups
from deploy.resources.auto_scaling_group import set_limits

SHARE = 1 / 3  # of a group that is replaced at once
POLL_SECONDS = 10.0
PATIENCE_SECONDS = 900.0  # for a batch to get well, from an empty disk on
SCALING = ["AlarmNotification"]  # rests meanwhile: it would take away what was just added

Say = Callable[[str], None]


class NeverWell(DeployError):
    """New machines do not get well."""


class Rolling:
    """Rolls groups."""

    def __init__(self, cloud: Cloud, health: Health, say: Say = print) -> None:
        self._cloud = cloud
        self._autoscaling = cloud.client("autoscaling")
        self._health = health
        self._say = say

    def roll(self, name: str, version: str, desired: int) -> None:
        """
        Replace the machines of a group that were not made from `version`, and leave `desired` of them.

        :raises NeverWell: if new ones do not get well in time; both old and new ones are there then.
        """
        batch = max(1, ceil(desired * SHARE))
        while True:
            group, old, new = self._look(name, version)
            well = self._well(group, new)
            if not old and len(well) >= desired:
                break
            if set(SCALING) - set(group.suspended):
                self._autoscaling.suspend_processes(AutoScalingGroupName=name, ScalingProcesses=SCALING)
            if surplus := old[: max(0, len(old) + len(well) - desired)]:
                self._end(surplus)
            else:
                wave = min(desired, len(well) + batch)
                self._grow(group, len(old) + max(len(new), wave))
                self._await_well(name, version, wave)
        self._end(new[desired:])  # what a run that was broken off left

    def settle(self, name: str, minimum: int, maximum: int) -> None:
        """Set the limits of a group, and let it scale again."""
        (group,) = read_groups(self._cloud, name)
        if (group.minimum, group.maximum) != (minimum, maximum):
            set_limits(self._cloud, name, minimum, maximum)
        if group.suspended:
            self._autoscaling.resume_processes(AutoScalingGroupName=name, ScalingProcesses=SCALING)

    def _look(self, name: str, version: str) -> tuple[Group, list[Machine], list[Machine]]:
        (group,) = read_groups(self._cloud, name)
        old = [machine for machine in group.machines if machine.version != version]
        return group, old, [machine for machine in group.machines if machine.version == version]

    def _well(self, group: Group, machines: list[Machine]) -> list[Machine]:
        words = self._health.of(group, machines)
        return [machine for machine in machines if words[machine.id] == WELL]

    def _grow(self, group: Group, total: int) -> None:
        if total <= group.desired:
            return
        if total > group.maximum:
            set_limits(self._cloud, group.name, group.minimum, total)
        self._say(f"  {group.name}: {group.desired} → {total} machines")
        self._autoscaling.set_desired_capacity(
            AutoScalingGroupName=group.name, DesiredCapacity=total, HonorCooldown=False
        )

    def _end(self, machines: list[Machine]) -> None:
        for machine in machines:
            self._say(f"  ends {machine.id} (release {machine.release or 'none'})")
            self._autoscaling.terminate_instance_in_auto_scaling_group(
                InstanceId=machine.id, ShouldDecrementDesiredCapacity=True
            )

    def _await_well(self, name: str, version: str, count: int) -> None:
        waited, told = 0.0, ""
        while True:
            group, _, new = self._look(name, version)
            words = self._health.of(group, new)
            well = sum(word == WELL for word in words.values())
            if well >= count:
                self._say(f"  {name}: {well} new ones are well")
                return
            lacking = _lacking(words) or "they have not started"
            if lacking != told:
                self._say(f"  {name}: {well} of {count} new ones are well; {lacking}")
                told = lacking
            if waited >= PATIENCE_SECONDS:
                raise NeverWell(f"{name}: after {waited / 60:.0f} minutes {well} of {count} are well; {lacking}")
            self._cloud.sleep(POLL_SECONDS)
            waited += POLL_SECONDS


def _lacking(words: dict[str, str]) -> str:
    return ", ".join(f"{machine}: {word}" for machine, word in sorted(words.items()) if word != WELL)
