"""Small functions that fill a drive the way the services do."""

from io import BytesIO
from typing import Any

from cloudapps.models import User
from cloudapps.storage import storage
from clouddrive import selectors, services
from clouddrive.models import Item
from tests.factories import NOW


def root(owner: User) -> Item:
    """Give the owner's root folder."""
    return selectors.root_of(owner, now=NOW)


def make_folder(owner: User, name: str = "Documents", *, parent: Item | None = None) -> Item:
    """Make a folder, in the root unless another is named."""
    return services.folder_create(actor=owner, parent_id=(parent or root(owner)).pk, name=name, now=NOW)


def make_file(
    owner: User, name: str = "notes.txt", body: bytes = b"hello", *, parent: Item | None = None, **options: Any
) -> Item:
    """Make a file with these bytes, in the root unless a folder is named."""
    options = {"now": NOW, **options}
    return services.file_store(actor=owner, folder=parent or root(owner), name=name, body=BytesIO(body), **options).item


def names_in(folder: Item, **options: Any) -> list[str]:
    """List the names in a folder as its first page does."""
    return [item.name for item in selectors.folder_page(folder=folder, **options).items]


def bytes_of(item: Item) -> bytes:
    """Read what a file holds."""
    item.refresh_from_db()
    with storage().open(item.bytes.key) as body:
        return body.read()
