"""Keyset paging: the next page begins below the last row's key, so page 1,000 costs what page 1 costs."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

PAGE_SIZE = 50

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows, newest first, and the key to ask for the rows after them (None at the end)."""

    items: list[M]
    next_before: UUID | None


def page_by_id(rows: "QuerySet[M]", *, before: UUID | None, size: int = PAGE_SIZE) -> "Page[M]":
    """Cut one page out of rows whose primary key is a UUIDv7, which sorts by the time it was made."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    items = list(rows.order_by("-pk")[: size + 1])
    return Page(items=items[:size], next_before=items[size - 1].pk if len(items) > size else None)
