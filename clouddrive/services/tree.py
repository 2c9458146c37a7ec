"""The tree: where an item may hang, and what happens when the name is taken there."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from cloudapps.models import User
from cloudapps.prepared import Select, insert, slot
from cloudapps.problems import Invalid, Problem
from clouddrive.core.names import NameInvalid, clean_name, name_key, numbered
from clouddrive.core.words import words_of
from clouddrive.models import Item, ItemWord, root_id
from clouddrive.selectors.access import NotAllowed, Right, Seen, item_seen, require

MAX_DEPTH = 100
CANDIDATES = 50  # numbers that are tried at once for a second thing of the same name
ATTEMPTS = 5
WORDS_AT_ONCE = 300  # three values each: SQLite before 3.32 takes 999 in a statement


class OnConflict(StrEnum):
    """What to do when the name is taken."""

    ASK = "ask"
    KEEP_BOTH = "keep_both"
    REPLACE = "replace"
    SKIP = "skip"


class NameRefused(Invalid):
    """This cannot be a name."""


class NameTaken(Problem):
    """Another item of this folder has the name."""


class TooDeep(Invalid):
    """Folders may lie in one another only so deep."""


class NotAFolder(Invalid):
    """Only folders hold other items."""


def checked_name(name: str) -> str:
    """Clean a name. :raises NameRefused:"""
    try:
        return clean_name(name)
    except NameInvalid as error:
        raise NameRefused(str(error)) from None


def folder_seen(*, user: User, item_id: UUID, right: Right) -> Seen:
    """
    Give a folder that the user may see.

    :raises ItemNotFound: if there is none.
    :raises NotAllowed: if they have less than the given right on it.
    :raises NotAFolder: if it is a file.
    """
    seen = item_seen(user=user, item_id=item_id, right=right)
    if not seen.item.is_folder:
        raise NotAFolder("This is a file. Choose a folder.")
    return seen


def movable_seen(*, user: User, item_id: UUID) -> Seen:
    """
    Give an item that the user may take away from where it lies.

    :raises ItemNotFound: if there is none.
    :raises NotAllowed: if they may not change the folder that it lies in.
    """
    seen = item_seen(user=user, item_id=item_id)
    require(seen.right_on_parent, Right.EDIT)
    if seen.item.is_root:
        raise NotAllowed("This is the folder that holds all others. It stays where it is.")
    return seen


def check_depth(seen: Seen) -> None:
    """:raises TooDeep: if nothing may be put into the folder any more."""
    if len(seen.path) >= MAX_DEPTH:
        raise TooDeep(f"Folders may lie in one another at most {MAX_DEPTH} deep.")


def lock_tree(owner_id: int) -> None:
    """Wait until nobody else moves folders of this owner; so that two moves never make a circle. In a transaction."""
    _hold(root_id(owner_id))


def lock_folder(folder: Item) -> None:
    """
    Wait until nobody else puts anything into the folder; at the beginning of a transaction.

    Without it two that bring the same name would each hold what the other needs, which MySQL ends by a deadlock.
    """
    _hold(folder.pk)


def _hold(item_id: UUID) -> None:
    if connection.features.has_select_for_update:  # elsewhere a transaction has the whole database from its beginning
        Item.objects.select_for_update().filter(pk=item_id).first()


_NAMESAKE = Select(
    lambda: Item.objects.select_for_update().filter(
        parent=slot("folder", Item._meta.pk), name_key=slot("key", Item._meta.get_field("name_key"))
    )
)


def namesake(folder: Item, name: str) -> Item | None:
    """Find what has this name in the folder, and hold it until the end of the transaction."""
    return _NAMESAKE.first(folder=folder.pk, key=name_key(name))


def name_taken(found: Item) -> NameTaken:
    """Say what has the name."""
    kind = "folder" if found.is_folder else "file"
    return NameTaken(
        f"There is a {kind} called “{found.name}” here. Keep both, replace it, or skip this one.",
        item_id=str(found.pk),
        kind=found.get_kind_display().lower(),
    )


def free_name(folder: Item, name: str) -> str:
    """Give the name, or the name with the first number that is free in the folder."""
    candidates = [name]
    for first in range(2, 100_000, CANDIDATES):
        keys = {name_key(candidate): candidate for candidate in candidates}
        taken = set(Item.objects.filter(parent=folder, name_key__in=keys).values_list("name_key", flat=True))
        for key, candidate in keys.items():
            if key not in taken:
                return candidate
        candidates = [numbered(name, number) for number in range(first, first + CANDIDATES)]
    raise NameTaken(f"There are too many things called “{name}” here. Choose another name.")


def hang(item: Item, folder: Item, name: str, *, keep_both: bool) -> None:
    """
    Save the item in the folder under the name; inside a transaction.

    :raises NameTaken: if the name is taken, unless `keep_both` says that it then gets a number.
    """
    for _ in range(ATTEMPTS):
        item.name = free_name(folder, name) if keep_both else name
        item.name_key, item.parent = name_key(item.name), folder
        try:
            with transaction.atomic():
                _save(item)
        except IntegrityError:
            found = namesake(folder, item.name)
            if found is not None and not keep_both:
                raise name_taken(found) from None
        else:
            return
    raise NameTaken("Others are changing this folder just now. Try again.")


def _save(item: Item) -> None:
    if item._state.adding:
        insert([item])
    else:
        item.save()


def index_words(items: Iterable[Item]) -> None:
    """Have these new items found by the words of their names."""
    rows = [ItemWord(owner_id=item.owner_id, word=word, item=item) for item in items for word in words_of(item.name)]
    for start in range(0, len(rows), WORDS_AT_ONCE):
        insert(rows[start : start + WORDS_AT_ONCE])


def reindex_words(item: Item) -> None:
    """Have a renamed item found by its new name."""
    ItemWord.objects.filter(item=item).delete()
    index_words([item])
