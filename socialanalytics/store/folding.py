"""
The way of counts into the tallies of the Django database: first beside them, then many batches at once.

A batch of 200 posts names some 1,500 values, each of which has a tally in an hour and in a day, and a place in the
index of the most frequent. To go there for every batch would write most pages of these tables every time. So a batch
leaves its counts in a few rows, and when enough of them lie there for a track, all are added up and folded into the
tallies in one transaction. Until then whoever reads adds both.
"""

from collections.abc import Collection, Container

import orjson
from django.db.models import Count, Sum

from cloudapps.writers import write_in_turn
from socialanalytics.core.post import Kind
from socialanalytics.models import StoredDelta, StoredTally
from socialanalytics.store.buckets import CODES, KINDS
from socialanalytics.store.deltas import Deltas, Values, add_values, tallies
from socialanalytics.store.upserts import add_up, chunks, insert_new

MOST_ROWS = 1024  # that wait, of one track: readers look at an eighth of them
COLUMNS = ("track", "kind", "entries", "counts")


def leave(added: Deltas) -> None:
    """Write the counts of a batch beside the tallies."""
    rows = [
        (track, CODES[kind], sum(map(len, hours.values())), orjson.dumps(list(hours.items())))
        for (track, kind), hours in sorted(added.terms.items())
    ]
    insert_new(StoredDelta, COLUMNS, rows)


def due(tracks: Collection[int], most_entries: int) -> list[int]:
    """Say of which tracks so much waits that it should be folded."""
    waiting = StoredDelta.objects.filter(track__in=tracks).values("track").order_by("track")
    found = waiting.annotate(rows=Count("id"), total=Sum("entries"))
    return [row["track"] for row in found if row["total"] >= most_entries or row["rows"] >= MOST_ROWS]


def waiting(track: int, kind: Kind, hours: Container[int]) -> tuple[list[int], Values]:
    """Add up what waits of these hours; give the rows' ids too."""
    ids: list[int] = []
    found: Values = {}
    for row_id, counts in StoredDelta.objects.filter(track=track, kind=CODES[kind]).values_list("id", "counts"):
        ids.append(row_id)
        for hour, values in orjson.loads(counts):
            if hour in hours:
                add_values(found, values)
    return ids, found


def still_waiting(ids: Collection[int]) -> bool:
    """Say whether nothing of this has been folded in the meantime."""
    return all(StoredDelta.objects.filter(pk__in=some).count() == len(some) for some in chunks(ids))


def fold(track: int) -> None:
    """Add what waits of a track to the tallies; what another process is folding or leaving is left to it."""
    with write_in_turn():
        rows = list(StoredDelta.objects.filter(track=track).select_for_update(skip_locked=True))
        kinds: dict[Kind, dict[int, Values]] = {}
        for row in rows:
            hours = kinds.setdefault(KINDS[row.kind], {})
            for hour, values in orjson.loads(row.counts):
                add_values(hours.setdefault(hour, {}), values)
        found = [row for kind, hours in kinds.items() for row in tallies(track, kind, hours)]
        encoded = [(name, value.encode(), posts, score) for name, value, posts, score in sorted(found)]
        add_up(StoredTally, ("bucket", "value"), ("posts", "thousandths"), encoded)
        for some in chunks([row.pk for row in rows]):
            StoredDelta.objects.filter(pk__in=some).delete()
