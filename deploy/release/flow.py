"""
A release on its way to every machine, and back again when machines do not get well.

What is about to happen is written down before it does (`Roll`), with how everything was before. A run that was broken
off is gone on with, or undone, by that.
"""

from collections.abc import Callable

from deploy.cloud import Cloud
from deploy.errors import DeployError
from deploy.processes import processes
from deploy.release.health import Health
from deploy.release.machines import Group, read_groups
from deploy.release.migration import MigrationFailed, migrate
from deploy.release.releases import Before, Outcome, Releases, Roll, State
from deploy.release.rolling import NeverWell, Rolling
from deploy.resource import Found, look
from deploy.resources.launch_template import LaunchTemplate, set_default, set_release

FIRST = "web"  # the tier whose first machine migrates where there is none yet
ORDER = ("worker", "mapreduce", "consumer", "listener", "beat", "web")  # who works before who asks for work

Say = Callable[[str], None]


class ReleaseFailed(DeployError):
    """The machines run what they ran before."""


class NotApplied(DeployError):
    """There is nothing to release to."""


class RollGoesOn(DeployError):
    """A release was broken off, or somebody is at it."""


class NothingEarlier(DeployError):
    """There is no release to go back to."""


class Flow:
    """Brings releases to the machines of an environment."""

    def __init__(self, cloud: Cloud, health: Health, say: Say = print) -> None:
        self._cloud = cloud
        self._say = say
        self._releases = Releases(cloud)
        self._rolling = Rolling(cloud, health, say)
        self._tiers = cloud.site.environment.tiers.each()

    def release(self, name: str, *, migrates: bool = True) -> None:
        """
        Bring a release to every machine.

        :raises ReleaseFailed: if machines do not get well; they run again what they ran before.
        :raises RollGoesOn: if another one is on its way.
        """
        self._releases.get(name)
        state = self._releases.state()
        if state.rolling:
            raise RollGoesOn(
                f"Release {state.rolling.to} has been on its way since {state.rolling.began_at:%d %B %H:%M} UTC. "
                "If nobody is at it: `release --resume` goes on with it, `rollback` undoes it."
            )
        state.rolling = Roll(to=name, began_at=self._cloud.now(), before=self._before(), migrated=not migrates)
        self._releases.save(state)
        self._carry_out(state, state.rolling)

    def resume(self) -> None:
        """Go on with what was broken off. :raises RollGoesOn: if nothing was."""
        state = self._releases.state()
        if state.rolling is None:
            raise RollGoesOn(f"No release was broken off; {state.live or 'none'} is live.")
        self._carry_out(state, state.rolling)

    def rollback(self, name: str = "") -> str:
        """
        Go back to a release, or to the one before; where one was broken off, to what was before that. Give its name.

        The database stays as it is: old code runs on a newer schema.

        :raises NothingEarlier: if there is none.
        """
        state = self._releases.state()
        if state.rolling:
            self._undo(state, state.rolling, "undone by hand")
            if not name or name == state.live:
                return state.live
        target = name or next(iter(state.earlier), "")
        if not target:
            raise NothingEarlier("No earlier release was ever live. Release something else instead.")
        self.release(target, migrates=False)
        return target

    def _carry_out(self, state: State, roll: Roll) -> None:
        self._say(f"Release {roll.to}")
        try:
            if not roll.migrated:
                self._migrate(roll)
                roll.migrated = True
                self._releases.save(state)
            for tier in ORDER:
                self._roll(tier, roll)
        except (NeverWell, MigrationFailed) as error:
            self._say(f"{error}\nGoing back.")
            self._undo(state, roll, str(error))
            raise ReleaseFailed(
                f"Release {roll.to} failed: {error}\nThe machines run {self._releases.state().live or 'nothing'} again."
            ) from None
        self._finish(state, Outcome(release=roll.to, ended_at=self._cloud.now(), result="live"))
        self._say(f"Release {roll.to} is live.")

    def _roll(self, tier: str, roll: Roll) -> None:
        template, wanted = self._with_release(tier, roll.to), self._tiers[tier]
        desired = max(roll.before[tier].desired, wanted.minimum)
        self._rolling.roll(template.name, template.attributes["version"], desired)
        self._rolling.settle(template.name, wanted.minimum, wanted.maximum)

    def _undo(self, state: State, roll: Roll, words: str) -> None:
        for tier in reversed(ORDER):
            template, version = self._template(tier), roll.before[tier].template_version
            if template.attributes["default"] != version:
                set_default(self._cloud, template.id, version)
        for tier in reversed(ORDER):
            before, name = roll.before[tier], self._cloud.site.named(tier)
            if before.minimum < self._group(tier).minimum:
                self._rolling.settle(name, before.minimum, before.maximum)
            self._rolling.roll(name, before.version, before.desired)
            self._rolling.settle(name, before.minimum, before.maximum)
        self._finish(state, Outcome(release=roll.to, ended_at=self._cloud.now(), result="failed", words=words))

    def _finish(self, state: State, outcome: Outcome) -> None:
        state.rolling = None
        state.outcomes.append(outcome)
        self._releases.save(state)

    def _migrate(self, roll: Roll) -> None:
        """Migrate on a machine that is there; on the first of the new release where there is none."""
        machine = self._any_machine()
        if not machine:
            template = self._with_release(FIRST, roll.to)
            self._rolling.roll(template.name, template.attributes["version"], 1)
            machine = self._any_machine()
        migrate(self._cloud, machine, roll.to, self._say)

    def _any_machine(self) -> str:
        machines = [machine for group in read_groups(self._cloud) for machine in group.machines if machine.well]
        return next((machine.id for machine in machines), "")

    def _before(self) -> dict[str, Before]:
        return {tier: _before(self._template(tier), self._group(tier)) for tier in processes()}

    def _with_release(self, tier: str, release: str) -> Found:
        """Let the new machines of a tier run a release."""
        template = self._template(tier)
        if template.attributes["release"] == release:
            return template
        set_release(self._cloud, template, release)
        return self._template(tier)

    def _template(self, tier: str) -> Found:
        name = self._cloud.site.named(tier)
        template = look(LaunchTemplate, self._cloud, name)
        if template is None:
            raise NotApplied(f"There is no launch template {name}. Run apply first.")
        return template

    def _group(self, tier: str) -> Group:
        name = self._cloud.site.named(tier)
        found = read_groups(self._cloud, name)
        if not found:
            raise NotApplied(f"There is no group {name}. Run apply first.")
        return found[0]


def _before(template: Found, group: Group) -> Before:
    marks = template.attributes
    return Before(
        template_version=marks["default"],
        version=marks["version"],
        release=marks["release"],
        minimum=group.minimum,
        maximum=group.maximum,
        desired=group.desired,
    )
