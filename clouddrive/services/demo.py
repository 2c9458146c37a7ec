"""A filled drive, to look at before anybody has brought files."""

from datetime import datetime
from io import BytesIO

from cloudapps.models import User
from clouddrive.core import samples
from clouddrive.models import Item
from clouddrive.selectors.access import root_of
from clouddrive.services.files import file_store
from clouddrive.services.folders import folder_create
from clouddrive.services.items import item_star
from clouddrive.services.tree import OnConflict


def demo_create(*, owner: User, now: datetime) -> Item:
    """Fill the owner's drive with a few folders and files, and give its root; doing it again makes new versions."""
    root = root_of(owner, now=now)
    weather = _folder(owner, root, "Weather", now=now)
    pictures = _folder(owner, root, "Pictures", now=now)
    _folder(owner, weather, "Drafts", now=now)
    for folder, name, body in (
        (root, "Welcome.md", samples.WELCOME.encode()),
        (root, "Shopping.txt", samples.SHOPPING.encode()),
        (weather, "Rainfall 2025.csv", samples.RAINFALL.encode()),
        (weather, "totals.py", samples.SCRIPT.encode()),
        (pictures, "Lighthouse.png", samples.lighthouse()),
    ):
        file_store(actor=owner, folder=folder, name=name, body=BytesIO(body), now=now)
    item_star(owner=owner, item_id=weather.pk, starred=True, now=now)
    return root


def _folder(owner: User, parent: Item, name: str, *, now: datetime) -> Item:
    return folder_create(actor=owner, parent_id=parent.pk, name=name, on_conflict=OnConflict.SKIP, now=now)
