"""Gathers lines to packets."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from socialanalytics.core.wire import MOST_LINES, Packet, TooMuch, pack
from socialanalytics.sources.port import Arrival

LONGEST_WAIT = timedelta(seconds=0.5)


class Packer:
    """Holds what came until it fills a packet, or half a second is over."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._held: list[Arrival] = []

    def __len__(self) -> int:
        return len(self._held)

    def add(self, arrival: Arrival) -> None:
        """Take one more line."""
        self._held.append(arrival)

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time to pack."""
        held = self._held
        return len(held) >= MOST_LINES or (bool(held) and now - held[0].received_at >= LONGEST_WAIT)

    def packets(self) -> Iterator[tuple[Packet, int, str | None]]:
        """
        Pack everything, and give each packet with its number of lines and the cursor after the last.

        What was given is let go of when the next one is asked for: who fails in between finds it again.
        """
        while self._held:
            packet, count = self._packed(min(len(self._held), MOST_LINES))
            yield packet, count, self._held[count - 1].cursor
            del self._held[:count]

    def _packed(self, count: int) -> tuple[Packet, int]:
        lines = [arrival.raw for arrival in self._held[:count]]
        try:
            return pack(self.source, lines, received_at=self._held[0].received_at), count
        except TooMuch:
            return self._packed(count // 2)
