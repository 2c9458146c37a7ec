"""Reads what X's API v2 sends."""

from collections.abc import Iterator
from datetime import UTC, datetime

from socialanalytics.core.languages import language_code
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

_SNOWFLAKES_SINCE = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)  # ids count milliseconds since then


def parse_x(raw: bytes, *, source: str = "x") -> Post | Deletion | None:
    """
    Read one line of the filtered stream, or a post object alone; None if it is neither. Never raises.

    Shapes: `{"data": {...}, "includes": {"users": [...]}, "matching_rules": [...]}`, or what stands in `data`, or a
    post of API 1.1; a compliance event `{"data": {"delete": {"tweet": {"id"}}}}` or `{"delete": {"status":
    {"id_str"}}}` is a deletion. A post without a time has that of its id; of a retweet, the whole text is read.
    """
    event = fields_of(raw)
    post = inner(event, "data") or event
    if deletion := _deletion(inner(post, "delete"), source):
        return deletion
    id_ = id_of(post, "id_str", "id")
    created_at = moment(post.get("created_at")) or _told_by(id_)
    if not id_ or created_at is None or (post is event and not _is_post(post)):
        return None
    includes = inner(event, "includes")
    user = _author(post, includes)
    handle = text_of(user, "username") or text_of(user, "screen_name")
    return Post(
        id=f"{source}:{id_}",
        source=source,
        text=_text(post, includes),
        created_at=created_at,
        author=handle or id_of(user, "id_str", "id") or id_of(post, "author_id"),
        author_name=text_of(user, "name"),
        language=language_code(text_of(post, "lang")),
        url=_url(id_, handle),
        links=links_of(_links(post)),
    )


def _is_post(post: Fields) -> bool:
    """Tell a post from a notice of the stream: it says what was written, or who wrote it and when."""
    return any(name in post for name in ("text", "full_text", "note_tweet", "author_id", "user"))


def _deletion(delete: Fields, source: str) -> Deletion | None:
    post = inner(delete, "tweet") or inner(delete, "status")
    id_ = id_of(post, "id_str", "id")
    if not id_:
        return None
    told = moment(delete.get("event_at")) or moment_after(number_of(delete.get("timestamp_ms")))
    at = told or _told_by(id_)
    return Deletion(f"{source}:{id_}", at or _SNOWFLAKES_SINCE)


def _told_by(id_: str) -> datetime | None:
    """Give the moment that X writes into its ids."""
    number = number_of(id_)
    return None if number is None else moment_after(number >> 22, _SNOWFLAKES_SINCE)


def _author(post: Fields, includes: Fields) -> Fields:
    author_id = post.get("author_id")
    for user in each(includes, "users"):
        if user.get("id") == author_id:
            return user
    return inner(post, "user") or inner(post, "author")


def _text(post: Fields, includes: Fields) -> str:
    """Give the text; of a retweet the whole one, after `RT @bob: `, where X cuts its own."""
    text = _own_text(post)
    original = _retweeted(post, includes)
    if original and (whole := _own_text(original)):
        text = f"{text[: text.find(': ') + 2]}{whole}" if text.startswith("RT @") else whole
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text[:LONGEST_TEXT]


def _own_text(post: Fields) -> str:
    note = text_of(inner(post, "note_tweet"), "text", LONGEST_TEXT)
    extended = text_of(inner(post, "extended_tweet"), "full_text", LONGEST_TEXT)
    return note or extended or text_of(post, "full_text", LONGEST_TEXT) or text_of(post, "text", LONGEST_TEXT)


def _retweeted(post: Fields, includes: Fields) -> Fields:
    for reference in each(post, "referenced_tweets"):
        if reference.get("type") == "retweeted":
            return next((other for other in each(includes, "tweets") if other.get("id") == reference.get("id")), {})
    return inner(post, "retweeted_status")


def _links(post: Fields) -> Iterator[str]:
    """Give the links in full, without those to the post's own pictures."""
    for entities in (inner(post, "entities"), inner(post, "note_tweet", "entities")):
        for link in each(entities, "urls"):
            if "media_key" not in link:
                yield text_of(link, "unwound_url", LONGEST_LINK) or text_of(link, "expanded_url", LONGEST_LINK)


def _url(id_: str, handle: str) -> str:
    if not id_.isdigit():
        return ""
    known = handle.isascii() and handle.replace("_", "a").isalnum()
    return f"https://x.com/{handle if known else 'i'}/status/{id_}"
