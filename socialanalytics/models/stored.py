"""
Rows of the post store in the Django database; nothing but `socialanalytics.store` reads or writes them.

They are small and plain, since thousands are written every second: moments and hours are numbers, texts that must not
be mixed up are bytes, and neither references nor CHECK constraints are there to be looked at.
"""

# ruff: noqa: DJ008 - nobody is shown these rows
from django.db import models

from socialanalytics.core.post import LONGEST_VALUE
from socialanalytics.models.octets import Octets

LONGEST_ID_BYTES = 800
LONGEST_VALUE_BYTES = 4 * LONGEST_VALUE  # of UTF-8


class StoredBatch(models.Model):
    """A batch that has been counted: its row is written in the transaction that counts."""

    id = Octets(primary_key=True, max_length=200)
    source = models.CharField(max_length=40)
    posts = models.IntegerField(default=0)  # mentions that were new
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(db_index=True)


class StoredMention(models.Model):
    """
    A post as a track counts it.

    `terms` is what it is counted under, each term between two NULs, so that a search for bytes finds whole terms only.
    `post` is JSON of what no query asks for. See `store/rows.py`.
    """

    post_id = Octets(max_length=LONGEST_ID_BYTES)
    track = models.IntegerField()
    made = models.BigIntegerField()  # milliseconds since 1970
    mood = models.SmallIntegerField()
    thousandths = models.SmallIntegerField()
    batch = Octets(max_length=200)
    terms = models.BinaryField()
    post = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("post_id", "track"), name="one_mention_of_a_post"),)
        indexes = (models.Index(fields=("track", "made"), name="mentions_by_time"),)


class StoredMoment(models.Model):
    """Posts of a track in `grain` minutes from `minute` (since 1970) on."""

    pk = models.CompositePrimaryKey("track", "grain", "minute")
    track = models.IntegerField()
    grain = models.SmallIntegerField()
    minute = models.BigIntegerField()
    positive = models.IntegerField()
    neutral = models.IntegerField()
    negative = models.IntegerField()
    thousandths = models.BigIntegerField()


class StoredTally(models.Model):
    """Posts under one value in a bucket: one kind of value in one hour or day of a track. See `store/buckets.py`."""

    pk = models.CompositePrimaryKey("bucket", "value")
    bucket = models.BigIntegerField()
    value = Octets(max_length=LONGEST_VALUE_BYTES)
    posts = models.IntegerField()
    thousandths = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("bucket", "posts"), name="heads_of_buckets"),)


class StoredDelta(models.Model):
    """
    Posts under values of one kind that a batch brought, and that are not yet in the tallies.

    `counts` is JSON: pairs of an hour and an object that gives posts and thousandths by value. See `store/folding.py`.
    """

    track = models.IntegerField()
    kind = models.SmallIntegerField()
    entries = models.IntegerField()  # how many numbers are to be added
    counts = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=("track", "kind", "entries"), name="deltas_of_a_track"),)


class StoredDeletion(models.Model):
    """A post that its author took back; a copy that still comes is refused."""

    post_id = Octets(primary_key=True, max_length=LONGEST_ID_BYTES)
    at = models.DateTimeField(db_index=True)
    batches = models.BinaryField(default=b"")  # in which it lay, each ended by NUL


class StoredMark(models.Model):
    """What the store remembers of itself: one row, the hour before which no hour is kept (see `store/buckets.py`)."""

    kept_from = models.BigIntegerField()
