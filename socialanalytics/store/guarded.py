"""
Additions to documents of MongoDB that happen once, without transactions.

A document remembers the last batches that were added to it, and an update names its batch as one that must not be among
them. So an addition that is repeated, or made by two at once, changes nothing. Documents that are not there are
inserted with what is added, as one write; an upsert would insert a second time where the batch is found.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

Document = dict[str, Any]

DUPLICATE_KEY = 11000
# How many others may count under a value between the death of a consumer and the repeat of its batch.
REMEMBERED = 1000
MOST_AT_ONCE = 1000


def token_of(batch_id: str) -> int:
    """Give a short name for a batch: documents hold many."""
    return int.from_bytes(hashlib.sha256(batch_id.encode()).digest()[:8], "big", signed=True)


def add_once(
    collection: "Collection[Document]", token: int, additions: Mapping[str, tuple[Document, Document]]
) -> None:
    """Add to documents, each given by its id: what it is made of when it is not there, and what is to be added."""
    there = {found["_id"] for found in collection.find({"_id": {"$in": list(additions)}}, {"_id": True})}
    missing = [
        {"_id": name, **made_of, **added, "applied": [token]}
        for name, (made_of, added) in additions.items()
        if name not in there
    ]
    there |= insert_missing(collection, missing)
    updates = [
        UpdateOne(
            {"_id": name, "applied": {"$ne": token}},
            {"$inc": additions[name][1], "$push": {"applied": {"$each": [token], "$slice": -REMEMBERED}}},
        )
        for name in sorted(there)
    ]
    if updates:
        collection.bulk_write(updates, ordered=False)


def insert_missing(collection: "Collection[Document]", documents: Sequence[Document]) -> set[str]:
    """
    Insert documents, and give the ids of those that were there already and stay as they are.

    :raises BulkWriteError: if it fails for another reason.
    """
    if not documents:
        return set()
    try:
        collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        found = error.details or {}
        if found.get("writeConcernErrors") or any(each["code"] != DUPLICATE_KEY for each in found["writeErrors"]):
            raise
        return {documents[each["index"]]["_id"] for each in found["writeErrors"]}
    return set()
