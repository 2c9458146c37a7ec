"""How mentions lie in the rows of the Django database, and how they come back."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from socialanalytics.core.post import Kind, Mention, Post, Score
from socialanalytics.store.buckets import CODES, KINDS
from socialanalytics.store.deltas import EPOCH, MOODS
from socialanalytics.store.port import StoredPost, WrongKey

MILLISECOND = timedelta(milliseconds=1)
NUL = "\0"  # stands in no value
KEY = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,18})")


class MentionRow(NamedTuple):
    """The columns of `StoredMention`, but its id."""

    post_id: bytes
    track: int
    made: int
    mood: int
    thousandths: int
    batch: bytes
    terms: bytes
    post: bytes


def row_of(mention: Mention, batch_id: bytes) -> MentionRow:
    """Give the row of a mention."""
    post = mention.post
    rest = (post.source, post.text, post.author, post.author_name, post.language, post.url, post.links)
    return MentionRow(
        post.id.encode(),
        mention.track,
        milliseconds(post.created_at),
        MOODS.index(mention.score.mood),
        mention.score.thousandths,
        batch_id,
        pack_terms(mention.terms),
        orjson.dumps(rest),
    )


def stored_of(row_id: int, row: Sequence[Any]) -> StoredPost:
    """Give a mention back from its id and its columns."""
    columns = MentionRow(*row)
    source, text, author, author_name, language, url, links = orjson.loads(columns.post)
    post = Post(
        columns.post_id.decode(),
        source,
        text,
        moment(columns.made),
        author,
        author_name,
        language,
        url,
        tuple(links),
    )
    score = Score(columns.thousandths, MOODS[columns.mood])
    mention = Mention(columns.track, post, score, unpack_terms(columns.terms))
    return StoredPost(mention, columns.batch.decode(), f"{columns.made}.{row_id}")


def place_of(key: str) -> tuple[int, int]:
    """
    Give the time and the id that a key names.

    :raises WrongKey: if it is none of ours.
    """
    found = KEY.fullmatch(key)
    if not found:
        raise WrongKey("This is no place in the list of posts. Begin at its first page.")
    return int(found[1]), int(found[2])


def pack_terms(terms: Iterable[tuple[Kind, str]]) -> bytes:
    """Write terms one after the other, each between two NULs: the code of its kind, and the value."""
    return f"{NUL}{NUL.join([f'{CODES[kind]}{value}' for kind, value in terms])}{NUL}".encode()


def unpack_terms(packed: bytes) -> tuple[tuple[Kind, str], ...]:
    """Read the terms back."""
    return tuple((KINDS[int(term[0])], term[1:]) for term in packed.decode().split(NUL) if term)


def milliseconds(at: datetime) -> int:
    """Give a moment as milliseconds since 1970, the next whole one."""
    return -((EPOCH - at) // MILLISECOND)


def moment(made: int) -> datetime:
    """Give milliseconds since 1970 as a moment."""
    return EPOCH + made * MILLISECOND
