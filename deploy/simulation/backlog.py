"""Work that waits, first come, first served."""

from collections import deque


class Backlog:
    """Amounts of work, each with the moment at which it came."""

    def __init__(self) -> None:
        self._parts: deque[tuple[float, float]] = deque()

    @property
    def size(self) -> float:
        """How much waits."""
        return sum(amount for _, amount in self._parts)

    def age(self, now: float) -> float:
        """For how many seconds the oldest waits; 0 if nothing does."""
        return now - self._parts[0][0] if self._parts else 0.0

    def add(self, now: float, amount: float) -> None:
        """Let work come in."""
        if amount > 0:
            self._parts.append((now, amount))

    def take(self, most: float) -> float:
        """Take the oldest work, up to so much, and give how much it was."""
        taken = 0.0
        while self._parts and taken < most:
            came, amount = self._parts.popleft()
            if amount > most - taken:
                self._parts.appendleft((came, amount - (most - taken)))
                return most
            taken += amount
        return taken

    def drop(self, *, before: float) -> float:
        """Drop what came before a moment, and give how much it was."""
        dropped = 0.0
        while self._parts and self._parts[0][0] < before:
            dropped += self._parts.popleft()[1]
        return dropped
