"""
What a resource is: one thing in AWS, which knows how to find, create, change and delete itself.

**A kind** is a small file in `deploy/resources/` with a frozen dataclass below `Resource`, named in `KINDS` of
`deploy/resources/__init__.py`. Copy the nearest twin: `queue.py` (found by name), `subnet.py` (found by tags),
`bucket.py` (set up by many calls), `database.py` (takes minutes). It says:

- `kind`: its word in a plan;
- `name`: the whole name in AWS, the same at every run (`site.named("web")`);
- fields: what it is made of. Those that are resources, or tuples of them, are what it needs, and are made before it;
- `find(cloud, name=None)`: all of this environment that are there, or the one of that name. It reads and never writes.
  A `Found` has `properties` in the very shape that `wanted` gives (sort what has no order), the `id`, and `attributes`
  that others ask for; `ready=False` while AWS still works on it, `deleting=True` while it goes;
- `wanted(known)`: the properties it should have. `known.of(resource)` is the id of what it needs,
  `known.of(resource, "arn")` an attribute; in a plan that may be an `Unknown`, a string which says so.
  `known.found(self)` is how it is now, for what may only grow;
- `create(cloud, wanted)`: makes it with its name and tags **in one call**, and no more. What that call cannot set is a
  difference, which `update` settles right after it: an interruption leaves nothing that the next run does not find;
- `update(cloud, found, changed)`: sets the properties in `changed`, which are those that differ;
- `delete(cloud, found, with_data)`: a class method, since what the file no longer names has no object. It may be called
  again while AWS still deletes. `apply` waits until `find` does not find it any more;
- `fixed`: properties that cannot change in place; `holds_data`: nothing but `destroy --with-data` deletes it.

**Order.** `deploy/stack.py` lists what an environment has, in any order: a plan puts what is needed first. What is
there under our tag or prefix and is not in the list gets deleted, in the reverse order of `KINDS`, where what is needed
therefore stands before what needs it. `destroy` deletes everything in that order.

**Waiting.** What is not `ready` is waited for where another needs it, or before it is changed, and at the end.

**Repeating.** Nothing is remembered between two runs: `plan` and `apply` look at AWS alone.

**Tests.** `tests/deploy/test_faults.py` takes every kind of the stack by itself: kill it at any call, run it again.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from deploy.cloud import Cloud
from deploy.errors import DeployError

Properties = dict[str, Any]
Tags = dict[str, str]


class Unknown(str):
    """What is known only after `apply`, such as an id; it reads like a value, and says whose it is."""


@dataclass(frozen=True)
class Found:
    """A thing that is there."""

    name: str
    id: str
    properties: Properties
    attributes: Mapping[str, str] = field(default_factory=dict)
    ready: bool = True
    trouble: str = ""  # why it will never be ready, in AWS's words
    advice: str = ""  # what a person must do for it to get ready
    deleting: bool = False


class Known:
    """What was found or made so far, for those that refer to it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Found] = {}

    def add(self, resource: "Resource", found: Found) -> None:
        """Remember what a resource is in AWS."""
        self._found[resource.key] = found

    def found(self, resource: "Resource") -> Found | None:
        """Give what a resource is in AWS; None if it is not there yet."""
        return self._found.get(resource.key)

    def of(self, resource: "Resource", attribute: str = "id") -> str:
        """Give the id of a resource, or an attribute; an `Unknown` if it is not there yet, or has none yet."""
        found = self.found(resource)
        value = "" if found is None else found.id if attribute == "id" else found.attributes.get(attribute, "")
        return value or Unknown(f"({attribute} of {resource.kind} {resource.name}, known after apply)")


@dataclass(frozen=True)
class Resource(ABC):
    """One thing in AWS, as it should be."""

    kind: ClassVar[str]
    fixed: ClassVar[frozenset[str]] = frozenset()
    holds_data: ClassVar[bool] = False

    name: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others of the environment."""
        return self.kind, self.name

    @property
    def needs(self) -> "Iterator[Resource]":
        """Walk over the resources that must be there before it: those among its fields."""
        for own in fields(self):
            value = getattr(self, own.name)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, Resource):
                    yield part

    @classmethod
    @abstractmethod
    def find(cls, cloud: Cloud, name: str | None = None) -> Iterator[Found]:
        """Find all of this environment that are there, or the one of that name."""

    @abstractmethod
    def wanted(self, known: Known) -> Properties:
        """Give the properties that it should have."""

    @abstractmethod
    def create(self, cloud: Cloud, wanted: Properties) -> None:
        """Make it, with name and tags, in one call."""

    def update(self, cloud: Cloud, found: Found, changed: Properties) -> None:
        """Set the properties that differ. Not called where all are `fixed`."""
        raise NotImplementedError(f"{self.kind} has nothing that could change: {sorted(changed)}")

    @classmethod
    @abstractmethod
    def delete(cls, cloud: Cloud, found: Found, *, with_data: bool) -> None:
        """Delete it; harmless if that has begun."""


class FoundTwice(DeployError):
    """Two things have one name, which only a hand can have done."""


def look(kind: type[Resource], cloud: Cloud, name: str) -> Found | None:
    """Find the one of that name; None if there is none. :raises FoundTwice: if there are two."""
    return by_name(kind, kind.find(cloud, name)).get(name)


def by_name(kind: type[Resource], found: Iterable[Found]) -> dict[str, Found]:
    """
    Put what was found under its name; what is being deleted counts only where there is no other.

    :raises FoundTwice: if there are two, since nobody can tell which is meant.
    """
    there: dict[str, Found] = {}
    for each in sorted(found, key=lambda each: not each.deleting):
        other = there.get(each.name)
        if other and not other.deleting:
            both = f"{other.id} and {each.id}"
            raise FoundTwice(f"Two of {kind.kind} are called {each.name}: {both}. Delete one of them, and try again.")
        there[each.name] = each
    return there


def in_order(resources: list[Resource]) -> list[Resource]:
    """Put resources in an order in which each comes after what it needs, which is added if it is not in the list."""
    done: dict[tuple[str, str], Resource] = {}

    def visit(resource: Resource) -> None:
        if resource.key not in done:
            for needed in resource.needs:
                visit(needed)
            done[resource.key] = resource

    for resource in resources:
        visit(resource)
    return list(done.values())
