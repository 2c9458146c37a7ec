"""Find: by words of names, by kind, size and date; a search reads a bounded number of rows, however many there are."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from cloudapps.models import User
from clouddrive.core.kinds import Category
from clouddrive.core.words import words_asked_for
from clouddrive.models import Item, ItemWord, Kind
from clouddrive.selectors.access import Right, Seen, items_seen
from clouddrive.selectors.items import PAGE_SIZE, CursorInvalid

LAST_LETTER = "\U0010ffff"
COUNT_AT_MOST = 500  # to tell a rare word from a common one
BATCH = 200
BATCHES = 10


@dataclass(frozen=True)
class Query:
    """What somebody looks for; what is None or empty does not matter."""

    text: str = ""
    category: Category | None = None
    min_bytes: int | None = None
    max_bytes: int | None = None
    modified_after: datetime | None = None
    modified_before: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing."""
        return self == Query()


@dataclass(frozen=True)
class Found:
    """Items with the folders above them, and the place to go on from; empty at the end."""

    items: list[Seen]
    next_cursor: str


def search(*, user: User, query: Query, folder: Seen | None = None, cursor: str = "", size: int = PAGE_SIZE) -> Found:
    """
    Find items below a folder that the user was found to see, or among all of the user's own.

    With words, each must begin a word of the name, and what is found comes in the order of the rarest of them; without,
    the latest changed comes first. A page may have fewer items than asked for although there are more.

    :raises CursorInvalid: if the cursor is not one of this search.
    """
    owner_id = folder.item.owner_id if folder else user.pk
    words = words_asked_for(query.text)
    if query.text.strip() and not words:
        return Found([], "")
    found: list[Seen] = []
    for most in (min(size, BATCH), *[BATCH] * (BATCHES - 1)):  # what is found first is mostly what is wanted
        batch, cursor = _candidates(owner_id, words, query, cursor, most=most)
        seen = items_seen(user=user, item_ids=[item_id for item_id, _ in batch])
        for item_id, place in batch:
            if item_id in seen and _lies_in(seen[item_id], folder):
                found.append(seen[item_id])
                if len(found) == size:
                    return Found(found, "" if place == batch[-1][1] and not cursor else place)
        if not cursor:
            break
    return Found(found, cursor)


def _lies_in(seen: Seen, folder: Seen | None) -> bool:
    if folder is None:
        return seen.right == Right.OWN
    return any(above.pk == folder.item.pk for above in seen.path)


def _candidates(
    owner_id: int, words: list[str], query: Query, cursor: str, *, most: int
) -> tuple[list[tuple[UUID, str]], str]:
    """Give so many ids of items with the place of each, and the place after all of them."""
    places = _by_word(owner_id, words, query, cursor) if words else _by_date(owner_id, query, cursor)
    rows = [(item_id, _place(value, item_id)) for value, item_id in places[:most]]
    return rows, rows[-1][1] if len(rows) == most else ""


def _by_word(owner_id: int, words: list[str], query: Query, cursor: str) -> "QuerySet[ItemWord, tuple[str, UUID]]":
    first, *others = sorted(words, key=lambda word: _count(owner_id, word))
    rows = _beginning(ItemWord.objects.filter(owner=owner_id), first)
    same_item = ItemWord.objects.filter(item=OuterRef("item"))
    rows = rows.exclude(Exists(same_item.filter(word__gte=first, word__lt=OuterRef("word"))))  # each item once
    for word in others:
        rows = rows.filter(Exists(_beginning(same_item, word)))
    if conditions := _conditions(query, "item__"):
        rows = rows.filter(conditions)
    if cursor:
        word, item_id = _read_place(cursor)
        rows = rows.filter(word__gte=word).exclude(word=word, item__lte=item_id)
    return rows.order_by("word", "item_id").values_list("word", "item_id")


def _by_date(owner_id: int, query: Query, cursor: str) -> "QuerySet[Item, tuple[datetime, UUID]]":
    rows = Item.objects.filter(_conditions(query, ""), owner=owner_id, kind=Kind.FILE)
    if cursor:
        moment, item_id = _read_place(cursor)
        try:
            modified_at = datetime.fromisoformat(moment)
        except ValueError:
            raise _invalid() from None
        rows = rows.filter(modified_at__lte=modified_at).exclude(modified_at=modified_at, id__gte=item_id)
    return rows.order_by("-modified_at", "-id").values_list("modified_at", "id")


def _beginning(rows: "QuerySet[ItemWord]", prefix: str) -> "QuerySet[ItemWord]":
    return rows.filter(word__gte=prefix, word__lt=prefix + LAST_LETTER)


def _count(owner_id: int, prefix: str) -> int:
    return _beginning(ItemWord.objects.filter(owner=owner_id), prefix)[:COUNT_AT_MOST].count()


def _conditions(query: Query, on: str) -> Q:
    wanted = {
        "category": query.category and query.category.value,
        "size_bytes__gte": query.min_bytes,
        "size_bytes__lte": query.max_bytes,
        "modified_at__gte": query.modified_after,
        "modified_at__lt": query.modified_before,
    }
    given = {f"{on}{name}": value for name, value in wanted.items() if value is not None}
    files_only = {f"{on}kind": Kind.FILE} if query.min_bytes is not None or query.max_bytes is not None else {}
    return Q(**given, **files_only)


def _place(value: str | datetime, item_id: UUID) -> str:
    plain = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([plain, item_id.hex]).encode()).decode()


def _read_place(cursor: str) -> tuple[str, UUID]:
    try:
        value, item_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not isinstance(value, str):
            raise ValueError(cursor)
        return value, UUID(item_id)
    except (ValueError, TypeError, AttributeError):
        raise _invalid() from None


def _invalid() -> CursorInvalid:
    return CursorInvalid("This is not a place in this search. Begin again at its first page.")
