"""The post store in MongoDB, and in what speaks its language: one document for each mention, moment and tally."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, MongoClient, UpdateOne
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from socialanalytics.core.post import Batch, Kind
from socialanalytics.store.buckets import LONGEST_BY_HOURS, bucket, hour_of, of_track, old_hours, stretches, track_of
from socialanalytics.store.deltas import EPOCH, MINUTE, MINUTES, MOODS, deltas
from socialanalytics.store.documents import (
    SUMS_OF_MOMENTS,
    Document,
    additions_to_moments,
    additions_to_tallies,
    document_of,
    mention_id,
    place_of,
    score_of,
    stored_of,
    tally_id,
    term_of,
    terms_of,
)
from socialanalytics.store.filtering import counted
from socialanalytics.store.guarded import add_once, insert_missing, token_of
from socialanalytics.store.port import Applied, Filtered, Grain, Moment, Query, StoredPost, Tally
from socialanalytics.store.rows import milliseconds, moment
from socialanalytics.store.top import Row, top

MOST_RECENT = 1000
DATABASE = "cloudapps"  # where the address names none
TIMEOUT_MILLISECONDS = 5000
BATCHES_FOR, DELETIONS_FOR = timedelta(days=15), timedelta(days=31)
NEWEST_FIRST = [("made", DESCENDING), ("_id", DESCENDING)]

INDEXES: dict[str, list[tuple[str, ...]]] = {
    "mentions": [("track", "made", "_id"), ("track", "terms", "made", "_id"), ("made",), ("post_id",), ("batch",)],
    "moments": [("track", "grain", "minute")],
    "tallies": [("bucket", "posts")],
}
LIFETIMES = {  # a day longer than `expire` leaves them, for where nothing calls it
    "batches": ("applied_at", BATCHES_FOR + timedelta(days=1)),
    "deletions": ("at", DELETIONS_FOR + timedelta(days=1)),
}


def connect(uri: str) -> "MongoClient[Document]":
    """Make a client whose writes outlive the loss of a server, for servers without retries of their own too."""
    return MongoClient(
        uri,
        tz_aware=True,
        retryWrites=False,
        w="majority",
        appname="cloudapps",
        serverSelectionTimeoutMS=TIMEOUT_MILLISECONDS,
        connectTimeoutMS=TIMEOUT_MILLISECONDS,
    )


class MongoStore:
    """
    Posts, aggregates and batches as documents.

    There is no transaction: a batch's mentions are inserted first and say which batch brought them, the counts of
    those are added once (see `guarded.py`), and the batch is inserted last. A repeat begins from the front, and does
    what is left.
    """

    def __init__(self, uri: str, connect: Callable[[str], "MongoClient[Document]"] = connect) -> None:
        self._uri, self._connect = uri, connect
        self._process = 0
        self._database: Database[Document] | None = None

    @property
    def database(self) -> "Database[Document]":
        """The database by a client of this process: none may be used on both sides of a fork."""
        if self._database is None or self._process != os.getpid():
            database = self._connect(self._uri).get_default_database(DATABASE)
            _index(database)
            self._database, self._process = database, os.getpid()
        return self._database

    def add(self, batch: Batch, *, now: datetime) -> int:
        """Insert mentions, count those that are new and stay, and insert the batch when that is done."""
        if self.applied([batch.id]):
            return 0
        mentions = {mention_id(mention): mention for mention in reversed(batch.mentions)}  # the first of two stays
        insert_missing(self.database.mentions, [document_of(each, batch.id) for each in mentions.values()])
        self._refuse_deleted(batch)
        uncounted = {"batch": batch.id, "counted": False}
        new = [found["_id"] for found in self.database.mentions.find(uncounted, {"_id": True})]
        added = deltas(mentions[name] for name in new if name in mentions)
        token = token_of(batch.id)
        add_once(self.database.moments, token, additions_to_moments(added))
        add_once(self.database.tallies, token, additions_to_tallies(added))
        self.database.mentions.update_many(uncounted, {"$set": {"counted": True}})
        times = {"received_at": batch.received_at, "applied_at": now}
        try:
            self.database.batches.insert_one({"_id": batch.id, "source": batch.source, "posts": len(new), **times})
        except DuplicateKeyError:  # another consumer had the same batch, and counted it
            return 0
        return len(new)

    def _refuse_deleted(self, batch: Batch) -> None:
        """Remove what was deleted: looked for after the insert, since who deletes writes that down before."""
        if gone := self.deleted({mention.post.id for mention in batch.mentions}):
            self.database.mentions.delete_many({"post_id": {"$in": list(gone)}, "batch": batch.id})

    def deleted(self, post_ids: Collection[str]) -> set[str]:
        """Look for the documents of deletions."""
        found = self.database.deletions.find({"_id": {"$in": list(post_ids)}}, {"_id": True})
        return {each["_id"] for each in found}

    def applied(self, batch_ids: Collection[str]) -> set[str]:
        """Look for the batches' documents, which are inserted last."""
        return {found["_id"] for found in self.database.batches.find({"_id": {"$in": list(batch_ids)}}, {"_id": True})}

    def recent(self, *, since: datetime) -> list[Applied]:
        """List the newest batches, the oldest of them first."""
        newest = [("applied_at", DESCENDING), ("_id", DESCENDING)]
        found = list(self.database.batches.find({"applied_at": {"$gte": since}}).sort(newest).limit(MOST_RECENT))
        return [
            Applied(each["_id"], each["source"], each["posts"], each["received_at"], each["applied_at"])
            for each in reversed(found)
        ]

    def delete(self, post_ids: Collection[str], *, now: datetime) -> dict[str, set[str]]:
        """Write down that they are deleted, then where they lie, then remove them."""
        names = sorted(set(post_ids))
        insert_missing(self.database.deletions, [{"_id": name, "at": now, "batches": []} for name in names])
        while found := list(self.database.mentions.find({"post_id": {"$in": names}}, {"post_id": True, "batch": True})):
            self.database.deletions.bulk_write([_lay_in(each["post_id"], each["batch"]) for each in found])
            self.database.mentions.delete_many({"_id": {"$in": [each["_id"] for each in found]}})
        lain: dict[str, set[str]] = {}
        for deletion in self.database.deletions.find({"_id": {"$in": names}}):
            for batch_id in deletion["batches"]:
                lain.setdefault(batch_id, set()).add(deletion["_id"])
        return lain

    def series(self, track: int, grain: Grain, *, start: datetime, end: datetime) -> list[Moment]:
        """Read the moments in order."""
        minutes = {"$gte": -((EPOCH - start) // MINUTE), "$lt": -((EPOCH - end) // MINUTE)}
        found = self.database.moments.find({"track": track, "grain": MINUTES[grain], "minute": minutes})
        return [
            Moment(EPOCH + each["minute"] * MINUTE, *(each[name] for name in SUMS_OF_MOMENTS))
            for each in found.sort("minute", ASCENDING)
        ]

    def top(self, track: int, kind: Kind, *, start: datetime, end: datetime, limit: int) -> list[Tally]:
        """Ask the fewest hours and days that make up the range."""
        mark = self.database.marks.find_one({"_id": "kept_from"}) or {"hour": 0}
        covering = stretches(start, end, kept_from=mark["hour"])
        return top(_Tallies(self.database), [bucket(track, kind, stretch) for stretch in covering], limit)

    def posts(self, query: Query, *, limit: int, before: str | None = None) -> list[StoredPost]:
        """Walk back in time by the index, that of the terms if there are any."""
        found = {**_range(query), **_meant(query)}
        if before:
            made, name = place_of(before)
            found["$or"] = [{"made": {"$lt": made}}, {"made": made, "_id": {"$lt": name}}]
        return [stored_of(each) for each in self.database.mentions.find(found).sort(NEWEST_FIRST).limit(limit)]

    def filtered(self, query: Query, *, scan: int) -> Filtered:
        """Read what is meant among the newest, and count it here."""
        mentions, inside = self.database.mentions, _range(query)
        edge = list(mentions.find(inside, {"made": True}).sort(NEWEST_FIRST).skip(max(scan - 1, 0)).limit(2))
        whole = len(edge) < 2  # the last to look at, and one more
        looked_at = {**inside, **_meant(query)}
        if not whole:
            made = edge[0]["made"]
            looked_at["$or"] = [{"made": {"$gt": made}}, {"made": made, "_id": {"$gte": edge[0]["_id"]}}]
        wanted = {"made": True, "mood": True, "thousandths": True, "terms": True}
        return counted(
            ((moment(each["made"]), score_of(each), terms_of(each)) for each in mentions.find(looked_at, wanted)),
            scanned=mentions.count_documents(inside) if whole else scan,
            since=None if whole else moment(edge[0]["made"]),
        )

    def forget(self, tracks: Collection[int]) -> None:
        """Remove mentions, moments and tallies."""
        for track in tracks:
            self.database.mentions.delete_many({"track": track})
            self.database.moments.delete_many({"track": track})
            self.database.tallies.delete_many({"bucket": _within(of_track(track))})

    def expire(self, *, posts_before: datetime, now: datetime) -> None:
        """Remove what is old; hours are not read any more before they go."""
        kept_from = hour_of(now - LONGEST_BY_HOURS)
        self.database.marks.update_one({"_id": "kept_from"}, {"$max": {"hour": kept_from}}, upsert=True)
        self.database.mentions.delete_many({"made": {"$lt": milliseconds(posts_before)}})
        for track in self._tracks():
            for buckets in old_hours(track, kept_from):
                self.database.tallies.delete_many({"bucket": _within(buckets)})
        self.database.batches.delete_many({"applied_at": {"$lt": now - BATCHES_FOR}})
        self.database.deletions.delete_many({"at": {"$lt": now - DELETIONS_FOR}})

    def _tracks(self) -> Iterator[int]:
        """Step from track to track by the index of buckets."""
        track = 0
        while found := list(
            self.database.tallies.find({"bucket": {"$gte": of_track(track).stop}}).sort("bucket", ASCENDING).limit(1)
        ):
            track = track_of(found[0]["bucket"])
            yield track

    def check(self) -> None:
        """Look for a batch, which needs a server that answers and the right to read."""
        self.database.batches.find_one({"_id": ""})


class _Tallies:
    """Reads tallies: the parts that `top` needs."""

    def __init__(self, database: "Database[Document]") -> None:
        self.tallies = database.tallies

    def heads(self, buckets: Sequence[int], limit: int) -> Iterator[Row]:
        """Read the index of posts backwards, bucket by bucket."""
        for name in buckets:
            yield from _rows(self.tallies.find({"bucket": name}).sort("posts", DESCENDING).limit(limit))

    def at_least(self, posts: Mapping[int, int]) -> Iterator[Row]:
        """Read the index of posts down to a number."""
        return _rows(self.tallies.find({"$or": [{"bucket": name, "posts": {"$gte": n}} for name, n in posts.items()]}))

    def of_values(self, buckets: Sequence[int], values: Collection[str]) -> Iterator[Row]:
        """Look up every value in every bucket."""
        for name in buckets:
            yield from _rows(self.tallies.find({"_id": {"$in": [tally_id(name, value) for value in values]}}))


def _rows(found: Any) -> Iterator[Row]:
    for each in found:
        yield each["bucket"], each["value"], each["posts"], each["thousandths"]


def _range(query: Query) -> Document:
    made = {"$gte": milliseconds(query.start), "$lt": milliseconds(query.end)}
    return {"track": query.track, "made": made}


def _meant(query: Query) -> Document:
    found: Document = {}
    if query.terms:
        found["terms"] = {"$all": [term_of(kind, value) for kind, value in query.terms]}
    if query.mood:
        found["mood"] = MOODS.index(query.mood)
    return found


def _within(buckets: range) -> Document:
    return {"$gte": buckets.start, "$lt": buckets.stop}


def _lay_in(post_id: str, batch_id: str) -> UpdateOne:
    return UpdateOne({"_id": post_id, "batches": {"$ne": batch_id}}, {"$push": {"batches": batch_id}})


def _index(database: "Database[Document]") -> None:
    """Make the indexes, which is nothing where they are."""
    for name, indexes in INDEXES.items():
        for fields in indexes:
            database[name].create_index([(field, ASCENDING) for field in fields])
    for name, (field, lifetime) in LIFETIMES.items():
        database[name].create_index([(field, ASCENDING)], expireAfterSeconds=int(lifetime.total_seconds()))
