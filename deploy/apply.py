"""Does what a plan says, one call at a time. After an interruption at any of them the next run goes on from there."""

from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from deploy.cloud import Cloud, is_transient
from deploy.difference import changed
from deploy.errors import DeployError
from deploy.plan import Action, Plan
from deploy.resource import Found, Known, Properties, Resource, look

TRIES = 7  # with 1, 2, 4, … seconds between them: a minute
POLL_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 45 * 60.0  # a database in two zones takes a quarter of an hour

Say = Callable[[str], None]


class NeverReady(DeployError):
    """A thing was made, and AWS did not get done with it."""


def apply(cloud: Cloud, plan: Plan, say: Say = print) -> None:
    """
    Create and change what the plan says, then delete what is not wanted.

    What takes long is waited for where something needs it, and at the end.
    """
    known = Known()
    for step in plan.steps:
        if step.resource is None:
            continue
        for needed in step.resource.needs:
            _await(cloud, needed, known, say)
        known.add(step.resource, _settle(cloud, step.resource, step.found, known, say))
    for step in plan.steps:
        if step.resource is not None:
            _await(cloud, step.resource, known, say)
    delete(cloud, plan, say)


def delete(cloud: Cloud, plan: Plan, say: Say = print, *, with_data: bool = False) -> None:
    """Delete what the plan says, one after the other, and wait until each is gone."""
    for step in plan.steps:
        if step.action is Action.DELETE and step.found is not None:
            say(f"- {step.kind.kind} {step.name}")
            step.kind.delete(cloud, step.found, with_data=with_data)
            _until_gone(cloud, step.kind, step.name)


def _settle(cloud: Cloud, resource: Resource, found: Found | None, known: Known, say: Say) -> Found:
    """Bring one resource to what is wanted, now that all it needs is known."""
    if found and found.deleting:
        _until_gone(cloud, type(resource), resource.name)
        found = None
    if found:
        known.add(resource, found)
    wanted = resource.wanted(known)
    if found is None:
        say(f"+ {resource.kind} {resource.name}")
        found = _create(cloud, resource, wanted)
    elif differing := changed(wanted, found.properties):
        say(f"~ {resource.kind} {resource.name}: {', '.join(differing)}")
    if not changed(wanted, found.properties):
        return found
    found = _ready(cloud, resource, found, say)
    if differing := changed(wanted, found.properties):
        resource.update(cloud, found, differing)
    return _there(cloud, resource)


def _create(cloud: Cloud, resource: Resource, wanted: Properties) -> Found:
    """Create it; when an answer got lost look first whether it was done."""
    for attempt in range(TRIES):
        try:
            resource.create(cloud.once, wanted)
            break
        except (ClientError, BotoCoreError) as error:
            if not is_transient(error) or attempt == TRIES - 1:
                raise
            cloud.sleep(2.0**attempt)
            if look(type(resource), cloud, resource.name):
                break
    return _there(cloud, resource)


def _there(cloud: Cloud, resource: Resource) -> Found:
    """Find what was just made or changed; EC2 and IAM take a moment until they show it."""
    for attempt in range(TRIES):
        if found := look(type(resource), cloud, resource.name):
            return found
        cloud.sleep(2.0**attempt)
    raise NeverReady(f"{resource.kind} {resource.name} was made, but AWS does not show it. Run apply again.")


def _await(cloud: Cloud, resource: Resource, known: Known, say: Say) -> None:
    found = known.found(resource)
    if found is not None:
        known.add(resource, _ready(cloud, resource, found, say))


def _ready(cloud: Cloud, resource: Resource, found: Found, say: Say) -> Found:
    """Wait until AWS is done with it."""
    if found.ready:
        return found
    say(f"  waiting for {resource.kind} {resource.name}")
    _advise(found, "", say)
    latest = found

    def is_ready() -> bool:
        nonlocal latest
        before, latest = latest, _there(cloud, resource)
        _advise(latest, before.advice, say)
        if latest.trouble:
            raise NeverReady(
                f"{resource.kind} {resource.name} failed: {latest.trouble}. Delete it, and run apply again."
            )
        return latest.ready

    _until(cloud, is_ready, f"{resource.name} is ready")
    return latest


def _advise(found: Found, before: str, say: Say) -> None:
    if found.advice and found.advice != before:
        say(f"  {found.advice}".replace("\n", "\n    "))


def _until_gone(cloud: Cloud, kind: type[Resource], name: str) -> None:
    _until(cloud, lambda: look(kind, cloud, name) is None, f"{kind.kind} {name} is gone")


def _until(cloud: Cloud, is_so: Callable[[], bool], what: str) -> None:
    waited = 0.0
    while not is_so():
        if waited >= LONGEST_WAIT_SECONDS:
            raise NeverReady(
                f"After {waited / 60:.0f} minutes of waiting it is not so that {what}. Run the command again."
            )
        cloud.sleep(POLL_SECONDS)
        waited += POLL_SECONDS
