"""What a row of a list shows of an item."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects
from django.urls import reverse

from clouddrive import selectors
from clouddrive.core.kinds import Category
from clouddrive.models import Inspection, Item
from clouddrive.selectors import Right, Seen

ICONS = {
    Category.IMAGE: "image",
    Category.VIDEO: "film",
    Category.AUDIO: "music",
    Category.DOCUMENT: "document",
    Category.TEXT: "text",
    Category.ARCHIVE: "archive",
}


@dataclass(frozen=True)
class Row:
    """An item with all that its row says of it."""

    item: Item
    right: Right
    is_movable: bool  # whether its reader may move, rename and trash it
    is_shared: bool = False
    is_pending: bool = False  # a worker has still to look at it
    inspection: Inspection | None = None
    path: Sequence[Item] = field(default=())
    shows_path: bool = False

    @property
    def icon(self) -> str:
        """Name the drawing for its kind."""
        return icon_of(self.item)

    @property
    def infected_by(self) -> str:
        """What the scanner found; empty if nothing."""
        return self.inspection.infected_by if self.inspection else ""

    @property
    def thumbnail_url(self) -> str:
        """Where its thumbnail is; empty if there is none."""
        shown = self.inspection is not None and self.inspection.preview_content_type and not self.infected_by
        return reverse("clouddrive:image", args=(self.item.pk, "thumbnail")) if shown else ""

    @property
    def is_starred(self) -> bool:
        """Whether its owner, who reads, has starred it."""
        return self.right == Right.OWN and self.item.starred_at is not None

    @property
    def version(self) -> str:
        """A word that differs when the row looks different."""
        marks = (self.is_starred, self.is_shared, self.is_pending, bool(self.thumbnail_url), bool(self.infected_by))
        said = f"{self.item.name}/{self.item.size_bytes}/{self.item.modified_at.timestamp()}/{self.right}"
        return "".join("ny"[mark] for mark in marks) + said


def icon_of(item: Item) -> str:
    """Name the drawing for an item's kind."""
    return "folder" if item.is_folder else ICONS.get(Category(item.category or Category.OTHER), "file")


def rows_of(seen: Sequence[Seen], *, shows_path: bool = False) -> list[Row]:
    """Describe items, in a number of queries that does not grow."""
    items = [one.item for one in seen]
    prefetch_related_objects([one.item for one in seen if one.right < Right.OWN], "owner")
    inspections, pending = selectors.inspections_of(items), selectors.pending_of(items)
    shared = selectors.shared_ids([one.item for one in seen if one.right == Right.OWN])
    return [
        Row(
            one.item,
            one.right,
            is_movable=one.right_on_parent >= Right.EDIT,
            is_shared=one.item.pk in shared,
            is_pending=one.item.upload_id in pending,
            inspection=inspections.get(one.item.upload_id) if one.item.upload_id else None,
            path=one.path,
            shows_path=shows_path,
        )
        for one in seen
    ]


def children_of(folder: Seen, items: Sequence[Item]) -> list[Seen]:
    """Say of what lies in a folder that the user may see it as they may see the folder."""
    return [Seen(item, folder.right, (*folder.path, folder.item)) for item in items]
