"""Rows of Cloud Drive: the tree of items, what they were before, who may see them, and what happened to them."""

from clouddrive.models.dav import Lock, Property
from clouddrive.models.event import Event
from clouddrive.models.inspection import Inspection
from clouddrive.models.item import Item, ItemWord, Kind, Version, root_id
from clouddrive.models.share import Drop, Grant, Link

__all__ = [
    "Drop",
    "Event",
    "Grant",
    "Inspection",
    "Item",
    "ItemWord",
    "Kind",
    "Link",
    "Lock",
    "Property",
    "Version",
    "root_id",
]
