"""Properties that WebDAV clients give items: they go where the item goes, and with its copies."""

from collections.abc import Mapping
from uuid import UUID

from cloudapps.problems import Invalid, TooMany
from clouddrive.models import Item, Property
from clouddrive.models.dav import PROPERTY_NAME_LENGTH

VALUE_MAX_BYTES = 64 * 2**10
MOST_OF_ITEM = 100


class PropertyRefused(Invalid):
    """This cannot be kept as a property."""


def property_check(item: Item, name: str, value: str) -> None:
    """
    Make sure that the item can be given a property of this name.

    :raises PropertyRefused: if name or value is too long.
    :raises TooMany: if the item has as many as it may.
    """
    if len(name) > PROPERTY_NAME_LENGTH:
        raise PropertyRefused(f"The name of a property can have at most {PROPERTY_NAME_LENGTH} letters.")
    if len(value.encode()) > VALUE_MAX_BYTES:
        raise PropertyRefused(f"A property can have at most {VALUE_MAX_BYTES:,} bytes.")
    if item.properties.exclude(name=name).count() >= MOST_OF_ITEM:
        raise TooMany(f"This has {MOST_OF_ITEM} properties. Remove some first.")


def property_set(item: Item, name: str, value: str) -> None:
    """Give the item a property, in place of what it had by this name. :raises PropertyRefused: TooMany:"""
    property_check(item, name, value)
    Property.objects.update_or_create(item=item, name=name, defaults={"value": value})


def property_delete(item: Item, name: str) -> None:
    """Take a property away; harmless if there is none."""
    Property.objects.filter(item=item, name=name).delete()


def properties_copy(twins: Mapping[UUID, Item]) -> None:
    """Give the copies what their originals have; `twins` maps the id of each original to its copy."""
    ids = list(twins)
    for start in range(0, len(ids), 1000):
        found = Property.objects.filter(item__in=ids[start : start + 1000])
        made = [Property(item=twins[row.item_id], name=row.name, value=row.value) for row in found]
        Property.objects.bulk_create(made, batch_size=1000)
