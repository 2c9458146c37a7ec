"""What would be done: for each resource whether it is to be created, changed or kept, and what is to be deleted."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from deploy.cloud import Cloud
from deploy.difference import Change, changes
from deploy.errors import DeployError
from deploy.resource import Found, Known, Properties, Resource, by_name, in_order


class Action(StrEnum):
    """What happens to a resource; the value is its sign in a plan."""

    CREATE = "+"
    CHANGE = "~"
    DELETE = "-"
    KEEP = "="


WORDS = {Action.CREATE: "create", Action.CHANGE: "change", Action.DELETE: "delete", Action.KEEP: "keep"}


class CannotChange(DeployError):
    """The file asks for what AWS does not do to a thing that is there."""


@dataclass(frozen=True)
class Step:
    """One resource, and what happens to it."""

    action: Action
    kind: type[Resource]
    name: str
    resource: Resource | None = None  # None when it is deleted
    found: Found | None = None  # None when nothing is there
    wanted: Properties = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    note: str = ""

    def lines(self) -> Iterator[str]:
        """Say it, with a line for each property that matters."""
        yield f"{self.action} {self.kind.kind} {self.name}{self.note and f'  ({self.note})'}"
        if self.action is Action.CREATE:
            yield from (f"      {key}: {value}" for key, value in self.wanted.items() if key != "Tags")
        yield from (f"      {change}" for change in self.changes)


@dataclass(frozen=True)
class Plan:
    """All steps, in the order in which they are done."""

    steps: tuple[Step, ...]

    @property
    def pending(self) -> tuple[Step, ...]:
        """The steps that do something."""
        return tuple(step for step in self.steps if step.action is not Action.KEEP)

    @property
    def is_empty(self) -> bool:
        """Whether all is as it should be."""
        return not self.pending

    def lines(self) -> Iterator[str]:
        """Say what is pending, and a summary."""
        for step in self.pending:
            yield from step.lines()
        count = Counter(step.action for step in self.steps)
        if self.is_empty:
            yield f"The plan is empty: all {count[Action.KEEP]} resources are as they should be."
        else:
            yield "Plan: " + ", ".join(f"{count[action]} to {word}" for action, word in WORDS.items())


def make_plan(cloud: Cloud, resources: list[Resource], kinds: tuple[type[Resource], ...]) -> Plan:
    """
    Compare what should be with what is there.

    :raises CannotChange: if a property that is fixed differs; nothing has been done then.
    """
    wanted = in_order(resources)
    there = {kind: by_name(kind, kind.find(cloud)) for kind in kinds}
    known = Known()
    steps = [_step(resource, there[type(resource)].get(resource.name), known) for resource in wanted]
    named = {resource.key for resource in wanted}
    for kind in reversed(kinds):
        steps += [_leftover(kind, found) for name, found in there[kind].items() if (kind.kind, name) not in named]
    _refuse([step for step in steps if step.resource])
    return Plan(tuple(steps))


def _step(resource: Resource, found: Found | None, known: Known) -> Step:
    if found and not found.deleting:
        known.add(resource, found)
    wanted = resource.wanted(known)
    if found is None:
        return Step(Action.CREATE, type(resource), resource.name, resource, wanted=wanted)
    if found.deleting:
        note = "when the old one is gone"
        return Step(Action.CREATE, type(resource), resource.name, resource, found, wanted, note=note)
    differing = tuple(changes(wanted, found.properties))
    action = Action.CHANGE if differing else Action.KEEP
    return Step(action, type(resource), resource.name, resource, found, wanted, differing)


def _leftover(kind: type[Resource], found: Found) -> Step:
    if kind.holds_data:
        note = "no longer in the file; kept, since it holds data"
        return Step(Action.KEEP, kind, found.name, found=found, note=note)
    return Step(Action.DELETE, kind, found.name, found=found)


def _refuse(steps: list[Step]) -> None:
    refused = [
        f"{step.kind.kind} {step.name}: {change} cannot change in place. Put the old value back, or delete it first."
        for step in steps
        for change in step.changes
        if change.path.split(".")[0] in step.kind.fixed
    ]
    if refused:
        raise CannotChange("\n".join(refused))
