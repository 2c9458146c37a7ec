"""Lets a connection block in a thread of its own, while whoever listens gets something every half second."""

from collections.abc import Callable, Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread

from socialanalytics.sources.clock import Clock
from socialanalytics.sources.port import Arrival

MOST_HELD = 2000  # lines; what comes beyond waits in the network
SIGN_OF_LIFE_SECONDS = 0.5

Put = Callable[[bytes, str | None], None]


class Closed(Exception):
    """Whoever listened does so no more."""


class Pump:
    """A queue between what produces lines and what listens to them."""

    def __init__(self, clock: Clock, closed: Event) -> None:
        self._clock = clock
        self._closed = closed
        self._held: Queue[Arrival | Exception] = Queue(MOST_HELD)

    def put(self, raw: bytes, cursor: str | None = None) -> None:
        """Hand a line over. :raises Closed: once nobody takes it any more."""
        self._hand_over(Arrival(raw, self._clock.now(), cursor))

    def run(self, *producers: Callable[[], None]) -> Iterator[Arrival]:
        """Give what the producers put, each in its own thread, until `closed` is set or one of them fails."""
        threads = [Thread(target=self._produce, args=(each,), daemon=True) for each in producers]
        for thread in threads:
            thread.start()
        try:
            while not self._closed.is_set():
                yield self._next()
        finally:
            self._closed.set()

    def _next(self) -> Arrival:
        try:
            found = self._held.get(timeout=SIGN_OF_LIFE_SECONDS)
        except Empty:
            return Arrival(b"", self._clock.now())
        if isinstance(found, Exception):
            raise found
        return found

    def _produce(self, producer: Callable[[], None]) -> None:
        try:
            producer()
        except Closed:
            return
        except Exception as error:  # it belongs to whoever listens
            self._hand_over(error)

    def _hand_over(self, item: Arrival | Exception) -> None:
        while not self._closed.is_set():
            try:
                self._held.put(item, timeout=SIGN_OF_LIFE_SECONDS)
            except Full:
                continue
            return
        if not isinstance(item, Exception):
            raise Closed
