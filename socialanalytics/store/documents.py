"""How mentions, moments and tallies lie in documents of MongoDB, and how they come back."""

import re
from typing import Any

from socialanalytics.core.post import Kind, Mention, Post, Score
from socialanalytics.store.buckets import CODES, KINDS
from socialanalytics.store.deltas import MOODS, Deltas, tallies
from socialanalytics.store.port import StoredPost, WrongKey
from socialanalytics.store.rows import milliseconds, moment

Document = dict[str, Any]

SUMS_OF_MOMENTS = ("positive", "neutral", "negative", "thousandths")
KEY = re.compile(r"(-?[0-9]{1,18})\.([0-9]+:.+)", re.DOTALL)


def mention_id(mention: Mention) -> str:
    """Name the document of a mention."""
    return f"{mention.track}:{mention.post.id}"


def document_of(mention: Mention, batch_id: str) -> Document:
    """Give the document of a mention that is not yet counted."""
    post = mention.post
    return {
        "_id": mention_id(mention),
        "track": mention.track,
        "post_id": post.id,
        "made": milliseconds(post.created_at),
        "mood": MOODS.index(mention.score.mood),
        "thousandths": mention.score.thousandths,
        "batch": batch_id,
        "counted": False,
        "terms": [term_of(kind, value) for kind, value in mention.terms],
        "post": [post.source, post.text, post.author, post.author_name, post.language, post.url, list(post.links)],
    }


def stored_of(found: Document) -> StoredPost:
    """Give a mention back from its document."""
    source, text, author, author_name, language, url, links = found["post"]
    at = moment(found["made"])
    post = Post(found["post_id"], source, text, at, author, author_name, language, url, tuple(links))
    mention = Mention(found["track"], post, score_of(found), terms_of(found))
    return StoredPost(mention, found["batch"], f"{found['made']}.{found['_id']}")


def score_of(found: Document) -> Score:
    """Give the score of a mention's document."""
    return Score(found["thousandths"], MOODS[found["mood"]])


def term_of(kind: Kind, value: str) -> str:
    """Write a term as one text."""
    return f"{CODES[kind]}{value}"


def terms_of(found: Document) -> tuple[tuple[Kind, str], ...]:
    """Read the terms of a mention's document."""
    return tuple((KINDS[int(term[0])], term[1:]) for term in found["terms"])


def place_of(key: str) -> tuple[int, str]:
    """
    Give the time and the document's id that a key names.

    :raises WrongKey: if it is none of ours.
    """
    found = KEY.fullmatch(key)
    if not found:
        raise WrongKey("This is no place in the list of posts. Begin at its first page.")
    return int(found[1]), found[2]


def additions_to_moments(added: Deltas) -> dict[str, tuple[Document, Document]]:
    """Give by id what moments are made of and what is to be added."""
    return {
        f"{track}:{grain}:{minute}": (
            {"track": track, "grain": grain, "minute": minute},
            dict(zip(SUMS_OF_MOMENTS, counts, strict=True)),
        )
        for (track, grain, minute), counts in added.moments.items()
    }


def additions_to_tallies(added: Deltas) -> dict[str, tuple[Document, Document]]:
    """Give by id what tallies are made of and what is to be added."""
    return {
        tally_id(name, value): ({"bucket": name, "value": value}, {"posts": posts, "thousandths": thousandths})
        for (track, kind), hours in added.terms.items()
        for name, value, posts, thousandths in tallies(track, kind, hours)
    }


def tally_id(bucket: int, value: str) -> str:
    """Name the document of a tally."""
    return f"{bucket}:{value}"
