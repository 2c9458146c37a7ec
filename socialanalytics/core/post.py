"""A post, whichever network it comes from, and what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Post:
    """
    One post, as its source tells it.

    `id` begins with the source's name and a colon, so that no two sources share one. Texts are valid Unicode without
    lone surrogates and NUL, and the times aware, in UTC and in whole milliseconds.
    """

    id: str
    source: str
    text: str
    created_at: datetime
    author: str = ""  # the handle without @; an id where the source tells no handle
    author_name: str = ""
    language: str = "und"  # BCP 47, lower case, without a region; `und` is unknown
    url: str = ""
    links: tuple[str, ...] = ()  # where the source tells them beside the text, in full


@dataclass(frozen=True, slots=True)
class Deletion:
    """The author took a post back; nothing of it may stay."""

    post_id: str
    at: datetime


class Mood(StrEnum):
    """How a post feels."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Score:
    """What an analyser says of a text: `thousandths` from -1000 (bad) to 1000 (good), whole so that sums are exact."""

    thousandths: int
    mood: Mood


@dataclass(frozen=True, slots=True)
class Terms:
    """What a text talks about, each once and in lower case (links and emoji as they are)."""

    hashtags: tuple[str, ...] = ()  # without #
    mentions: tuple[str, ...] = ()  # without @
    links: tuple[str, ...] = ()  # shortened to host and path
    words: tuple[str, ...] = ()  # without the language's stop words
    emoji: tuple[str, ...] = ()


class Kind(StrEnum):
    """What is counted beside the posts themselves."""

    HASHTAG = "hashtag"
    MENTION = "mention"
    LINK = "link"
    WORD = "word"
    EMOJI = "emoji"
    AUTHOR = "author"
    LANGUAGE = "language"
    SOURCE = "source"

    @property
    def plural(self) -> str:
        """Many of them: the name of their list in summaries and exports."""
        return "emoji" if self is Kind.EMOJI else f"{self.value}s"


LONGEST_VALUE = 200  # letters of a term that is counted; longer ones are cut


@dataclass(frozen=True, slots=True)
class Mention:
    """
    A post as one track of a tracker counts it.

    `terms` holds everything the post is counted under, kind by kind, author, language and source among them.
    """

    track: int
    post: Post
    score: Score
    terms: tuple[tuple[Kind, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """
    Posts that travelled in one message, of one source.

    `id` is the same each time the message comes; `received_at` is when the oldest of them arrived at the listener.
    """

    id: str
    source: str
    received_at: datetime
    mentions: Sequence[Mention] = field(default_factory=tuple)
