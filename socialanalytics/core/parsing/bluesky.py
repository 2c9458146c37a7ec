"""Reads what Bluesky's Jetstream sends."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from socialanalytics.core.languages import UNKNOWN, language_code
from socialanalytics.core.parsing.values import (
    LONGEST_LINK,
    LONGEST_TEXT,
    Fields,
    each,
    fields_of,
    id_of,
    inner,
    links_of,
    moment,
    moment_after,
    number_of,
    text_of,
)
from socialanalytics.core.post import Deletion, Post

POSTS = "app.bsky.feed.post"
_FURTHEST = timedelta(days=1)


def parse_bluesky(raw: bytes, *, source: str = "bluesky") -> Post | Deletion | None:
    """
    Read one event; None if it is neither a post that was made nor one that was deleted. Never raises.

    Events of accounts (one that was deleted or taken down) are not read: they name no posts.
    """
    event = fields_of(raw)
    commit = inner(event, "commit")
    author, key = id_of(event, "did"), id_of(commit, "rkey")
    if event.get("kind") != "commit" or commit.get("collection") != POSTS or not author or not key:
        return None
    post_id = f"{source}:{author}/{key}"
    told = number_of(event.get("time_us"))
    seen_at = None if told is None else moment_after(told // 1000)
    if commit.get("operation") == "delete" and seen_at:
        return Deletion(post_id, seen_at)
    record = inner(commit, "record")
    created_at = _created_at(moment(record.get("createdAt")), seen_at)
    if commit.get("operation") != "create" or not record or created_at is None:
        return None
    return Post(
        id=post_id,
        source=source,
        text=text_of(record, "text", LONGEST_TEXT),
        created_at=created_at,
        author=author,
        language=_language(record),
        url=f"https://bsky.app/profile/{author}/post/{key}",
        links=links_of(_links(record)),
    )


def _created_at(told: datetime | None, seen_at: datetime | None) -> datetime | None:
    """Believe the author's clock where it is within a day of the network's."""
    if told and seen_at and abs(told - seen_at) > _FURTHEST:
        return seen_at
    return told or seen_at


def _language(record: Fields) -> str:
    languages = record.get("langs")
    first = languages[0] if isinstance(languages, list) and languages else None
    return language_code(first) if isinstance(first, str) else UNKNOWN


def _links(record: Fields) -> Iterator[str]:
    """Give the links in full: Bluesky shortens them in the text."""
    for facet in each(record, "facets"):
        for feature in each(facet, "features"):
            if feature.get("$type") == "app.bsky.richtext.facet#link":
                yield text_of(feature, "uri", LONGEST_LINK)
    embed = inner(record, "embed")
    for holder in (embed, inner(embed, "media")):
        yield text_of(inner(holder, "external"), "uri", LONGEST_LINK)
