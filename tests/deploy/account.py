"""What is in the account, as describe calls tell it: everything but ids, times and what chance gave."""

import re
from typing import Any

from deploy.cloud import Cloud
from deploy.resources import KINDS

LABELS = ("app/", "targetgroup/")
EC2_ID = r"\b[a-z]+-[0-9a-f]{8,}\b"


def inventory(cloud: Cloud) -> dict[tuple[str, str], Any]:
    """
    Give the properties of all that is there by kind and name, with names in the place of ids.

    :raises AssertionError: if two things have one name.
    """
    found = [(kind.kind, each) for kind in KINDS for each in kind.find(cloud)]
    names = {each.id: each.name for _, each in found} | {
        value: f"{key} of {each.name}" for _, each in found for key, value in each.attributes.items()
    }
    keys = [(kind, each.name) for kind, each in found]
    assert len(keys) == len(set(keys)), "two have one name"
    return {(kind, each.name): _renamed(each.properties, names) for kind, each in found}


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """Put names in the place of ids, which are other ones each time, and so stand in another order."""
    if isinstance(value, dict):
        return {key: _renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((_renamed(inner, names) for inner in value), key=str)
    if isinstance(value, str) and value.startswith("app/"):  # the labels of a load balancer and its target group
        return " and ".join(
            sorted(name for label, name in names.items() if label.startswith(LABELS) and label in value)
        )
    if isinstance(value, str):
        return names.get(value) or re.sub(EC2_ID, lambda found: names.get(found[0], found[0]), value)
    return value
