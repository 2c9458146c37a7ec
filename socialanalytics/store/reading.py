"""Queries of the post store in the Django database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import BinaryField, Func, IntegerField, Model, Q, QuerySet, Value
from django.db.models.lookups import GreaterThan

from socialanalytics.models import StoredMention, StoredTally
from socialanalytics.store.deltas import MOODS
from socialanalytics.store.port import Query
from socialanalytics.store.rows import milliseconds, pack_terms
from socialanalytics.store.top import Row
from socialanalytics.store.upserts import chunks

TALLIES = StoredTally._meta.db_table
HEAD = f"SELECT bucket, value, posts, thousandths FROM {TALLIES} WHERE bucket = %s ORDER BY posts DESC LIMIT %s"  # noqa: S608
AT_LEAST = f"SELECT bucket, value, posts, thousandths FROM {TALLIES} WHERE bucket = %s AND posts >= %s"  # noqa: S608


class Position(Func):
    """Where bytes lie within others, counted from 1; 0 if they do not."""

    function = "INSTR"
    output_field = IntegerField()


def in_range(query: Query) -> "QuerySet[StoredMention]":
    """Give the mentions of the query's track and time, newest first."""
    made = {"made__gte": milliseconds(query.start), "made__lt": milliseconds(query.end)}
    return StoredMention.objects.filter(track=query.track, **made).order_by("-made", "-id")


def meant(query: Query) -> Q:
    """Have every one of the terms, and the mood."""
    found = Q()
    for term in query.terms:
        found &= Q(GreaterThan(Position("terms", Value(pack_terms([term]), output_field=BinaryField())), 0))
    return found & Q(mood=MOODS.index(query.mood)) if query.mood else found


def before_place(made: int, row_id: int) -> Q:
    """Come after this place in the list of the newest."""
    return Q(made__lte=made) & (Q(made__lt=made) | Q(id__lt=row_id))


def down_to_place(made: int, row_id: int) -> Q:
    """Stand at this place in the list of the newest, or come before it."""
    return Q(made__gte=made) & (Q(made__gt=made) | Q(id__gte=row_id))


def find_by_post(model: type[Model], columns: str, post_ids: Sequence[bytes]) -> list[Any]:
    """Read columns of the rows of these posts: as a queryset would, of which hundreds of ids are a slow argument."""
    found: list[Any] = []
    with connection.cursor() as cursor:
        for some in chunks(post_ids):
            places = ", ".join(["%s"] * len(some))
            cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} WHERE post_id IN ({places})", some)  # noqa: S608
            found += cursor.fetchall()
    return found


class SqlTallies:
    """Reads tallies: the parts that `top` needs."""

    def heads(self, buckets: Sequence[int], limit: int) -> Iterator[Row]:
        """Read the index of posts backwards, bucket by bucket."""
        return _union(HEAD, [(bucket, limit) for bucket in buckets])

    def at_least(self, posts: Mapping[int, int]) -> Iterator[Row]:
        """Read the index of posts down to a number."""
        return _union(AT_LEAST, list(posts.items()))

    def of_values(self, buckets: Sequence[int], values: Collection[str]) -> Iterator[Row]:
        """Look up every value in every bucket."""
        for some in chunks(values):
            found = StoredTally.objects.filter(bucket__in=buckets, value__in=[value.encode() for value in some])
            yield from _rows(found.values_list("bucket", "value", "posts", "thousandths"))


def _union(select: str, params: list[tuple[int, int]]) -> Iterator[Row]:
    """Run one SELECT for each pair of parameters, many in a statement."""
    for some in chunks(params):
        statement = " UNION ALL ".join([f"SELECT * FROM ({select}) AS part"] * len(some))  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(statement, [value for pair in some for value in pair])
            yield from _rows(cursor.fetchall())


def _rows(found: Any) -> Iterator[Row]:
    for bucket, value, posts, thousandths in found:
        yield bucket, bytes(value).decode(), posts, thousandths
