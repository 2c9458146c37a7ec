"""The port to where posts come from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from socialanalytics.core.post import Deletion, Post
from socialanalytics.core.rules import Rule

Parse = Callable[[bytes], "Post | Deletion | None"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """
    One line of a feed, as it came.

    `cursor` is what to resume after this line with; None where the source cannot resume. A line of `b""` is no post
    but a sign of life: it lets the listener look at its clock, its stop flag and the wanted rules.
    """

    raw: bytes
    received_at: datetime
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the trackers want of a source now; `key` stays the same as long as the rule does."""

    key: str
    rule: Rule


class SourceTrouble(Exception):
    """The source refuses for good what we ask (credentials, plan, file): words for the page of sources."""


class Source(Protocol):
    """A feed of posts. One listener reads it at a time."""

    name: str  # x, bluesky, replay: the first part of its posts' ids
    title: str
    filters_itself: bool  # True: it sends only what the rules ask for

    def parse(self, raw: bytes) -> Post | Deletion | None:
        """Read one line; None if it is no post (a keep-alive, an edit, a like, garbage). Never raises."""

    def want(self, wanted: Sequence[Wanted]) -> None:
        """Take note of what is wanted from now on; called often, cheap where nothing changed; safe from any thread."""

    def listen(self, cursor: str | None) -> Iterator[Arrival]:
        """
        Give what arrives after the cursor (None: from now on), at least every half second something (see `Arrival`).

        It reconnects by itself, as the source prescribes, and ends only when it is exhausted or `close` was called.

        :raises SourceTrouble: if trying again will not help.
        """

    def state(self) -> str:
        """Say in a few words how it goes: "connected", "waits 20 s after 429 Too Many Requests"."""

    def refused(self) -> dict[str, str]:
        """Say of each wanted key that the source does not take, why."""

    def close(self) -> None:
        """Make `listen` end within a second, from another thread, waits included."""
