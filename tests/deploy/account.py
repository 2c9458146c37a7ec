"""What is in the account, as describe calls tell it: everything but ids, times and what chance gave."""

from typing import Any

from deploy.cloud import Cloud
from deploy.resources import KINDS


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
    if isinstance(value, dict):
        return {key: _renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value
